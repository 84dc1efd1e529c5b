package redis

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/bot"
)

// A rotating model is one conversation whose keys change while replicas play it, stall and die.
type rotating struct {
	*model
	lines []string // of the key file: the last key seals
	n     int      // of the newest key
	slow  []func(*rapid.T)
}

// begin reads session and log as one does who is about to seal them anew, and stalls.
func (r *rotating) begin(t *rapid.T) {
	key := r.s.keys.session(r.id)
	stored, err := r.s.get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	session, err := r.s.ring.openSession(r.id, stored)
	if err != nil {
		t.Fatal(err)
	}
	args, err := r.s.streamAnew(t.Context(), r.s.logStream(r.id))
	if err != nil {
		t.Fatal(err)
	}
	if stored != "" {
		anew := r.s.ring.sealSession(&session)
		r.slow = append(r.slow, func(t *rapid.T) {
			if _, err := r.s.reseal(t.Context(), key, stored, anew, ""); err != nil {
				t.Fatal(err)
			}
		})
	}
	if args != nil {
		r.slow = append(r.slow, func(t *rapid.T) {
			if _, err := r.s.putStream(t.Context(), r.s.keys.log(r.id), args); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// put goes on with one of those, however late.
func (r *rotating) put(t *rapid.T) {
	if len(r.slow) > 0 {
		rapid.SampledFrom(r.slow).Draw(t, "late")(t)
	}
}

func (r *rotating) takeUp(t *rapid.T) {
	ring, err := parseKeys([]byte(strings.Join(r.lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.s.TakeUp(t.Context(), ring); err != nil {
		t.Fatal(err)
	}
}

func (r *rotating) rotate(t *rapid.T) {
	if r.n == 255 {
		return
	}
	r.n++
	r.lines = append(r.lines, key(r.n))
	r.takeUp(t)
}

func (r *rotating) tend(t *rapid.T) {
	if _, err := r.s.tend(t.Context(), "me", 0); err != nil {
		t.Fatal(err)
	}
}

// retire takes out every key that seals nothing; the one that seals stays. Whoever stalls has given up
// by then: an answer is waited for a second, and a key is not retired in the minute after a rotation.
func (r *rotating) retire(t *rapid.T) {
	r.slow = nil
	counts, err := r.s.Sealed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.lines = slices.DeleteFunc(r.lines, func(line string) bool {
		var id int
		n, _ := fmt.Sscanf(line, keyLine+" %d", &id)
		return n == 1 && id != r.s.ring.Sealing() && counts[id] == 0
	})
	r.takeUp(t)
}

// Whatever replicas do while keys come and go: nothing is lost, everything can be read, and in the end
// the newest key is all that is needed.
func TestKeysComeAndGoUnderWay(t *testing.T) {
	hmac := "hmac " + freshKey()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		r := &rotating{lines: []string{hmac, key(1)}, n: 1}
		ring, err := parseKeys([]byte(strings.Join(r.lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		s, err := openEmbedded(t.Context(), Options{Keys: ring, Prefix: "fd:model:", Shards: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		r.model = &model{s: s, id: bot.ConversationID(fmt.Sprint("c", n)), couriers: make(map[string]*courier)}
		t.Repeat(map[string]func(*rapid.T){
			"accept": r.accept, "accept more": r.accept, "repeat": r.repeat, "load": r.load,
			"claim": r.claim, "tear": r.tear, "commit": r.commit, "commit more": r.commit,
			"rotate": r.rotate, "tend": r.tend, "begin": r.begin, "put": r.put, "retire": r.retire, "": r.check,
		})
		for r.waiting() > 0 {
			h, err := s.Head(t.Context(), r.id)
			if err != nil {
				t.Fatal(err)
			}
			r.finish(t, h)
		}
		r.tend(t)
		r.retire(t)
		if ids := s.ring.IDs(); len(ids) != 1 {
			t.Fatalf("keys %v are needed to the end", ids)
		}
		r.check(t)
	})
}
