package engine_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/flows"
	"frontdesk/locales"
)

// bothRegions are the regions that the reference bundle can serve.
var bothRegions = []string{"bretagne", "grand-est"}

func programOf(t testing.TB, region string) *engine.Program {
	t.Helper()
	once, _ := programs.LoadOrStore(region, sync.OnceValues(func() (*engine.Program, error) { return compiled(flows.Files, region) }))
	p, err := once.(func() (*engine.Program, error))()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// compiled makes a bundle of such files ready to play.
func compiled(files fs.FS, region string) (*engine.Program, error) {
	b, err := flow.LoadWithLocales(files, locales.Files, region)
	if err != nil {
		return nil, err
	}
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
}

// programs are the bundles that have been compiled, by region: nobody changes them.
var programs sync.Map

// An outcome is what a person who gave these answers was told.
type outcome struct {
	need, public, card, network, offer, reason, row string
	s                                               bot.Session
}

// outcomes walks every combination of answers, by buttons alone, to « Et maintenant ? » or, where there
// is none, to the first question after the information.
func outcomes(t testing.TB, p *engine.Program) []outcome {
	t.Helper()
	e := engine.New(shelf{p})
	var all []outcome
	var walk func(s bot.Session, depth int)
	walk = func(s bot.Session, depth int) {
		if depth > 8 {
			t.Fatalf("no information after 8 questions: %v", s.Path)
		}
		for _, option := range s.Offered {
			in := bot.Input{ID: fmt.Sprint(s.Version, option), Conversation: "c1", At: open, Facts: bot.Facts{OnDuty: 1},
				Leg: bot.Leg{ID: "web", Channel: "web", For: bot.ToCitizen}, Event: bot.Chose{Ask: s.Ask, Option: option}}
			turn, err := e.Step(s, in)
			if err != nil || turn.Fault != nil {
				t.Fatalf("%s at %s: %v, %v", option, s.Step, err, turn.Fault)
			}
			after := turn.After
			if strings.HasPrefix(after.Step, "autour.") { // what is near there is reference data, not a card
				continue
			}
			if len(after.Cards) == 0 && after.Asking {
				walk(after, depth+1)
				continue
			}
			if strings.HasPrefix(after.Step, "pro.") { // a line of its own: see TestTheProfessionalsLineNeverMeetsTheCitizens
				continue
			}
			get := func(r flow.Role) string { return after.Answers.Get(p.Bundle.As(r)) }
			all = append(all, outcome{get(flow.AsNeed), get(flow.AsPublic), get(flow.AsCard), get(flow.AsNetwork), get(flow.AsOffer),
				get(flow.AsReason), after.Case.Row, after})
			if gave := len(turn.Trace.Cards); gave != 1 {
				t.Errorf("%s, %s: %d cards", get(flow.AsNeed), get(flow.AsPublic), gave)
			}
			if nothing := p.Bundle.Cards[get(flow.AsCard)].Nothing; nothing != (turn.Trace.Lacking == "nothing") {
				t.Errorf("%s, %s: the card %s, but the trace lacks %q", get(flow.AsNeed), get(flow.AsPublic), get(flow.AsCard), turn.Trace.Lacking)
			}
			if turn.Trace.Lacking != "" && (turn.Trace.Need == "" || turn.Trace.Need != get(flow.AsNeed) || turn.Trace.Public != get(flow.AsPublic)) {
				t.Errorf("unanswered, but of which need and public? %+v", turn.Trace)
			}
		}
	}
	start := bot.Session{ID: "c1"}
	turn, err := e.Step(start, bot.Input{ID: "a", Conversation: "c1", At: open, Leg: bot.Leg{ID: "web", Channel: "web", For: bot.ToCitizen}, Event: bot.Arrived{}})
	if err != nil {
		t.Fatal(err)
	}
	walk(turn.After, 0)
	return all
}

// honest are the need and public for which there is no card, and which are said to have none.
var honest = map[string]bool{
	"info/":        true,                                                                                                // another subject than the list has
	"metier/autre": true, "emploi/autre": true, "formation/autre": true, "evoluer/autre": true, "reprendre/autre": true, // another situation than the list has
}

// Every need of every public has a card of its own, or says that there is no information, which is then
// counted among the unanswered questions. Each card has a source, dates, and a step to take.
func TestEveryPublicAndNeedHasACardOrAnHonestAnswer(t *testing.T) {
	for _, region := range bothRegions {
		p := programOf(t, region)
		met := map[string]bool{}
		for _, o := range outcomes(t, p) {
			where := fmt.Sprintf("%s: %s, %s (%s)", region, o.need, o.public, o.row)
			met[o.need+"/"+o.public] = true
			card, there := p.Bundle.Cards[o.card]
			switch {
			case !there:
				t.Errorf("%s: no card", where)
				continue
			case card.Nothing && !honest[o.need+"/"+o.public]:
				t.Errorf("%s has no card", where)
			case card.Source == "" || card.Checked.IsZero() || !card.Expires.After(card.Checked):
				t.Errorf("%s: card %s has no source, or no dates", where, o.card)
			}
			if text := p.Bundle.Texts["card."+o.card].Text; !strings.Contains(text, "À faire : ") {
				t.Errorf("%s: card %s proposes no step", where, o.card)
			}
			if o.network == "" || o.reason == "" || p.Bundle.Texts["reason."+o.reason].Text == "" || o.row == "" {
				t.Errorf("%s: network %q, reason %q, row %q", where, o.network, o.reason, o.row)
			}
		}
		for _, need := range p.Options("need") {
			if need == "vae" || need == "creation" || need == "info" {
				continue // the situation is not asked
			}
			for _, public := range p.Options("public") {
				if !met[need+"/"+public] {
					t.Errorf("%s: nobody who needs %s and is %s was met", region, need, public)
				}
			}
		}
	}
}

// places are where people may live, as they say it: every territory of the region. A table of communes
// gives more of them.
func places(b *flow.Bundle) []string {
	var all []string
	for _, territory := range b.Territories {
		all = append(all, territory.Code+"000"[:5-len(territory.Code)])
	}
	return all
}

// Whoever lives anywhere in the region and asks for a referral gets one structure, why it, and when it
// answers: the structure that the row names where it has a convention, else its fallback, else the
// Region's desk. Nobody gets nothing, and the same answers lead to the same structure.
func TestRoutingIsTotalAndSingleValued(t *testing.T) {
	for _, region := range bothRegions {
		p := programOf(t, region)
		asked := map[string]outcome{}
		for _, o := range outcomes(t, p) {
			asked[o.network+" "+o.offer+" "+o.reason] = o
		}
		if len(asked) < 15 {
			t.Fatalf("%s: only %d different ways on", region, len(asked))
		}
		for _, key := range slices.Sorted(maps.Keys(asked)) {
			for _, place := range places(p.Bundle) {
				o := asked[key]
				first, again := referred(t, p, o, place), referred(t, p, o, place)
				if first.Case.Structure != again.Case.Structure {
					t.Errorf("%s, %s: %s, then %s", key, place, first.Case.Structure, again.Case.Structure)
				}
				checkReferral(t, p, o, place, first)
			}
		}
	}
}

// referred plays what follows « Et maintenant ? » to the case that is opened.
func referred(t *testing.T, p *engine.Program, o outcome, place string) bot.Session {
	t.Helper()
	k := newTalk(t, p)
	k.s = o.s
	for range 12 {
		if !k.s.Case.Due.IsZero() {
			return k.s
		}
		switch offered := k.s.Offered; {
		case strings.HasSuffix(k.s.Step, ".lieu"):
			k.say(place)
		case slices.Contains(offered, "relation"):
			k.play(bot.Chose{Ask: k.s.Ask, Option: "relation"})
		case slices.Contains(offered, "plus_tard"):
			k.play(bot.Chose{Ask: k.s.Ask, Option: "plus_tard"})
		case slices.Contains(offered, "desk"):
			k.play(bot.Chose{Ask: k.s.Ask, Option: "desk"})
		case slices.Contains(offered, "oui") && k.s.Step == "suite.accord":
			k.play(bot.Chose{Ask: k.s.Ask, Option: "oui"})
		default: // no adaptation, no adult's agreement
			k.play(bot.Chose{Ask: k.s.Ask, Option: "non"})
		}
	}
	t.Fatalf("%s in %s: no case; stands at %s", o.row, place, k.s.Step)
	return k.s
}

func checkReferral(t *testing.T, p *engine.Program, o outcome, place string, s bot.Session) {
	t.Helper()
	where := fmt.Sprintf("%s (%s) in %s", o.row, o.network, place)
	to, known := p.Bundle.Structures[string(s.Case.Structure)]
	if !known || !s.Case.Due.After(open) || !s.Life.Open() {
		t.Errorf("%s: structure %q, due %s, life %s", where, s.Case.Structure, s.Case.Due, s.Life)
		return
	}
	competent, _ := p.Bundle.Competent(flow.Wish{Network: o.network, Offer: o.offer, Territory: p.Bundle.TerritoryOf(place), At: open})
	switch {
	case competent == nil && !to.Lead, o.network == "region" && !to.Lead:
		t.Errorf("%s: %s, though nobody but the Region's desk has a convention", where, to.ID)
	case competent != nil && o.network != "region" && to != competent:
		t.Errorf("%s: %s, want %s", where, to.ID, competent.ID)
	}
	if mode := s.Case.Mode; (mode == bot.Referral) == to.Lead {
		t.Errorf("%s: a hand-off to %s is %s", where, to.ID, mode)
	}
}

// After the last day of its convention a partner is not asked any more: the card informs, and the
// Region's desk answers.
func TestAnExpiredConventionIsInformationOnly(t *testing.T) {
	p := reference(t)
	for _, o := range outcomes(t, p) {
		if o.network != "apec" {
			continue
		}
		k := newTalk(t, p)
		k.s, k.at = o.s, time.Date(2026, 12, 30, 10, 0, 0, 0, time.UTC)
		if before := k.structureOf("relation"); before != "apec" {
			t.Errorf("on the last day: %s", before)
		}
		k = newTalk(t, p)
		k.s, k.at = o.s, time.Date(2027, 1, 4, 10, 0, 0, 0, time.UTC)
		if after := k.structureOf("relation"); after != "accueil-regional" {
			t.Errorf("a button of before, pressed after the last day: %s", after)
		}
		k = newTalk(t, p)
		k.at = time.Date(2027, 1, 4, 10, 0, 0, 0, time.UTC)
		k.play(bot.Arrived{})
		for _, option := range []string{"emploi", "chomage", "a30", "cadre"} {
			k.play(bot.Chose{Ask: k.s.Ask, Option: option})
		}
		if k.s.Answers.Get("reseau") != "apec" || slices.Contains(k.s.Offered, "relation") || !slices.Contains(k.s.Offered, "humain") || len(k.s.Cards) > 0 {
			t.Errorf("after the last day: offered %v, cards %v", k.s.Offered, k.s.Cards)
		}
		return
	}
	t.Fatal("nobody is sent to the network whose convention ends")
}

// structureOf chooses an option of « Et maintenant ? » and goes on to the case.
func (k *talk) structureOf(option string) bot.StructureID {
	k.t.Helper()
	k.play(bot.Chose{Ask: k.s.Ask, Option: option})
	k.play(bot.Chose{Ask: k.s.Ask, Option: "non"})
	k.say("35000")
	k.play(bot.Chose{Ask: k.s.Ask, Option: "oui"})
	k.play(bot.Chose{Ask: k.s.Ask, Option: "desk"})
	return k.s.Case.Structure
}

// A structure that has as many open cases as it agreed to is passed over for its fallback, which the
// person agrees to by name; the trace says who was passed over. What they have agreed to holds, whatever
// becomes of the quota meanwhile.
func TestAReachedQuotaLeadsToTheFallback(t *testing.T) {
	p := reference(t)
	var start bot.Session
	for _, o := range outcomes(t, p) {
		if o.network == "cap-emploi" {
			start = o.s
		}
	}
	k := newTalk(t, p)
	k.s, k.in.Facts.Full = start, []bot.StructureID{"cap-emploi"}
	k.play(bot.Chose{Ask: k.s.Ask, Option: "relation"})
	k.play(bot.Chose{Ask: k.s.Ask, Option: "non"})
	asked := k.say("35000")
	if !strings.Contains(told(asked), p.Bundle.Structures["france-travail"].Name) || asked.Trace.Full != "cap-emploi" {
		t.Errorf("trace %q, and\n%s", asked.Trace.Full, told(asked))
	}
	k.in.Facts.Full = nil // places are free again: the person has agreed to the fallback all the same
	k.play(bot.Chose{Ask: k.s.Ask, Option: "oui"})
	sent := k.play(bot.Chose{Ask: k.s.Ask, Option: "desk"})
	if k.s.Case.Structure != "france-travail" || !strings.Contains(told(sent), "car l'autre service ne peut pas prendre de dossier") {
		t.Errorf("the case goes to %s\n%s", k.s.Case.Structure, told(sent))
	}

	k = newTalk(t, p)
	k.s = start
	k.play(bot.Chose{Ask: k.s.Ask, Option: "relation"})
	k.play(bot.Chose{Ask: k.s.Ask, Option: "non"})
	k.say("35000")
	k.play(bot.Chose{Ask: k.s.Ask, Option: "oui"})
	k.in.Facts.Full = []bot.StructureID{"cap-emploi", "france-travail"} // while the person was typing
	k.play(bot.Chose{Ask: k.s.Ask, Option: "desk"})
	if k.s.Case.Structure != "cap-emploi" {
		t.Errorf("the person agreed to one structure and is sent to %s", k.s.Case.Structure)
	}
	k = newTalk(t, p)
	k.s, k.in.Facts.Full = start, []bot.StructureID{"cap-emploi", "france-travail"}
	if to := k.structureOf("relation"); to != "accueil-regional" {
		t.Errorf("when its fallback is full, too: %s", to)
	}
}

// The line of professionals and employers asks what for, where and who calls back, and ends in a queue
// of its own in every territory.
func TestTheProfessionalsLineNeverMeetsTheCitizens(t *testing.T) {
	for _, region := range bothRegions {
		p := programOf(t, region)
		for _, object := range []string{"stage", "metiers", "recruter", "orienter", "autre"} {
			for _, place := range places(p.Bundle) {
				k := newTalk(t, p)
				k.play(bot.Arrived{})
				k.play(bot.Chose{Ask: k.s.Ask, Option: "info"})
				k.play(bot.Chose{Ask: k.s.Ask, Option: "pro"})
				k.play(bot.Chose{Ask: k.s.Ask, Option: object})
				k.say(place)
				k.say("Claude Martin")
				turn := k.play(bot.Chose{Ask: k.s.Ask, Option: "desk"})
				want := bot.QueueName("ligne-pro/" + p.Bundle.TerritoryOf(place))
				if k.s.Case.Queue != want || k.s.Case.Mode != bot.Referral || len(k.s.Cards) != 1 {
					t.Errorf("%s, %s in %s: queue %s, mode %s, cards %v\n%s", region, object, place, k.s.Case.Queue, k.s.Case.Mode, k.s.Cards, told(turn))
				}
			}
		}
	}
}

// Whoever asks why is told in one sentence: what the open question is for, or why this service, with
// the row that explain names.
func TestEveryQuestionSaysWhatItIsFor(t *testing.T) {
	b := reference(t).Bundle
	for _, id := range slices.Sorted(maps.Keys(b.Steps)) {
		st := b.Steps[id]
		why := b.Texts[id+"@why"].Text
		spoken := st.Flow == "voix"                                                 // keys only: nobody types there
		referral := id == "accueil.et_maintenant" || strings.HasSuffix(id, ".lieu") // the service is what is asked about
		if st.Kind == flow.Ask && !spoken && !referral && why == "" {
			t.Errorf("%s: why is this asked?", id)
		}
		if strings.Count(why, ". ") > 1 || len(strings.Fields(why)) > 20 {
			t.Errorf("%s: too long: %s", id, why)
		}
	}
}

// A campaign word opens what it stands for, alone, whatever its case; a word nobody announced is a
// word like any other.
func TestCampaignWords(t *testing.T) {
	p := reference(t)
	for _, entry := range []bot.Event{bot.Said{Text: "Vae"}, bot.Arrived{Entry: "vae"}} {
		k := newTalk(t, p)
		if turn := k.play(entry); turn.Trace.Class != "campaign:vae" || k.s.Answers.Get("besoin") != "vae" || !slices.Contains(k.s.Cards, "vae") {
			t.Errorf("%T: class %q, answers %v", entry, turn.Trace.Class, k.s.Answers)
		}
	}
	k := newTalk(t, p)
	if turn := k.play(bot.Arrived{Entry: "nobody-knows-this"}); turn.Trace.Class != "arrived" || k.s.Step != "accueil.besoin" {
		t.Errorf("class %q at %s", turn.Trace.Class, k.s.Step)
	}
}
