package slack

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

func TestTheOwnerGetsAThreadWithTheBriefFirst(t *testing.T) {
	s := newStage(t, WordsDM)
	present := s.to(theOwner(), bot.Present{Brief: theBrief()})
	s.give(present)
	s.give(present) // the same once more, as after a crash: nothing is posted twice
	all := s.thread()
	if len(all) != 2 {
		t.Fatalf("the thread: %v", texts(all))
	}
	s.wants(all[0].Text(), "OR-7F3K-9Q2M-4 · Trouver une formation", "Répondez dans le fil",
		"[Répondre avec un modèle…] [Promettre une réponse…] [Transférer…] [Inviter un partenaire…] [Rendre à la file] [Terminer…] [Procédure danger…]")
	s.lacks(all[0].Text(), "Maël-le-Secret")
	s.wants(all[1].Text(), "Dossier : OR-7F3K-9Q2M-4", "Prénom : Maël-le-Secret", "Téléphone : 06 11 22 33 44", "Canal : Telegram")
	p, err := s.d.memory.conversation(t.Context(), spot{all[0].Channel, all[0].TS})
	if err != nil || p != (place{caseID, "talk"}) {
		t.Errorf("the root stands for %+v, %v", p, err)
	}
	for _, m := range s.everything() {
		if m.Channel != s.w.DM(anna) {
			t.Errorf("somebody else can read %q", m.Text())
		}
	}
}

func TestADatedAnswerStandsAtTheHeadOfTheThread(t *testing.T) {
	s := newStage(t, WordsDM)
	b := theBrief()
	b.Promised, b.Contact, b.Danger = time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC), "phone", "violence"
	s.give(s.to(theOwner(), bot.Present{Brief: b}))
	s.wants(s.thread()[0].Text(), "🚨 URGENT", "Réponse annoncée : lundi 7 décembre 2026 à 9 h")
}

// withThread is a stage on which the owner has a thread.
func withThread(t *testing.T, words Words) *stage {
	s := newStage(t, words)
	s.give(s.to(theOwner(), bot.Present{Brief: theBrief()}))
	return s
}

// hostile is what must never become markup.
const hostile = "<!channel> <@U0ANNA> <https://mal.example|ici> *gras* _i_ `code` R&D &amp; :smile: <b>"

func TestWordsAreShownAsTheyWereWritten(t *testing.T) {
	s := withThread(t, WordsDM)
	v := s.to(theOwner(), bot.Pass{Text: hostile})
	s.give(v)
	all := s.thread()
	m := all[len(all)-1]
	s.wants(string(m.Blocks), `\u003c!channel\u003e \u003c@U0ANNA\u003e`, "*gras* _i_ `code` R\\u0026D \\u0026amp; :smile:", `"type":"rich_text"`)
	s.wants(m.Mrkdwn, "&lt;!channel&gt; &lt;@U0ANNA&gt;", "R&amp;D &amp;amp;")
	s.wants(m.Text(), "OR-7F3K-9Q2M-4 · Trouver une formation")
	var from source
	if err := s.d.memory.get(t.Context(), sourceRef, spot{m.Channel, m.TS}.name(), &from); err != nil || from != (source{caseID, v.Entry.Cause}) {
		t.Errorf("the words came from %+v, %v", from, err)
	}
}

// long is a message that fills three.
func long() bot.Words {
	return bot.Words(strings.Repeat("Je cherche une formation & un logement. ", 200))
}

func TestALongMessageIsSplitInOrder(t *testing.T) {
	s := withThread(t, WordsDM)
	v := s.to(theOwner(), bot.Pass{Text: long()})
	s.give(v)
	s.threeParts()
	s.give(v)
	s.threeParts()
}

// threeParts wants the parts of long in the thread, each once.
func (s *stage) threeParts() {
	s.Helper()
	all := s.thread()[2:]
	if len(all) != 3 {
		s.Fatalf("%d parts", len(all))
	}
	for i, m := range all {
		if want := []string{"(1/3) ", "(2/3) ", "(3/3) "}[i]; !strings.HasPrefix(m.Text(), want) || !strings.Contains(m.Text(), "logement.\n") {
			s.Errorf("part %d: %.40q … %q", i, m.Text(), m.Text()[len(m.Text())-60:])
		}
	}
}

