package main

import (
	"html"
	"strings"
	"time"

	"frontdesk/bot"
)

// This is what Camille does on the monday, case by case. What one needs time for stands last.

// danger first: the Procédure danger, step by step.
func (m *monday) danger() {
	m.t.Helper()
	dan := m.all[danger]
	m.camille.writes(dan, "Bonjour Dan, je suis là.")
	m.passes(10 * time.Second)
	dan.sees("Bonjour Dan, je suis là.")
	for _, step := range []string{"open", "called", "close"} {
		m.camille.does(dan, "procedure", "do", step, "note", "fait")
	}
	m.camille.does(dan, "finish", "outcome", "safety")
}

func (m *monday) cannedAnswer() {
	m.t.Helper()
	eva := m.all[canned]
	root := m.camille.thread(eva)
	if err := m.slack.Click(m.camille.user, root.Channel, root.TS, "canned"); err != nil {
		m.t.Fatal(err)
	}
	if err := m.fills(m.camille.user, "answer", "La VAE : valider son expérience"); err != nil {
		m.t.Fatal(err)
	}
	if err := m.fills(m.camille.user, "text", "La VAE peut donner un diplôme. Je vous envoie la suite."); err != nil {
		m.t.Fatal(err)
	}
	m.settled()
	m.passes(10 * time.Second)
	eva.sees("Camille, Accueil régional de l'orientation (exemple) : La VAE peut donner un diplôme.")
	m.camille.does(eva, "finish", "outcome", "answered")
}

// takesBack: deleted within ten seconds, a message never reaches anybody.
func (m *monday) takesBack() {
	m.t.Helper()
	fatou := m.all[hasty]
	root := m.camille.thread(fatou)
	ts := m.camille.writes(fatou, "Bonjour Farid")
	m.passes(5 * time.Second)
	if err := m.slack.Delete(m.camille.user, root.Channel, ts); err != nil {
		m.t.Fatal(err)
	}
	m.settled()
	m.camille.writes(fatou, "Bonjour Fatou")
	m.passes(15 * time.Second)
	fatou.sees("Bonjour Fatou")
	if fatou.times("Farid") > 0 {
		m.t.Error("what was taken back is seen")
	}
	m.camille.does(fatou, "finish", "outcome", "answered")
}

// handsOn: to the CIO, with the person's agreement; Noa accepts it there.
func (m *monday) handsOn() {
	m.t.Helper()
	c := m.all[handed]
	m.camille.writes(c, "Êtes-vous d'accord pour que je transmette au CIO ?")
	m.passes(10 * time.Second)
	c.sees("d'accord pour que je transmette")
	c.says("oui")
	m.camille.does(c, "transfer", "structure", "cio-35", "reason", "Projet d'orientation", "consent", "oui")
	c.sees("Votre demande est transmise à ce service : CIO d'Ille-et-Vilaine")
	m.until("Noa sees the card", func() bool { return m.noa.presses(c, "claim") == nil })
	m.settled()
	c.sees("Votre demande est acceptée")
}

// refusal: the mise en relation of Saturday is refused by the CIO, and comes back to the lead's desk.
func (m *monday) refusal() {
	m.t.Helper()
	chloe := m.all[referred]
	if err := m.noa.presses(chloe, "refuse"); err != nil {
		m.t.Fatal(err)
	}
	if err := m.fills(m.noa.user, "reason", "territory", "note", "Elle est de Fougères"); err != nil {
		m.t.Fatal(err)
	}
	m.settled()
	if s := chloe.session(); s.Case.Structure != "accueil-regional" || s.Case.Refused != "territory" || !s.Life.Open() {
		m.t.Fatalf("after the refusal it is %s at %s, refused %q", s.Life, s.Case.Structure, s.Case.Refused)
	}
	if said := m.camille.slash("suivante"); !strings.Contains(said, chloe.dossier()) {
		m.t.Fatalf("she gets %q, want %s, which came back", said, chloe.dossier())
	}
	m.camille.writes(chloe, "Le CIO de Fougères vous recevra.")
	m.passes(10 * time.Second)
	chloe.sees("Le CIO de Fougères vous recevra.")
	m.camille.does(chloe, "finish", "outcome", "referred", "structure", "cio-35")
}

