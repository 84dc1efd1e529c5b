package sms_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/sms"
	"frontdesk/bot"
)

func TestPartsAreJoinedInWhateverOrderTheyCome(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.fake.Repeat(1)
	for _, n := range []int{3, 1, 2} {
		text := []string{"", "bonjour jai per", "du mon apprentissage ", "que faire ?"}[n]
		if err := w.fake.WritePart(lea, text, "42", n, 3); err != nil {
			t.Fatal(err)
		}
	}
	w.want(bot.Said{Text: "bonjour jai perdu mon apprentissage que faire ?"})
	// the same number of a message, used again by the network
	for n, text := range []string{"une autre ", "question"} {
		if err := w.fake.WritePart(lea, text, "42", n+1, 2); err != nil {
			t.Fatal(err)
		}
	}
	w.want(bot.Said{Text: "bonjour jai perdu mon apprentissage que faire ?"}, bot.Said{Text: "une autre question"})
}

// parts delivers them with what a gateway says of each, and fails the test where one is not taken.
func (w *world) parts(queries ...string) {
	w.t.Helper()
	for _, query := range queries {
		path := sms.InPath + "?secret=" + secret + "&from=0611223344&concat_ref=42&" + query
		if res := ask(w.channel.Handler(), http.MethodGet, path, "", ""); res.Code != http.StatusOK {
			w.t.Fatalf("%s: %d", query, res.Code)
		}
	}
}

const (
	first  = "concat_total=2&concat_part=1&text=jai+perdu+"
	second = "concat_total=2&concat_part=2&text=mon+contrat"
)

// The gateway was not seen to be answered: a part of what is whole begins no message of its own.
func TestAPartThatComesAgainLaterIsNotHeardAgain(t *testing.T) {
	for _, id := range []string{"&id=", ""} {
		w := newWorld(t, "form", nil)
		name := func(part, n string) string {
			if id == "" {
				return part
			}
			return part + id + n
		}
		w.parts(name(first, "A"), name(second, "B"), name(second, "B"), name(first, "A"))
		w.pass(time.Minute)
		w.write("allo ?") // would be heard after what waits
		w.want(bot.Said{Text: "jai perdu mon contrat"}, bot.Said{Text: "allo ?"})
	}
}

func TestAPartWithoutAnIDThatComesAgainLosesNoOther(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.parts("concat_total=3&concat_part=1&text=jai+perdu+", "concat_total=3&concat_part=2&text=mon+", "concat_total=3&concat_part=2&text=mon+",
		"concat_total=3&concat_part=3&text=contrat")
	w.want(bot.Said{Text: "jai perdu mon contrat"})
}

// A network that counts to 255 uses a number again while a part of the message before still waits under it.
func TestAPartWhosePlaceIsTakenIsHeardBefore(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.parts(first+"&id=A", "concat_total=2&concat_part=1&text=je+cherche+&id=C", "concat_total=2&concat_part=2&text=un+stage&id=D")
	w.want(bot.Said{Text: "jai perdu"}, bot.Said{Text: "je cherche un stage"})
}

func TestAPartWhoseRestNeverComesIsHeard(t *testing.T) {
	w := newWorld(t, "form", func(c *sms.Config) { c.PartsFor = 20 * time.Millisecond })
	if err := w.fake.WritePart(lea, "je ve mourir", "7", 1, 2); err != nil {
		t.Fatal(err)
	}
	w.soon("what is there", func() bool { return len(w.door.Inputs("conversation-1")) == 1 })
	w.want(bot.Said{Text: "je ve mourir"})
}

func TestAPartThatCannotBeHeardNowIsHeardLater(t *testing.T) {
	var away atomic.Int32
	w := newWorld(t, "form", func(c *sms.Config) {
		c.PartsFor = 20 * time.Millisecond
		c.Away = func() { away.Add(1) }
	})
	w.door.Sleep(true)
	if err := w.fake.WritePart(lea, "je ve mourir", "7", 1, 2); err != nil {
		t.Fatal(err)
	}
	w.soon("a second try", func() bool { return away.Load() > 1 })
	w.door.Sleep(false)
	w.soon("what is there", func() bool { return len(w.door.Inputs("conversation-1")) == 1 })
	w.want(bot.Said{Text: "je ve mourir"})
}