func TestASplitMessageGoesOnWhereSlackStoppedIt(t *testing.T) {
	for name, how := range map[string]slackfake.How{"429": slackfake.TooMany(time.Second), "502": slackfake.Status(502), "cut": slackfake.Cut(), "lost": slackfake.LostReply()} {
		t.Run(name, func(t *testing.T) {
			s := withThread(t, WordsDM)
			s.w.Fail("chat.postMessage", 1, slackfake.Slow(0))
			s.w.Fail("chat.postMessage", 1, how) // the second part
			if tries := s.carry(s.to(theOwner(), bot.Pass{Text: long()})); tries < 2 {
				t.Errorf("%d tries", tries)
			}
			s.threeParts()
		})
	}
}

func TestWordsThatReplaceOthersStandInTheirPlace(t *testing.T) {
	s := withThread(t, WordsDM)
	first := s.to(theOwner(), bot.Pass{Text: "Je suis en seconde"})
	s.give(first)
	edit := s.to(theOwner(), bot.Pass{Text: "Je suis en première", Amends: first.Entry.Cause})
	s.give(edit)
	again := s.to(theOwner(), bot.Pass{Text: "Je suis en terminale", Amends: edit.Entry.Cause})
	s.give(again)
	all := s.thread()
	if len(all) != 3 {
		t.Fatalf("the thread: %v", texts(all))
	}
	s.wants(all[2].Text(), "Je suis en terminale", "(modifié)")
	s.lacks(all[2].Text(), "seconde")
	s.give(s.to(theOwner(), bot.Pass{Text: long(), Amends: again.Entry.Cause})) // more than fits there
	s.give(s.to(theOwner(), bot.Pass{Text: "autre chose", Amends: "never seen"}))
	all = s.thread()
	if len(all) != 7 {
		t.Fatalf("the thread: %d messages", len(all))
	}
	s.wants(all[3].Text(), "(1/3) Correction : Je cherche")
	s.wants(all[6].Text(), "Correction : autre chose")
}

func TestAnUpdateOfManySignsIsTaken(t *testing.T) {
	s := withThread(t, WordsDM)
	first := s.to(theOwner(), bot.Pass{Text: "court"})
	s.give(first)
	s.give(s.to(theOwner(), bot.Pass{Text: bot.Words(strings.Repeat("&", 2700)), Amends: first.Entry.Cause}))
	s.wants(s.thread()[2].Text(), "(modifié)")
}

// wrote is a message of the owner's own in the thread.
func (s *stage) wrote(text string) (id string, at spot) {
	s.Helper()
	root := s.thread()[0]
	ts, err := s.w.Write(anna, root.Channel, text, root.TS)
	if err != nil {
		s.Fatal(err)
	}
	return messageID(root.Channel, ts), spot{root.Channel, ts}
}

func (s *stage) signs(at spot) []string {
	var names []string
	for _, r := range s.w.Reactions(at.Channel, at.TS) {
		names = append(names, r.Name)
	}
	return names
}

func TestReactionsSayWhatBecameOfAMessage(t *testing.T) {
	s := withThread(t, WordsDM)
	for code, want := range map[string]string{"delivered": "white_check_mark", "taken_back": "leftwards_arrow_with_hook", "undelivered": "warning"} {
		id, at := s.wrote("Bonjour")
		sent := s.to(theOwner(), bot.Tell{To: "anna", Code: "sent", Message: id})
		s.give(sent)
		s.give(sent)
		if got := s.signs(at); !slices.Equal(got, []string{"hourglass_flowing_sand"}) {
			t.Errorf("when it is held: %v", got)
		}
		before := len(s.thread())
		told := s.to(theOwner(), bot.Tell{To: "anna", Code: code, Message: id})
		s.give(told)
		if got := s.signs(at); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v", code, got)
		}
		if lines := len(s.thread()) - before; lines != map[string]int{"undelivered": 1}[code] {
			t.Errorf("%s: %d lines", code, lines)
		}
	}
	all := s.thread()
	s.wants(strings.Join(texts(all), "\n"), "Un message n'a pas pu être remis à la personne.")
	id, at := s.wrote("et encore")
	if err := s.w.Delete(anna, at.Channel, at.TS); err != nil {
		t.Fatal(err)
	}
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "taken_back", Message: id})) // it is not there any more
}

