package bot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("v%d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_790_000_000_000 + int64(*n)).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic(v.Kind().String())
	}
}

// A session in which every field, of every nested struct, has a value of its own.
func full() bot.Session {
	var s bot.Session
	n := 0
	fill(reflect.ValueOf(&s).Elem(), &n)
	s.ID, s.Version = "", 0
	return s
}

func TestSessionComesBackWhole(t *testing.T) {
	for name, want := range map[string]bot.Session{"full": full(), "empty": {Answers: bot.Answers{}}} {
		got, err := bot.DecodeSession(bot.EncodeSession(nil, &want))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestRandomNamesTakeTheirBytesOnly(t *testing.T) {
	for _, name := range []string{"", "0123456789abcdef0123456789abcdef", "mzxw6ytboi2dknbzgiydamrqgq", "gAAB-_zY0123456789abcdefghijklmnopqrstuvwxy",
		"+33612345678", "0123456789ABCDEF0123456789ABCDEF", "un nom en toutes lettres", "mzxw6ytboi2dknbzgiydamrqgr"} {
		s := bot.Session{Release: name, Trace: name, Answers: bot.Answers{}, Legs: []bot.Leg{{Peer: bot.Address(name)}}}
		data := bot.EncodeSession(nil, &s)
		got, err := bot.DecodeSession(data)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%q comes back as %q: %v", name, got.Release, err)
		}
		if name == "0123456789abcdef0123456789abcdef" && len(data) > 100 {
			t.Errorf("three names of 16 bytes make a session of %d", len(data))
		}
	}
}

func TestSessionOfANewerVersionIsLeftAlone(t *testing.T) {
	s := full()
	data := bot.EncodeSession(nil, &s)
	data[0] = 200
	if _, err := bot.DecodeSession(data); !errors.Is(err, bot.ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

// What stands in Redis must be read by every later version: another layout needs another codec number.
func TestStoredFormOfACodecNeverChanges(t *testing.T) {
	s := full()
	const ofCodec2 = "89f6bd2859b71d9503d277a360f5f885457b27334e0518d43af7a6f547b6f521"
	if got := fmt.Sprintf("%x", sha256.Sum256(bot.EncodeSession(nil, &s))); got != ofCodec2 {
		t.Errorf("sessions are written otherwise (%s): raise sessionCodec, and go on reading the old form", got)
	}
	old, err := os.ReadFile("testdata/session.codec1")
	if err != nil {
		t.Fatal(err)
	}
	s, err = bot.DecodeSession(old)
	if err != nil || s.Case.Queue == "" || s.Ended.IsZero() {
		t.Fatalf("a session of codec 1 is read as %+v, %v", s, err)
	}
	if again := bot.EncodeSession(nil, &s); !bytes.Equal(again, old) {
		t.Error("a session without the fields of codec 2 is not written as codec 1")
	}
}

func TestSessionCutShortIsRefused(t *testing.T) {
	s := full()
	data := bot.EncodeSession(nil, &s)
	for n := range len(data) {
		if _, err := bot.DecodeSession(data[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for a session", n, len(data))
		}
	}
	if _, err := bot.DecodeSession(append(data, 0)); err == nil {
		t.Error("a byte too many was taken")
	}
}

func FuzzDecodeSession(f *testing.F) {
	s := full()
	f.Add(bot.EncodeSession(nil, &s))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := bot.DecodeSession(data)
		if err != nil {
			return
		}
		again, err := bot.DecodeSession(bot.EncodeSession(nil, &s))
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("decoded, but not the same again: %v", err)
		}
	})
}

func TestEntriesComeBackWhole(t *testing.T) {
	in := &bot.Input{ID: "i", Conversation: "c", At: time.UnixMilli(1_790_000_000_000).UTC(), Event: bot.Said{Text: "bonjour"}}
	for _, want := range []bot.Entry{
		{Seq: 1, Cause: "i", Input: in},
		{Seq: 2, Cause: "i", To: bot.ToCitizen, Effect: bot.Say{Text: "Bonjour", Options: []bot.Choice{{ID: "a", Label: "A"}}}},
		{Seq: 3, Cause: "i", To: bot.ToCitizen, Effect: bot.Say{Text: "Toujours là ?"}, Until: time.UnixMilli(1_790_000_000_000).UTC()},
	} {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got bot.Entry
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", data, got, want)
		}
	}
	if plain, _ := json.Marshal(bot.Entry{Seq: 2, To: bot.ToCitizen, Effect: bot.Hangup{Reason: "end"}}); strings.Contains(string(plain), "Until") {
		t.Errorf("an entry that is always worth sending says more than before: %s", plain)
	}
	var e bot.Entry
	if err := json.Unmarshal([]byte(`{"Effect":{"explode":{}}}`), &e); err == nil {
		t.Error("an unknown effect was taken")
	}
}

func TestWordsAndAddressesRedactThemselves(t *testing.T) {
	got := fmt.Sprintf("%v %s %+v %#v", bot.Words("je m'appelle Anna"), bot.Address("+33612345678"),
		struct{ W bot.Words }{"secret"}, bot.Leg{Peer: "0612"})
	for _, leak := range []string{"Anna", "336", "secret", "0612"} {
		if contains(got, leak) {
			t.Errorf("%q leaks in %q", leak, got)
		}
	}
}

func contains(s, sub string) bool {
	for i := range len(s) - len(sub) + 1 {
		if s[i:i+len(sub)] == sub {
			return true
		}
	}
	return false
}

func BenchmarkSession(b *testing.B) {
	s := full()
	data := bot.EncodeSession(nil, &s)
	b.ReportAllocs()
	for b.Loop() {
		s, _ := bot.DecodeSession(data)
		data = bot.EncodeSession(data[:0], &s)
	}
}
