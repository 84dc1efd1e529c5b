package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"frontdesk/bot"
)

// words is a page as it is read: its texts, without marks.
var marks = regexp.MustCompile(`<[^>]*>`)

func words(html string) string {
	_, html, _ = strings.Cut(html, `<main`)
	text := strings.NewReplacer("&#39;", "'", "&nbsp;", " ", "\u00a0", " ").Replace(marks.ReplaceAllString(html, " "))
	return strings.Join(strings.Fields(text), " ")
}

// talk is the part of a case that is the conversation.
func talk(text string) string {
	_, text, _ = strings.Cut(text, "Robot")
	text, _, _ = strings.Cut(text, "Répondre à la personne.")
	return text
}

func TestAPartnerReadsAndNotesAndDoesNothingElse(t *testing.T) {
	r := open(t)
	id := r.waits(number, func(c *bot.Card) { c.Beside = vannes })
	camille, yann := r.as("camille"), r.as("yann")
	camille.does(number, "claim")
	if err := r.Hear(id, "m0", "je suis perdu"); err != nil {
		t.Fatal(err)
	}
	_, list := yann.get("/desk/")
	if !strings.Contains(list, number) || !strings.Contains(list, "votre structure est invitée") || !strings.Contains(list, "Accueil régional") {
		t.Error("the list does not show the case that the structure was invited to")
	}
	status, page := yann.get("/desk/cases/" + number)
	text := words(page)
	if status != http.StatusOK || !strings.Contains(text, "je suis perdu") || !strings.Contains(text, "Votre structure est invitée. Vous lisez et vous notez") || !strings.Contains(text, "Camille suit ce dossier.") {
		t.Errorf("%d %s", status, text)
	}
	for _, verb := range []string{"reply", "transfer", "procedure", "invite", "misroute", "finish", "release", "promise"} {
		if strings.Contains(page, "/"+verb+`"`) {
			t.Errorf("the page of a guest offers %s", verb)
		}
	}
	if strings.Contains(page, "dossier.json") || !strings.Contains(page, `/note"`) {
		t.Error("the page of a guest offers the file, or no note")
	}
	if got := yann.does(number, "note", "text", "Je connais ce dossier."); got != "Note enregistrée. La personne ne la voit pas." {
		t.Errorf("a note: %q", got)
	}
	before := len(r.Inputs(id))
	for verb, args := range map[string][]string{"claim": nil, "reply": {"text", "bonjour"}, "release": nil, "misroute": nil, "procedure": {"do", "open"},
		"invite": {"do", "end"}, "finish": {"outcome", "answered"}, "accept": nil} {
		if got := yann.does(number, verb, args...); got != "Ce dossier n'est pas à vous." {
			t.Errorf("%s by a guest: %q", verb, got)
		}
	}
	if status, _ := yann.get("/desk/cases/" + number + "/dossier.json"); status != http.StatusNotFound {
		t.Errorf("the file for a guest: %d", status)
	}
	if got := len(r.Inputs(id)); got != before {
		t.Errorf("%d inputs came of what a guest may not do", got-before)
	}
}

func TestACaseThatWaitsIsNotAGuestsToTake(t *testing.T) {
	r := open(t)
	r.waits(number, func(c *bot.Card) { c.Beside = vannes })
	yann := r.as("yann")
	_, list := yann.get("/desk/")
	if strings.Contains(list, `/claim"`) || !strings.Contains(words(list), "Personne n'attend.") {
		t.Error("the list of a guest offers the case, or counts it")
	}
	if status, body := yann.post("/desk/next", url.Values{"idem": {"12345678"}}); status != http.StatusOK || flash(body) != "Aucun dossier n'attend." {
		t.Errorf("the next one: %d %q", status, flash(body))
	}
}