// elsewhere has the owner write in a form, or on the web desk, and returns the delivery that tells of it.
func (s *stage) elsewhere(id string, text bot.Words) bot.Delivery {
	in := bot.Input{ID: id, Conversation: caseID, Event: bot.Replied{By: "anna", Text: text}}
	s.board.log = append(s.board.log, bot.Entry{Seq: s.seq, Cause: id, Input: &in})
	v := s.to(theOwner(), bot.Tell{To: "anna", Code: "sent", Message: id})
	v.Entry.Cause = id
	return v
}

func TestWhatTheOwnerWroteElsewhereStandsInTheThread(t *testing.T) {
	s := withThread(t, WordsDM)
	id := inputID(caseID, "reply", anna, "V1")
	s.arrivedOnce(s.elsewhere(id, hostile), posting)
	all := s.thread()
	if len(all) != 3 {
		t.Fatalf("the thread: %v", texts(all))
	}
	s.wants(string(all[2].Blocks), "Vous : ", "*gras*")
	at := spot{all[2].Channel, all[2].TS}
	if got := s.signs(at); !slices.Equal(got, []string{"hourglass_flowing_sand"}) {
		t.Errorf("when it is held: %v", got)
	}
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "delivered", Message: id}))
	if got := s.signs(at); !slices.Equal(got, []string{"white_check_mark"}) {
		t.Errorf("when it has gone: %v", got)
	}
	s.w.Fail(posting, 1, slackfake.Slow(0))
	s.w.Fail(posting, 1, slackfake.LostReply())
	late := s.elsewhere("desk:2", long())
	late.Entry.At = time.Now()
	s.carry(late)
	if n := len(s.thread()); n != 6 {
		t.Errorf("%d messages, want three parts more", n)
	}
	link := withThread(t, WordsLink)
	link.give(link.elsewhere(id, "un-secret"))
	if all := link.thread(); len(all) != 1 {
		t.Errorf("under link: %v", texts(all))
	}
}

func TestWordsDoNotWaitForASign(t *testing.T) {
	s := withThread(t, WordsDM)
	id, at := s.wrote("Bonjour")
	s.w.Fail("reactions.add", 2, slackfake.TooMany(time.Minute))
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "sent", Message: id}))
	if _, err := s.d.Deliver(t.Context(), s.to(theOwner(), bot.Tell{To: "anna", Code: "delivered", Message: id})); kindOf(err) != "wait 1m0s" {
		t.Errorf("that it has gone must be said: %v", err)
	}
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "delivered", Message: id}))
	if got := s.signs(at); !slices.Equal(got, []string{"white_check_mark"}) {
		t.Errorf("%v", got)
	}
}

func TestAMessageThatWasChangedOrWithdrawnHasItsSign(t *testing.T) {
	s := withThread(t, WordsDM)
	id, at := s.wrote("Bonjour")
	for _, code := range []string{"sent", "delivered", "amended", "withdrawn", "too_late"} {
		s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: code, Message: id}))
	}
	if got := s.signs(at); !slices.Equal(got, []string{"white_check_mark", "pencil2", "leftwards_arrow_with_hook"}) {
		t.Errorf("%v", got)
	}
	if all := s.thread(); len(all) != 3 {
		t.Errorf("the thread: %v", texts(all))
	}
}

func TestWhatHappenedIsOneLineInTheThread(t *testing.T) {
	s := withThread(t, WordsDM)
	for _, code := range []string{"won", "accepted", "sent", "delivered"} {
		s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: code}))
	}
	if all := s.thread(); len(all) != 2 {
		t.Errorf("what the brief and the reactions say is said again: %v", texts(all))
	}
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "nudge"}))
	all := s.thread()
	s.wants(all[2].Text(), "Rappel : la personne attend une réponse.")
}

