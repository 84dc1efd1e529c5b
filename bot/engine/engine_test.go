package engine_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// shelf holds one program, live and pinned.
type shelf struct{ p *engine.Program }

func (s shelf) Live() *engine.Program { return s.p }

func (s shelf) Pinned(release string) (*engine.Program, bool) {
	return s.p, release == s.p.Bundle.Hash
}

func reference(t testing.TB) *engine.Program { return programOf(t, "") }

// A talk is a conversation played on the engine alone, the session stored and read each turn.
type talk struct {
	t  testing.TB
	e  *engine.Engine
	s  bot.Session
	at time.Time
	n  int
	in bot.Input // defaults for what is not given
}

// open is a Tuesday on which the desk is open.
var open = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func newTalk(t testing.TB, p *engine.Program) *talk {
	return &talk{t: t, e: engine.New(shelf{p}), s: bot.Session{ID: "c1"}, at: open,
		in: bot.Input{Conversation: "c1", Leg: bot.Leg{ID: "web", Channel: "web", For: bot.ToCitizen}, Facts: bot.Facts{OnDuty: 1,
			Actor: bot.Actor{ID: "camille", Name: "Camille", Structures: []bot.StructureID{"accueil-regional"}}}}}
}

func (k *talk) play(ev bot.Event) bot.Turn {
	k.t.Helper()
	k.n++
	in := k.in
	in.ID, in.At, in.Event = string(rune('a'+k.n)), k.at, ev
	turn, err := k.e.Step(k.s, in)
	if err != nil {
		k.t.Fatal(err)
	}
	k.s, err = bot.DecodeSession(bot.EncodeSession(nil, &turn.After))
	if err != nil {
		k.t.Fatal(err)
	}
	k.s.ID, k.s.Version = turn.After.ID, turn.After.Version
	return turn
}

func (k *talk) say(words string) bot.Turn {
	k.t.Helper()
	return k.play(bot.Said{Text: bot.Words(words)})
}

// told is all the bot said in a turn.
func told(t bot.Turn) string {
	var all []string
	for _, e := range t.Effects {
		if say, ok := e.Effect.(bot.Say); ok && e.To == bot.ToCitizen {
			all = append(all, say.Text)
		}
	}
	return strings.Join(all, "\n")
}

func code(t bot.Turn) string {
	for _, e := range t.Effects {
		if tell, ok := e.Effect.(bot.Tell); ok && e.To == bot.ToActor {
			return tell.Code
		}
	}
	return ""
}

func TestEveryTurnOfACitizenIsAnswered(t *testing.T) {
	p := reference(t)
	for _, words := range []string{"", "   ", strings.Repeat("a", 10_000), "\x00\x01\xff\xfe", "👍👎🎉", "مرحبا أبحث عن عمل", "\u200b\u200b",
		"'; DROP TABLE sessions; --", "<script>alert(1)</script>", "<!channel> *gras* <@U123>", "{service} {{.x}}", "0", "2️⃣", "la deuxième", "\r\n"} {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		for range 4 { // long enough for every rung of the reprompts
			turn := k.say(words)
			if turn.Fault != nil {
				t.Errorf("%q: the fallback answered: %v", words, turn.Fault)
			}
			if told(turn) == "" {
				t.Errorf("%q was met with silence in life %s", words, k.s.Life)
			}
		}
	}
}

func TestAHumanIsOneWordAwayFromEveryQuestion(t *testing.T) {
	p := reference(t)
	for _, words := range []string{"HUMAIN", "un conseiller", "0", "je veux parler à quelqu'un"} {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		k.say(words)
		if k.s.Life != bot.Waiting {
			t.Errorf("%q leads to life %s, want waiting", words, k.s.Life)
		}
	}
}