func TestTheOwnerSeesWhoIsInvitedAndEndsIt(t *testing.T) {
	r := open(t)
	r.waits(number, func(c *bot.Card) { c.Beside = vannes })
	camille := r.as("camille")
	camille.does(number, "claim")
	_, page := camille.get("/desk/cases/" + number)
	if text := words(page); !strings.Contains(text, "partenaire invité : Mission locale de Vannes") || !strings.Contains(text, "Mettre fin à l'invitation") || strings.Contains(text, "La personne est d'accord pour que cette structure voie") {
		t.Errorf("%s", text)
	}
	if _, list := camille.get("/desk/"); !strings.Contains(list, "partenaire invité") {
		t.Error("the list does not show it")
	}
	other := open(t)
	other.waits(number, nil)
	camille = other.as("camille")
	camille.does(number, "claim")
	if _, page := camille.get("/desk/cases/" + number); !strings.Contains(words(page), "La personne est d'accord pour que cette structure voie son dossier.") {
		t.Error("nobody can be invited")
	}
}

func TestTheBriefAsAFile(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille, dominique, sacha := r.as("camille"), r.as("dominique"), r.as("sacha")
	if status, _ := camille.get("/desk/cases/" + number + "/dossier.json"); status != http.StatusNotFound {
		t.Errorf("before it was taken: %d", status)
	}
	camille.does(number, "claim")
	for name, who := range map[string]struct {
		someone
		may bool
	}{"owner": {camille, true}, "colleague": {dominique, false}, "lead": {sacha, true}} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+"/desk/cases/"+number+"/dossier.json", nil)
		answer, err := who.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var got bot.Brief
		err = json.NewDecoder(answer.Body).Decode(&got)
		answer.Body.Close()
		if !who.may {
			if answer.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", name, answer.StatusCode)
			}
			continue
		}
		want := r.Brief(bot.Session{ID: id})
		want.Handed, got.Handed = want.Handed.UTC(), got.Handed.UTC()
		want.Promised, got.Promised = want.Promised.UTC(), got.Promised.UTC()
		if err != nil || answer.StatusCode != http.StatusOK || !got.Handed.Equal(want.Handed) || got.Dossier != want.Dossier || !reflect.DeepEqual(got.Answers, want.Answers) {
			t.Errorf("%s: %d, %v, %+v", name, answer.StatusCode, err, got)
		}
		if answer.Header.Get("Content-Disposition") != "attachment; filename="+number+".json" || answer.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %v", name, answer.Header)
		}
	}
}

// A played case is one whose owner has it, and to which a test lets things happen.
type played struct {
	*room
	id      bot.ConversationID
	camille someone
}

var (
	onTelegram = bot.Leg{ID: "telegram", Channel: "telegram", Peer: "1", For: bot.ToCitizen, Push: true}
	onSlack    = bot.Leg{ID: "slack", Channel: "slack", Peer: "2", For: bot.ToOwner}
)

func play(t *testing.T) *played {
	t.Helper()
	r := open(t)
	p := &played{r, r.waits(number, nil), r.as("camille")}
	p.camille.does(number, "claim")
	return p
}

func (p *played) happens(input string, leg bot.Leg, event bot.Event, then ...bot.Effect) {
	p.t.Helper()
	p.Play(func(int, bot.Input) []bot.Addressed {
		var all []bot.Addressed
		tells := []bot.Audience{bot.ToActor, bot.ToOwner}
		for _, e := range then {
			to := bot.ToCitizen
			switch e.(type) {
			case bot.Tell:
				to, tells = tells[0], tells[1:]
			case bot.Write:
				to = bot.ToMail
			}
			all = append(all, bot.Addressed{To: to, Effect: e})
		}
		return all
	})
	if err := p.Take(p.t.Context(), bot.Input{ID: input, Conversation: p.id, Leg: leg, Event: event}); err != nil {
		p.t.Fatal(err)
	}
}