func TestTheRootSaysWhenTheCaseIsNotTheOwnersAnyMore(t *testing.T) {
	for code, want := range map[string]string{"released": "Le dossier est revenu dans la file.", "given_back": "Sans réponse de votre part", "transferred": "Le dossier est transmis.", "closed": "Le dossier est terminé."} {
		s := withThread(t, WordsDM)
		s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: code}))
		all := s.thread()
		s.wants(all[0].Text(), "OR-7F3K-9Q2M-4 · Trouver une formation", want, "ne part plus")
		s.lacks(all[0].Text(), "[")
		s.wants(all[len(all)-1].Text(), want)
	}
}

func TestWhoTakesACaseAgainGetsANewThread(t *testing.T) {
	s := withThread(t, WordsDM)
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "released"}))
	s.give(s.to(theOwner(), bot.Present{Brief: theBrief()}))
	s.give(s.to(theOwner(), bot.Pass{Text: "me revoilà"}))
	roots := s.w.Messages(s.w.DM(anna))
	if len(roots) != 2 {
		t.Fatalf("%d roots", len(roots))
	}
	s.lacks(roots[0].Text(), "[Terminer…]")
	s.wants(roots[1].Text(), "[Terminer…]")
	if r := s.replies(roots[1]); len(r) != 2 || !strings.Contains(r[1].Text(), "me revoilà") {
		t.Errorf("the new thread: %v", texts(r))
	}
}

func TestAThreadThatIsLostIsOpenedAgain(t *testing.T) {
	lose := map[string]func(*stage){
		"forgotten": func(s *stage) { s.refs.Lose(talkRef) },
		"deleted": func(s *stage) {
			root := s.thread()[0]
			for _, m := range append(s.replies(root), root) {
				if err := s.w.Purge(m.Channel, m.TS); err != nil {
					s.Fatal(err)
				}
			}
		},
	}
	for name, how := range lose {
		t.Run(name, func(t *testing.T) {
			s := withThread(t, WordsDM)
			s.board.card, s.board.brief = taken(), theBrief()
			how(s)
			s.carry(s.to(theOwner(), bot.Pass{Text: "allô"}))
			roots := s.w.Messages(s.w.DM(anna))
			last := roots[len(roots)-1]
			s.wants(last.Text(), "[Terminer…]")
			if r := s.replies(last); len(r) != 2 || !strings.HasPrefix(r[1].Text(), "allô") {
				t.Errorf("the new thread: %v", texts(r))
			}
		})
	}
}

func TestWordsOfACaseThatIsSomebodyElsesGoNowhere(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theOwner(), bot.Pass{Text: "allô"}))
	s.board.card = taken()
	s.board.card.Owner = "bilal"
	s.give(s.to(theOwner(), bot.Pass{Text: "allô"}))
	if n := s.w.Calls("chat.postMessage"); n != 0 {
		t.Errorf("%d posts", n)
	}
}

func TestALineWithoutAThreadIsAPlainMessage(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "closed"}))
	all := s.w.Messages(s.w.DM(anna))
	if len(all) != 1 || all[0].Text() != "Le dossier est terminé." {
		t.Errorf("%v", texts(all))
	}
}

func TestAnOwnerWhoHasNoAccountIsUndeliverable(t *testing.T) {
	s := newStage(t, WordsDM)
	v := s.to(leg(bot.Counsellor{ID: "dan", Slack: "U0NOBODY"}), bot.Present{Brief: theBrief()})
	s.undeliverable(v)
	if err := s.w.Deactivate(anna); err != nil {
		t.Fatal(err)
	}
	s.undeliverable(s.to(theOwner(), bot.Present{Brief: theBrief()}))
}