func TestOnlyOneCounsellorWinsAClaim(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("humain")
	if got := code(k.play(bot.Claimed{By: "camille"})); got != "won" {
		t.Fatalf("the first claim got %q, want won", got)
	}
	k.in.Facts.Actor.ID, k.in.Facts.Actor.Name = "dominique", "Dominique"
	if got := code(k.play(bot.Claimed{By: "dominique"})); got != "lost" {
		t.Errorf("the second claim got %q, want lost", got)
	}
	if got := code(k.play(bot.Replied{By: "dominique", Text: "Bonjour"})); got != "not_owner" {
		t.Errorf("a reply of somebody else got %q, want not_owner", got)
	}
	k.in.Facts.Actor.Structures = []bot.StructureID{"mission-locale-35"}
	if got := code(k.play(bot.Claimed{By: "dominique"})); got != "refused_rights" {
		t.Errorf("a claim over the wall got %q, want refused_rights", got)
	}
}

func TestAMessageCanBeTakenBackForTenSeconds(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("humain")
	k.play(bot.Claimed{By: "camille"})
	held := k.play(bot.Replied{By: "camille", Text: "Bonjour Anna"})
	if speaks(held) || len(k.s.Held) != 1 {
		t.Fatalf("the message is not held: %+v", held.Effects)
	}
	k.at = k.at.Add(9 * time.Second)
	if got := code(k.play(bot.TookBack{By: "camille", Message: held.Input.ID})); got != "taken_back" {
		t.Errorf("taking back got %q", got)
	}
	k.at = k.at.Add(time.Minute)
	if speaks(k.play(bot.Rang{})) {
		t.Error("a message that was taken back was sent")
	}
	second := k.play(bot.Replied{By: "camille", Text: "Bonjour"})
	k.at = k.at.Add(10 * time.Second)
	if !speaks(k.play(bot.Rang{})) {
		t.Error("a message was not sent after ten seconds")
	}
	if got := code(k.play(bot.TookBack{By: "camille", Message: second.Input.ID})); got != "too_late" {
		t.Errorf("taking back what is sent got %q", got)
	}
}

func speaks(t bot.Turn) bool {
	for _, e := range t.Effects {
		if _, ok := e.Effect.(bot.Speak); ok {
			return true
		}
	}
	return false
}

func TestErasureLeavesAnEmptyTombstone(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("j'ai 17 ans, j'ai arrêté le lycée")
	k.say("effacer")
	want := bot.Session{ID: k.s.ID, Version: k.s.Version, Entries: k.s.Entries, Life: bot.Erased, Release: k.s.Release, Language: k.s.Language, Updated: k.s.Updated}
	if len(k.s.Answers) != 0 || k.s.Dossier != "" || k.s.Life != want.Life || k.s.Trace != "" || k.s.Step != "" {
		t.Errorf("something is left: %+v", k.s)
	}
	for _, l := range k.s.Legs {
		if !l.Left {
			t.Errorf("the leg %s is not cut", l.ID)
		}
	}
}

func TestDossierNumbersCheckThemselves(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	number := k.s.Dossier
	if !engine.CheckDossier(number) {
		t.Fatalf("%s does not check", number)
	}
	for i := 3; i < len(number); i++ {
		if number[i] == '-' {
			continue
		}
		for _, c := range "23456789ABCDEFGHJKMNPQRSTVWXY" {
			wrong := number[:i] + string(c) + number[i+1:]
			if wrong != number && engine.CheckDossier(wrong) {
				t.Errorf("%s passes for %s", wrong, number)
			}
		}
	}
}

func TestAPanicIsAnsweredAndKeepsTheCase(t *testing.T) {
	p := reference(t)
	k := newTalk(t, p)
	k.play(bot.Arrived{})
	k.s.Step, k.s.Asking = "accueil.nulle_part", true // a release that lost the step
	turn := k.say("bonjour")
	if turn.Fault == nil || told(turn) == "" || k.s.Life != bot.Promised {
		t.Errorf("fault %v, life %s, said %q", turn.Fault, k.s.Life, told(turn))
	}
}