// shows wants some sentences in the talk, and others not.
func (p *played) shows(want, not []string) {
	p.t.Helper()
	_, page := p.camille.get("/desk/cases/" + number)
	text := talk(words(page))
	for _, w := range want {
		if !strings.Contains(text, w) {
			p.t.Errorf("no %q in: %s", w, text)
		}
	}
	for _, n := range not {
		if strings.Contains(text, n) {
			p.t.Errorf("%q is in: %s", n, text)
		}
	}
}

func tell(code string) bot.Tell { return bot.Tell{To: "camille", Code: code, At: time.Now()} }

func speak(message, text string) bot.Speak {
	return bot.Speak{Message: message, Name: "Camille", From: "Accueil", Text: bot.Words(text)}
}

func reply(text string) bot.Replied { return bot.Replied{By: "camille", Text: bot.Words(text)} }

// What becomes of a message stands at the message.
func TestWhatBecameOfMessages(t *testing.T) {
	p := play(t)
	p.happens("s1", onSlack, reply("premier"), tell("sent"))
	p.happens("t1", bot.Leg{}, bot.Rang{}, speak("s1", "premier"))
	p.happens("d1", bot.Leg{}, bot.Delivered{Leg: "telegram", Message: "s1"})
	p.happens("s2", onSlack, reply("à lundy"), tell("sent"))
	p.happens("s2b", onSlack, bot.Replied{By: "camille", Text: "à lundi", Amends: "s2"}, tell("amended"))
	p.happens("s3", onSlack, reply("troisième"), tell("sent"))
	p.happens("t3", bot.Leg{}, bot.Rang{}, speak("s3", "troisième"))
	p.happens("s3b", onSlack, bot.Replied{By: "camille", Text: "troisième, corrigé", Amends: "s3"}, bot.Speak{Message: "s3", Name: "Camille", Text: "troisième, corrigé", Amends: true}, tell("amended"))
	p.happens("s4", onSlack, reply("par erreur"), tell("sent"))
	p.happens("t4", bot.Leg{}, bot.Rang{}, speak("s4", "par erreur"))
	p.happens("b4", onSlack, bot.TookBack{By: "camille", Message: "s4", Written: time.Now()}, bot.Withdraw{Message: "s4"}, tell("withdrawn"))
	p.happens("s5", onSlack, reply("perdu"), tell("sent"))
	p.happens("t5", bot.Leg{}, bot.Rang{}, speak("s5", "perdu"), bot.Write{Kind: "answer", Text: "perdu, par lettre"})
	p.happens("u5", bot.Leg{}, bot.Undelivered{Leg: "telegram", Message: "s5"})
	p.shows([]string{"premier remis", "à lundi modifié Le message part", "troisième, corrigé modifié envoyé", "par erreur retiré de la conversation de la personne",
		"perdu non remis à la personne", "Un message n'a pas pu être remis à la personne.", "La réponse part aussi par e-mail."},
		[]string{"à lundy", "par lettre", "ce message n'est pas parti"})
	p.happens("c1", onTelegram, bot.Said{Text: "merci"})
	p.shows([]string{"premier vu", "par erreur retiré", "perdu non remis"}, nil)
	p.happens("s6", onSlack, reply("trop tard"), tell("sent"))
	p.happens("c2", onTelegram, bot.Said{Text: "STOP"}, bot.Tell{To: "camille", Code: "undelivered", Message: "s6"})
	p.shows([]string{"trop tard refusé : ce message n'est pas parti"}, nil)
}