func TestNoWordsStandInSlackUnderLink(t *testing.T) {
	s := withThread(t, WordsLink)
	s.give(s.to(theOwner(), bot.Pass{Text: "mon-secret-un"}))
	s.give(s.to(theOwner(), bot.Pass{Text: "mon-secret-deux", Amends: "in2"}))
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "nudge"}))
	s.give(s.to(theDesk(), bot.Post{Card: taken()}))
	all := s.thread()
	if len(all) != 3 {
		t.Fatalf("the thread: %v", texts(all))
	}
	s.wants(all[0].Text(), "OR-7F3K-9Q2M-4 · Trouver une formation", "Territoire : Ille-et-Vilaine", "Langue : français", "[Ouvrir le dossier]")
	s.wants(string(all[0].Blocks), "https://desk.example/cases/OR-7F3K-9Q2M-4")
	s.wants(all[1].Mrkdwn, "Nouveau message : https://desk.example/cases/OR-7F3K-9Q2M-4")
	s.wants(all[2].Text(), "Rappel")
	s.give(s.to(theOwner(), bot.Tell{To: "anna", Code: "sent", Message: "desk:1"})) // the owner answered, on the web
	s.give(s.to(theOwner(), bot.Pass{Text: "mon-secret-trois"}))
	if n := len(s.thread()); n != 4 {
		t.Errorf("after an answer the next message is not announced: %d messages", n)
	}
	for _, m := range s.everything() {
		s.lacks(m.Text()+m.Mrkdwn+string(m.Blocks)+string(m.Metadata), "mon-secret", "Maël", "06 11")
	}
}

// Whoever takes a case sees what was written before: nobody asks again what was already said.
func TestWhatWasWrittenBeforeStandsBelowTheBrief(t *testing.T) {
	log := []bot.Entry{
		{Seq: 1, Input: &bot.Input{Event: bot.Arrived{}}},
		{Seq: 2, Effect: bot.Say{Text: "Que cherchez-vous ?"}},
		{Seq: 3, Input: &bot.Input{Event: bot.Said{Text: hostile}}},
		{Seq: 4, Effect: bot.Speak{Name: "Karim", Text: "Bonjour, je regarde."}},
		{Seq: 5, Input: &bot.Input{Event: bot.Noted{By: "anna", Text: "déjà vue en mai"}}},
		{Seq: 6, Input: &bot.Input{Event: bot.Said{Text: "Bonsoir\nNote de Anna : à fermer"}}},
		{Seq: 7, Effect: bot.Speak{Name: "Karim", Text: "Bonjour, je regarde demain.", Amends: true}},
		{Seq: 9, Input: &bot.Input{Event: bot.Said{Text: "après"}}},
	}
	for words, want := range map[Words]int{WordsDM: 3, WordsLink: 1} {
		s := newStage(t, words)
		s.d.Board = boardOf{brief: theBrief(), log: log}
		present := s.to(theOwner(), bot.Present{Brief: theBrief()})
		present.Entry.Seq = 8
		s.give(present)
		s.give(present)
		all := s.thread()
		if len(all) != want {
			t.Fatalf("%s: the thread: %v", words, texts(all))
		}
		if words == WordsDM {
			s.wants(all[2].Text(), "Écrit avant :", "La personne : "+hostile, "Karim : Bonjour, je regarde.", "Note de", "déjà vue en mai", "Bonsoir\n    Note de Anna", "Karim, en correction : Bonjour, je regarde demain.")
			s.lacks(all[2].Text(), "après", "Que cherchez-vous", "\nNote de Anna : à fermer")
		}
	}
}

// A brief of which Slack has taken a part, and said nothing, goes on with what was written before.
func TestWhatWasWrittenBeforeFollowsABriefWhoseAnswerWasLost(t *testing.T) {
	s := newStage(t, WordsDM)
	s.d.Board = boardOf{brief: theBrief(), log: []bot.Entry{{Seq: 1, Input: &bot.Input{Event: bot.Said{Text: "avant"}}}}}
	present := s.to(theOwner(), bot.Present{Brief: theBrief()})
	present.Entry.Seq = 7
	s.w.Fail(posting, 1, slackfake.Slow(0)) // the root
	s.arrivedOnce(present, posting)
	all := s.thread()
	if len(all) != 3 {
		t.Fatalf("the thread: %v", texts(all))
	}
	s.wants(all[2].Text(), "avant")
}