// FuzzStep plays any words in any state: no fault, no silence.
func FuzzStep(f *testing.F) {
	p := reference(f)
	f.Add("bonjour", uint8(0))
	f.Add("17", uint8(3))
	f.Add("effacer", uint8(5))
	f.Add("\xff{carte.texte}", uint8(9))
	openings := [][]string{{}, {"vae"}, {"humain"}, {"7"}, {"1", "2"}, {"formation", "chomage", "30"}, {"emploi", "étudiant"}, {"langue"}, {"stop"}, {"je veux mourir"}, {"effacer"}}
	f.Fuzz(func(t *testing.T, words string, n uint8) {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		for _, w := range openings[int(n)%len(openings)] {
			k.say(w)
		}
		erased := k.s.Life == bot.Erased
		turn := k.say(words)
		if turn.Fault != nil {
			t.Fatalf("fault: %v", turn.Fault)
		}
		if told(turn) == "" && !erased {
			t.Fatalf("silence in life %s at %s", k.s.Life, k.s.Step)
		}
	})
}

func BenchmarkTurn(b *testing.B) {
	p := reference(b)
	for name, words := range map[string]string{"choice": "5", "free": "bonjour je suis au chômage depuis deux ans et je cherche une formation de plombier vers 35000 merci"} {
		b.Run(name, func(b *testing.B) {
			k := newTalk(b, p)
			k.play(bot.Arrived{})
			if name == "choice" {
				k.say("emploi") // the next question has options
			}
			stored := bot.EncodeSession(nil, &k.s)
			e := k.e
			in := k.in
			in.ID, in.At, in.Event = "x", k.at, bot.Said{Text: bot.Words(words)}
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				s, err := bot.DecodeSession(stored)
				if err != nil {
					b.Fatal(err)
				}
				s.ID, s.Version = "c1", 2
				turn, err := e.Step(s, in)
				if err != nil || turn.Fault != nil {
					b.Fatal(err, turn.Fault)
				}
				out = bot.EncodeSession(out[:0], &turn.After)
			}
		})
	}
}

// graveAt says how grave a danger the first words of a conversation were heard as, "" for none.
func graveAt(t *testing.T, p *engine.Program, words string) flow.Grade {
	k := newTalk(t, p)
	k.play(bot.Arrived{})
	k.say(words)
	for _, d := range p.Bundle.Safety.Dangers {
		if d.ID == k.s.Case.Danger {
			return d.Grade
		}
	}
	return ""
}

func TestImmediateDangerIsHeardHoweverItIsSpelt(t *testing.T) {
	p := reference(t)
	long := strings.Repeat("bla ", 900)
	for _, words := range []string{
		"je veux mourir", "JE VEUX MOURIR", "jveux mourir", "je ve mourir", "je vais me tuer ce soir", "je vai me tué ce soir", "je vais me tué",
		"jv me tuer", "jvé me tuer", "vais me buter", "jme bute ce soir", "me fout en l'air", "j'ai pris tous mes médocs", "je suis sur le pont je vais sauter",
		"on me frappe", "on me séquestre", "mon père a un fusil", "he is beating me", "je peux plus respirer", "je voudrais ne pas me réveiller",
		"ma mère me tape sur les nerfs, je veux mourir", long + "je vais me tuer ce soir",
	} {
		if got := graveAt(t, p, words); got != flow.Immediate {
			t.Errorf("%.60q was heard as %q", words, got)
		}
	}
}

func TestIdiomsAreNoAlarm(t *testing.T) {
	p := reference(t)
	for _, words := range []string{
		"je meurs d'envie de changer de métier", "ça me tue", "tuer le temps", "je suis en arrêt maladie", "j'ai envie de mourir de rire", "mort de rire",
		"ma mère me tape sur les nerfs", "viol de copyright", "je cherche une formation prévention du suicide", "j'habite rue du suicide",
		"plus envie de vivre à Rennes", "marre de vivre chez mes parents", "je veux en finir avec cette formation", "je vais me jeter à l'eau et créer ma boite",
		"lettre d'adieu à mes collègues", "je vous dis adieu et merci", "je veux disparaître de la liste", "je ne veux pas mourir idiot",
	} {
		if got := graveAt(t, p, words); got == flow.Immediate {
			t.Errorf("%q was heard as immediate danger", words)
		}
	}
}
