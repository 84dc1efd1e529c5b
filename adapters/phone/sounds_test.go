package phone

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/adapters/phone/media"
)

// A counted voice says a second of silence, and counts how often.
type countedVoice struct{ said int }

func (*countedVoice) Sentences(text string) []string { return []string{text} }

func (v *countedVoice) Say(context.Context, Sentence) ([]byte, error) {
	v.said++
	var wav strings.Builder
	err := media.WriteWAV(&wav, make(media.PCM, 8000))
	return []byte(wav.String()), err
}

// What was said to somebody is ready to be said again for ten minutes, not longer, and nothing shows what it was.
func TestSoundsAreKeptForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sounds
		voice := &countedVoice{}
		say := func(text string) {
			t.Helper()
			if _, err := s.of(t.Context(), voice, Sentence{Language: "fr", Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		say("Votre numéro : 06 39 98 00 01.")
		time.Sleep(9 * time.Minute)
		say("Votre numéro : 06 39 98 00 01.")
		if voice.said != 1 {
			t.Errorf("within ten minutes it was made %d times", voice.said)
		}
		s.mu.Lock()
		if shown := fmt.Sprintf("%+v", s.known); strings.Contains(shown, "06 39") {
			t.Errorf("what was said is known: %s", shown)
		}
		s.mu.Unlock()
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		if len(s.known) != 0 || s.order.Len() != 0 || s.size != 0 {
			t.Errorf("after ten minutes %d sounds are kept, of %d bytes", s.order.Len(), s.size)
		}
		for range 20 * mostKept / bytesOf / 10 { // more than there is room for
			say(fmt.Sprint(voice.said))
		}
		if s.size > mostKept || len(s.known) != s.order.Len() {
			t.Errorf("%d bytes are kept, of %d sounds; %d are known", s.size, s.order.Len(), len(s.known))
		}
	})
}