// letter: the answer that was promised by e-mail goes out by e-mail, and its subject says nothing.
func (m *monday) letter() {
	m.t.Helper()
	ben := m.all[byMail]
	m.camille.writes(ben, "Bonjour, un accompagnement existe près de chez vous.")
	m.passes(10 * time.Second)
	m.settled()
	all := m.post.letters("ben@exemple.fr")
	last := all[len(all)-1]
	if !strings.Contains(last.body, "un accompagnement existe près de chez vous") || !strings.Contains(last.body, ben.dossier()) {
		m.t.Errorf("the letter says %s", last.body)
	}
	for _, l := range all {
		if strings.Contains(l.subject, "accompagnement") || strings.Contains(l.subject, "VAE") {
			m.t.Errorf("a subject says why: %q", l.subject)
		}
	}
	m.camille.does(ben, "finish", "outcome", "answered")
}

// promises: an answer on Wednesday; and Ana's, which was promised on Saturday, is given.
func (m *monday) promises() {
	m.t.Helper()
	c := m.all[dated]
	m.camille.does(c, "promise", "day", "2026-12-02", "hour", "11:00", "contact", "desk")
	c.sees("mercredi")
	ana := m.all[later1]
	m.camille.writes(ana, "Voici la réponse promise.")
	m.passes(10 * time.Second)
	ana.sees("Voici la réponse promise.")
	m.camille.does(ana, "finish", "outcome", "answered")
}

func (m *monday) closesWithADate() {
	m.t.Helper()
	m.camille.does(m.all[closes], "finish", "outcome", "appointment", "follow", "2026-12-14")
	m.camille.does(m.all[plainly], "finish", "outcome", "out_of_scope")
}

// copies: « Copier le dossier » is plain text, the same as in the brief.
func (m *monday) copies() {
	m.t.Helper()
	c := m.all[copied]
	page := html.UnescapeString(m.page("camille", c.dossier()))
	if !strings.Contains(page, "Copier le dossier") || !strings.Contains(page, "Faire reconnaître mon expérience (VAE)") {
		m.t.Errorf("the page of %s has no dossier to copy", c.dossier())
	}
	m.camille.does(c, "finish", "outcome", "unreachable")
}

// silence: who says nothing is asked once, and then left in peace.
func (m *monday) silence() {
	m.t.Helper()
	c := m.all[silent]
	m.camille.writes(c, "Bonjour, que cherchez-vous ?")
	m.passes(10 * time.Second)
	m.passes(16 * time.Minute)
	c.sees("Êtes-vous toujours là ? Camille attend votre message.")
	if s := c.session(); s.Life != bot.Live {
		m.t.Errorf("after the nudge it is %s", s.Life)
	}
	m.passes(16 * time.Minute)
	c.sees("Je ferme notre conversation")
}

// ends wants each of the twelve where it belongs in the evening, and one back on its day.
func (m *monday) ends() {
	m.t.Helper()
	for i, want := range []struct {
		life      bot.Life
		outcome   string
		structure bot.StructureID
		owner     bot.CounsellorID
	}{
		later1:   {bot.Closed, "answered", "accueil-regional", "camille"},
		byMail:   {bot.Closed, "answered", "accueil-regional", "camille"},
		referred: {bot.Closed, "referred", "accueil-regional", "camille"},
		danger:   {bot.Closed, "safety", "accueil-regional", "camille"},
		canned:   {bot.Closed, "answered", "accueil-regional", "camille"},
		hasty:    {bot.Closed, "answered", "accueil-regional", "camille"},
		handed:   {bot.Promised, "", "cio-35", "noa"},
		dated:    {bot.Promised, "", "accueil-regional", "camille"},
		closes:   {bot.Closed, "appointment", "accueil-regional", "camille"},
		copied:   {bot.Closed, "unreachable", "accueil-regional", "camille"},
		silent:   {bot.Closed, "silent", "accueil-regional", "camille"},
		plainly:  {bot.Closed, "out_of_scope", "accueil-regional", "camille"},
	} {
		s := m.all[i].session()
		if s.Life != want.life || s.Case.Outcome != want.outcome || s.Case.Structure != want.structure || s.Case.Owner != want.owner {
			m.t.Errorf("%s is %s %q at %s with %q; want %v", m.all[i].name, s.Life, s.Case.Outcome, s.Case.Structure, s.Case.Owner, want)
		}
	}
	m.to("2026-12-14 09:30")
	if s := m.all[closes].session(); s.Life != bot.Promised || s.Case.Owner != "" {
		m.t.Errorf("on its day the case is %s with %q; want it back in the queue", s.Life, s.Case.Owner)
	}
	if markups, failures := m.slack.Markups(), m.slack.Failures(""); len(markups) > 0 || len(failures) > 0 {
		m.t.Errorf("live markup %v, failures %v", markups, failures)
	}
}
