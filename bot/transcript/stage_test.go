package transcript

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
)

// reception is a small front desk to play scripts on: it asks one question, lets a counsellor take
// over, holds messages for ten seconds and asks who says nothing for two minutes.
type reception struct {
	script  *Script
	now     time.Time
	version int
	ask     bot.AskID
	owner   bot.Actor
	timers  []timer
	log     []bot.Entry
}

type timer struct {
	at   time.Time
	name string
	ring func() []bot.Effect
}

var offers = []bot.Choice{{ID: "etudes", Label: "Choisir un métier ou des études"}, {ID: "emploi", Label: "Trouver un emploi"}}

func newReception(s *Script) *reception { return &reception{script: s, now: s.World.At} }

func (r *reception) Input(in bot.Input) ([]bot.Entry, error) {
	in.At, in.Facts = r.now, r.script.Facts(in)
	if in.Leg.For == bot.ToCitizen {
		r.stop("silence")
	}
	r.version++
	return r.entries(in, r.decide(in)), nil
}

func (r *reception) entries(in bot.Input, effects []bot.Effect) []bot.Entry {
	entries := []bot.Entry{{Cause: in.ID, At: r.now, Input: &in}}
	for _, f := range effects {
		entries = append(entries, bot.Entry{Cause: in.ID, At: r.now, To: bot.ToCitizen, Effect: f})
	}
	r.log = append(r.log, entries...)
	return entries
}

func (r *reception) Pass(d time.Duration) ([]bot.Entry, error) {
	if d > 24*time.Hour {
		return nil, fmt.Errorf("%s is longer than this desk stays open", d)
	}
	until := r.now.Add(d)
	var all []bot.Entry
	for len(r.timers) > 0 && !r.timers[0].at.After(until) {
		more, err := r.UntilTimer()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	r.now = until
	return all, nil
}

func (r *reception) UntilTimer() ([]bot.Entry, error) {
	if len(r.timers) == 0 {
		return nil, fmt.Errorf("no timer is set")
	}
	t := r.timers[0]
	r.timers = r.timers[1:]
	r.now = t.at
	r.version++
	return r.entries(bot.Input{ID: "timer", At: r.now, Event: bot.Rang{}}, t.ring()), nil
}

func (r *reception) after(d time.Duration, name string, ring func() []bot.Effect) {
	r.timers = append(r.timers, timer{r.now.Add(d), name, ring})
	slices.SortStableFunc(r.timers, func(a, b timer) int { return a.at.Compare(b.at) })
}

func (r *reception) stop(name string) bool {
	n := len(r.timers)
	r.timers = slices.DeleteFunc(r.timers, func(t timer) bool { return t.name == name })
	return len(r.timers) < n
}

func (r *reception) question(text string) []bot.Effect {
	r.ask = bot.AskID(fmt.Sprintf("%d.1", r.version))
	patience := 6 * time.Second
	if r.script.World.Channel != "phone" {
		patience = 2 * time.Minute
		r.after(patience, "silence", func() []bot.Effect { return r.question("Vous êtes là ?") })
	}
	return []bot.Effect{bot.Say{Text: text, Options: offers, Ask: r.ask}, bot.Listen{Ask: r.ask, Patience: patience}}
}

func (r *reception) decide(in bot.Input) []bot.Effect {
	actor := in.Facts.Actor
	switch e := in.Event.(type) {
	case bot.Arrived:
		return r.question(fmt.Sprintf("Bonjour (%s%s). Que cherchez-vous ?", e.Language, e.Entry))
	case bot.Chose:
		if e.Ask != r.ask {
			return []bot.Effect{bot.Say{Text: "Revenir à cette question ? " + e.Option}}
		}
		return r.question("Noté : " + e.Option + ". Et le besoin ?")
	case bot.Pressed:
		return r.question("Touche " + e.Keys)
	case bot.NoInput:
		if e.Ask != r.ask {
			return nil
		}
		return r.question("Je n'ai rien entendu.")
	case bot.Said:
		return r.said(string(e.Text), in.Facts.OnDuty)
	case bot.Claimed:
		return r.claimed(actor)
	case bot.Replied:
		r.after(10*time.Second, in.ID, func() []bot.Effect {
			return []bot.Effect{bot.Speak{Message: in.ID, Name: actor.Name, Text: e.Text}}
		})
		return []bot.Effect{bot.Tell{To: actor.ID, Code: "sent"}}
	case bot.TookBack:
		if r.stop(e.Message) {
			return []bot.Effect{bot.Tell{To: actor.ID, Code: "taken_back"}}
		}
		return []bot.Effect{bot.Tell{To: actor.ID, Code: "too_late"}}
	case bot.Promise:
		return []bot.Effect{bot.Tell{To: actor.ID, Code: "promised", At: e.At}, bot.Post{Card: bot.Card{Dossier: "OR-7F3K-2", Life: bot.Promised, Due: e.At}}}
	case bot.HungUp:
		return []bot.Effect{bot.Hangup{Reason: "citizen"}}
	case bot.EraseAsked:
		return []bot.Effect{bot.Forget{Leg: "web"}}
	}
	return []bot.Effect{bot.Tell{To: actor.ID, Code: strings.TrimSpace(fmt.Sprintf("%s %+v", bot.Name(in.Event), in.Event))}}
}

func (r *reception) said(text string, onDuty int) []bot.Effect {
	switch {
	case text == "humain":
		return []bot.Effect{bot.Say{Text: fmt.Sprintf("%d de garde", onDuty)},
			bot.Post{Card: bot.Card{Dossier: "OR-7F3K-2", Life: bot.Waiting, Queue: "accueil-regional/35", Urgent: true, Due: r.now.Add(5 * time.Minute)}}}
	case text == "mal":
		return []bot.Effect{bot.Say{Text: "Merci de me le dire.\n\n3114, jour et nuit.", Safety: true}}
	case r.owner.ID != "":
		return []bot.Effect{bot.Pass{Text: bot.Words(text)}}
	}
	return r.question("Vous avez dit : " + text)
}

func (r *reception) claimed(by bot.Actor) []bot.Effect {
	if r.owner.ID != "" {
		return []bot.Effect{bot.Tell{To: by.ID, Code: "lost", Who: r.owner.Name}}
	}
	r.owner = by
	return []bot.Effect{
		bot.Tell{To: by.ID, Code: "won"},
		bot.Present{Brief: bot.Brief{Answers: []bot.BriefLine{{Name: "besoin", Value: "Trouver un emploi"}, {Name: "age", Value: "17"}}, Territory: "35"}},
		bot.Post{Card: bot.Card{Dossier: "OR-7F3K-2", Life: bot.Live, Queue: "accueil-regional/35", Owner: by.ID, OwnerName: cmp.Or(by.Name, "?")}},
	}
}