// No other process knows that it waits.
func TestAPartIsHeardBeforeItsProcessEnds(t *testing.T) {
	w := newWorld(t, "form", nil)
	if err := w.fake.WritePart(lea, "je ve mourir", "7", 1, 2); err != nil {
		t.Fatal(err)
	}
	w.want()
	w.stop()
	w.want(bot.Said{Text: "je ve mourir"})
}

// A meddler does something just before what waits is changed for the last time.
type meddler struct {
	bot.Refs
	before func()
}

func (m *meddler) DropRef(ctx context.Context, kind, name string) error {
	m.before()
	return m.Refs.DropRef(ctx, kind, name)
}

func (m *meddler) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	if kind == "sms-parts" && !strings.Contains(value, "jai perdu") {
		m.before()
	}
	return m.Refs.SetRef(ctx, kind, name, old, value, ttl)
}

func TestAPartThatAnotherProcessPutsThereMeanwhileStays(t *testing.T) {
	between := &meddler{before: func() {}}
	w := newWorld(t, "form", func(c *sms.Config) {
		between.Refs = c.Refs
		c.Refs = between
	})
	plain := w.config
	plain.Refs = between.Refs
	other, err := sms.New(plain)
	if err != nil {
		t.Fatal(err)
	}
	between.before = sync.OnceFunc(func() {
		query := "?secret=" + secret + "&from=0611223344&concat_ref=43&concat_total=2&concat_part=1&id=C&text=je+cherche+"
		if res := ask(other.Handler(), http.MethodGet, sms.InPath+query, "", ""); res.Code != http.StatusOK {
			t.Errorf("%d", res.Code)
		}
	})
	w.parts(first+"&id=A", second+"&id=B")
	if err := w.fake.WritePart(lea, "un stage", "43", 2, 2); err != nil {
		t.Fatal(err)
	}
	w.want(bot.Said{Text: "jai perdu mon contrat"}, bot.Said{Text: "je cherche un stage"})
}

// The process that had it dies: the next message finds it.
func TestAPartThatWasLeftIsHeardBeforeTheNextMessage(t *testing.T) {
	w := newWorld(t, "form", nil)
	if err := w.fake.WritePart(lea, "jai perdu ", "7", 1, 2); err != nil {
		t.Fatal(err)
	}
	w.want()
	w.pass(time.Minute)
	w.write("allo ?")
	w.want(bot.Said{Text: "jai perdu"}, bot.Said{Text: "allo ?"})
}

func TestTheHeaderOfUserDataSaysWhichPart(t *testing.T) {
	for udh, want := range map[string]struct {
		ref   string
		n, of int
	}{
		"050003A70201":                  {"167", 1, 2},
		"0608041234 0302":               {},
		"060804123403 02":               {},
		"06080412340302":                {"4660", 2, 3},
		"0B0504158A0000" + "0003A70302": {"167", 2, 3},
		"\x05\x00\x03\xa7\x02\x02":      {"167", 2, 2},
		"06050415820000":                {}, // a ringing tone
		"05":                            {},
		"":                              {},
	} {
		if ref, n, of := sms.Headed(udh); ref != want.ref || n != want.n || of != want.of {
			t.Errorf("%q is part %d of %d of %q", udh, n, of, ref)
		}
	}
	w := newWorld(t, "kannel", nil)
	for _, query := range []string{"udh=050003010202&text=fait&id=2", "udh=%05%00%03%01%02%01&text=parfait%20&id=1"} {
		if res := ask(w.channel.Handler(), http.MethodGet, sms.InPath+"?secret="+secret+"&from=0611223344&"+query, "", ""); res.Code != http.StatusOK {
			t.Fatalf("%d", res.Code)
		}
	}
	w.want(bot.Said{Text: "parfait fait"})
}

func FuzzHeader(f *testing.F) {
	f.Add("050003A70201")
	f.Add("\x05\x00\x03\xa7\x02\x02")
	f.Fuzz(func(t *testing.T, udh string) {
		if _, n, of := sms.Headed(udh); n < 0 || n > 255 || of > 255 {
			t.Errorf("part %d of %d", n, of)
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("+33611223344")
	f.Fuzz(func(t *testing.T, raw string) {
		if got, ok := sms.Number(raw, "33"); ok {
			if again, _ := sms.Number(got, "33"); again != got {
				t.Errorf("%q becomes %q, and that %q", raw, got, again)
			}
		}
	})
}