func TestWhatElseHappensInATalk(t *testing.T) {
	p := play(t)
	p.happens("c1", onTelegram, bot.Said{Text: "lundi"})
	p.happens("c2", onTelegram, bot.Said{Text: "mardi", Amends: "c1"})
	p.happens("c3", onTelegram, bot.Said{Text: "sans original", Amends: "c0"})
	p.happens("c4", onTelegram, bot.Enclosed{Kind: "voice"})
	p.happens("c5", onTelegram, bot.GaveContact{Phone: "+33261910042", Own: true})
	p.happens("c6", onTelegram, bot.Arrived{Resumed: true})
	p.happens("c7", onTelegram, bot.HungUp{Moved: true})
	p.happens("i1", onSlack, bot.Invited{By: "camille", To: vannes, Consent: true}, tell("invited"))
	p.happens("i2", onSlack, bot.Invited{By: "camille"}, tell("uninvited"))
	p.happens("i3", onSlack, bot.Misrouted{By: "camille"}, tell("misrouted"))
	p.happens("i4", onSlack, bot.Redacted{By: "camille", Message: "c1", Seqs: []int64{1}}, tell("redacted"))
	p.happens("i5", onSlack, bot.Invited{By: "camille", To: "cio-rennes"}, tell("refused_consent"))
	p.happens("a1", bot.Leg{}, bot.DeskAway{Desk: "slack"})
	p.happens("m1", onTelegram, bot.Said{Text: "il me frappe"}, tell("no_letters"))
	p.shows([]string{"mardi modifié. Avant : lundi", "sans original modifié", "La personne a voulu envoyer un message vocal.",
		"La personne a donné un numéro de téléphone par un bouton.", "La personne continue ici depuis un autre endroit.", "La personne continue dans une autre conversation.",
		"Camille a invité Mission locale de Vannes, avec l'accord de la personne.", "Camille a mis fin à l'invitation du partenaire.",
		"Camille a signalé un mauvais aiguillage.", "Camille a retiré des mots de ce dossier.", "L'outil de l'équipe ne répond pas.", "rien ne part plus par e-mail"},
		[]string{"33261910042", "CIO de Rennes, avec"})
}

// Who owns a case in Slack is told there, too, what became of what they did: on the web it stands once.
func TestWhatAnOwnerInSlackIsToldTwiceStandsOnce(t *testing.T) {
	p := play(t)
	p.happens("i1", onSlack, bot.Invited{By: "camille", To: vannes, Consent: true}, tell("invited"), tell("invited"))
	_, page := p.camille.get("/desk/cases/" + number)
	if n := strings.Count(talk(words(page)), "Camille a invité Mission locale de Vannes"); n != 1 {
		t.Errorf("it stands %d times", n)
	}
}

func TestInvitingInABrowser(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	b := browse(t, r)
	b.Size(1280, 800)
	b.Scheme("light")
	b.enter("camille")
	b.Open("/desk/cases/"+number, ".offer")
	b.Do("take", chromedp.Click(chromedp.CSS(".offer button")), chromedp.WaitReady(chromedp.ID("text")))
	b.Do("invite", chromedp.Click(chromedp.CSS("[popovertarget=invite]")))
	b.Axe("invite", "")
	b.Shot("20-inviter")
	b.Do("choose", chromedp.SetValue(chromedp.ID("invite-to"), "ml-vannes"), chromedp.Click(chromedp.CSS("#invite [name=consent]")), chromedp.Click(chromedp.CSS("#invite .main")))
	b.Until("the panel gone", `!document.getElementById("invite").matches(":popover-open")`)
	if got := r.Inputs(id); !reflect.DeepEqual(got[len(got)-1], bot.Invited{By: "camille", To: vannes, Consent: true}) {
		t.Errorf("%+v", got)
	}
	b.Do("misroute", chromedp.Click(chromedp.CSS("[popovertarget=misroute]")))
	b.Axe("misroute", "")
	b.Shot("21-aiguillage")
	b.Do("not", chromedp.Click(chromedp.CSS("#misroute .quiet")))
	b.Do("finish", chromedp.Click(chromedp.CSS("[popovertarget=finish]")))
	b.Axe("finish", "")
	b.Shot("22-terminer")
	b.Do("not", chromedp.Click(chromedp.CSS("#finish .quiet")))
	b.Do("copy", chromedp.Click(chromedp.CSS("[popovertarget=copy]")))
	b.Axe("copy", "")
	b.Shot("23-copier")
}
