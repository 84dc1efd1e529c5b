package turn_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk/bot"
)

const (
	nir    = "1 85 05 78 006 084 91"
	masked = "[numéro de sécurité sociale masqué]"
)

// kept is everything of a conversation that can be read back.
func (s *stage) kept(id bot.ConversationID) string {
	var all strings.Builder
	for _, e := range s.entries(id) {
		text, err := e.MarshalJSON()
		if err != nil {
			s.t.Fatal(err)
		}
		all.Write(text)
	}
	session := s.session(id)
	all.Write(bot.EncodeSession(nil, &session))
	return all.String()
}

func TestNumbersThatNobodyHereMayHaveAreNotKept(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.take(said(id, "m1", "ma sécu "+nir+", je cherche une formation"))
	kept := s.kept(id)
	if strings.Contains(kept, nir) || !strings.Contains(kept, "ma sécu "+masked+", je cherche une formation") {
		t.Errorf("kept: %s", kept)
	}
	if !strings.Contains(kept, "J'ai masqué un numéro personnel") {
		t.Error("the person was not told")
	}
	if got := s.session(id).Answers.Get("besoin"); got != "formation" {
		t.Errorf("the rest was understood as %q", got)
	}
}

func TestAMessageThatIsOnlySuchANumberIsNoAnswer(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	before := s.session(id)
	s.take(said(id, "m1", "4111 1111 1111 1111"))
	after := s.session(id)
	if after.Step != before.Step || len(after.Answers) != 0 || !after.Asking {
		t.Errorf("it became %+v", after)
	}
	if kept := s.kept(id); strings.Contains(kept, "Votre message est vide") || strings.Contains(kept, "pas compris") {
		t.Errorf("the person is blamed: %s", kept)
	}
}

func TestDangerIsHeardBesideSuchANumber(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.take(said(id, "m1", nir+" je veux mourir"))
	var first bot.Say
	for _, e := range s.entries(id) {
		if say, is := e.Effect.(bot.Say); is && e.Cause == "m1" {
			first = say
			break
		}
	}
	if !first.Safety {
		t.Errorf("the first answer is %q", first.Text)
	}
}

func TestARepetitionIsKnownByWhatWasWrittenBeforeItWasMasked(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	for range 3 {
		s.take(said(id, "m1", "ma sécu "+nir))
	}
	if got := s.session(id).Version; got != 2 {
		t.Errorf("version %d after two inputs", got)
	}
	if err := s.Take(t.Context(), said(id, "m1", "humain")); !errors.Is(err, bot.ErrReused) {
		t.Errorf("other words under the same id: %v, want ErrReused", err)
	}
}

func TestWhatCounsellorsWriteIsMaskedToo(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	desk := bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}
	words := bot.Words("NIR " + nir)
	for i, e := range []bot.Event{bot.Noted{By: "camille", Text: words}, bot.Replied{By: "camille", Text: words}, bot.Transferred{By: "camille", Reason: words},
		bot.Refused{By: "camille", Note: words}, bot.Procedure{By: "camille", Do: "open", Note: words}, bot.Pressed{Keys: "185057800608491"}} {
		s.take(bot.Input{ID: strings.Repeat("i", i+1), Conversation: id, Leg: desk, Event: e})
	}
	kept := s.kept(id)
	if strings.Contains(kept, nir) || strings.Contains(kept, "185057800608491") || strings.Count(kept, masked) != 5 {
		t.Errorf("kept: %s", kept)
	}
}
