package redis

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"

	"frontdesk/bot"
)

var writeDictionary = flag.Bool("dictionary", false, "write session.dict anew; it then needs a codec of its own")

// walks are the stored forms of sessions after conversations of chance: digits, a postcode, a person
// asked for.
func walks(t testing.TB, seed uint64, n int) [][]byte {
	t.Helper()
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	l := load(t, s)
	chance := rand.New(rand.NewPCG(seed, 1))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(chance.Uint32())
		}
		return b
	}
	l.player.NewTrace = func() string {
		return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random(16)))
	}
	words := []string{"1", "2", "3", "4", "5", "1", "2", "3", "humain", "35000", "rien de tout cela"}
	all := make([][]byte, n)
	for i := range all {
		id := bot.ConversationID("walk" + strconv.Itoa(i))
		leg := bot.Leg{ID: "web", Channel: "web", Peer: bot.Address(base64.RawURLEncoding.EncodeToString(random(32))), For: bot.ToCitizen}
		for turn := range 3 + chance.IntN(12) {
			in := bot.Input{ID: "web:" + strconv.Itoa(turn), Conversation: id, Leg: leg, Event: bot.Said{Text: bot.Words(words[chance.IntN(len(words))])}}
			if turn == 0 {
				in.Event = bot.Arrived{Language: "fr"}
			}
			if err := l.player.Take(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		h, err := s.Head(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = bot.EncodeSession(nil, &h.Session)
	}
	return all
}

func TestSessionsPackWell(t *testing.T) {
	if *writeDictionary {
		if err := os.WriteFile("session.dict", dictionary(walks(t, 1, 400)), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("session.dict is written; run again")
	}
	plain, packed := 0, 0
	for _, session := range walks(t, 2, 100) {
		p := pack(session)
		got, err := unpack(p)
		if err != nil || !bytes.Equal(got, session) {
			t.Fatalf("%v: %x comes back as %x", err, session, got)
		}
		plain, packed = plain+len(session), packed+len(p)
	}
	t.Logf("%d bytes are packed into %d", plain/100, packed/100)
	if packed*100 > plain*60 {
		t.Errorf("packed to %d %% of %d bytes: the dictionary no longer fits the bundle", packed*100/plain, plain/100)
	}
}

// dictionary puts what occurs most, by bytes saved, where it is found cheapest: at the end. Candidates
// are words as the codec writes them, a length before each, and runs of up to five.
func dictionary(sessions [][]byte) []byte {
	const size = 4 << 10
	worth := map[string]int{}
	for _, session := range sessions {
		runs := runs(session)
		slices.Sort(runs)
		for _, run := range slices.Compact(runs) {
			worth[run] += len(run) - 2 // a copy takes two or three bytes
		}
	}
	maps.DeleteFunc(worth, func(run string, n int) bool { return n < 6*len(run) })
	best := slices.SortedFunc(maps.Keys(worth), func(a, b string) int {
		return cmp.Or(worth[b]-worth[a], strings.Compare(a, b))
	})
	var dict string
	for _, run := range best {
		if !strings.Contains(dict, run) && len(run)+len(dict) < size {
			dict = run + dict
		}
	}
	return s2.MakeDict([]byte(dict), nil).Bytes()
}

// runs are the stretches of a stored session that begin and end with a word.
func runs(session []byte) []string {
	var starts, ends []int
	for i := 0; i < len(session); i++ {
		n := 0
		for i+n < len(session) && session[i+n] >= ' ' && session[i+n] <= '~' {
			n++
		}
		if n > 1 {
			starts, ends = append(starts, max(0, i-1)), append(ends, i+n)
		}
		i += n
	}
	var all []string
	for i := range starts {
		for j := i; j < min(i+5, len(ends)); j++ {
			if run := session[starts[i]:ends[j]]; len(run) > 3 && len(run) < 120 {
				all = append(all, string(run))
			}
		}
	}
	return all
}

// A dictionary that changes makes every session unreadable that was packed with it.
func TestTheDictionaryOfACodecNeverChanges(t *testing.T) {
	const ofPackedCodec = "044b2a7490a569e15a0521b5198ba71c25bf0c977581b4d898f6d338366f61d2"
	if got := fmt.Sprintf("%x", sha256.Sum256(sessionDict)); got != ofPackedCodec {
		t.Errorf("session.dict is another (%s): give it a codec of its own, and keep the old one to read with", got)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack([]byte("accueil.besoin accueil.besoin")))
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, packed []byte) {
		if plain, err := unpack(packed); err == nil && len(plain) > mostUnpacked {
			t.Errorf("%d bytes", len(plain))
		}
	})
}
