package change_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
	"frontdesk/locales"
)

func program(t testing.TB, d *flow.Draft) *engine.Program {
	t.Helper()
	b, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New(b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crowd walks n people of chance through a release and tells their traces.
func crowd(t testing.TB, p *engine.Program, n int, each func(bot.Trace)) {
	t.Helper()
	chance := rand.New(rand.NewSource(7))
	channels := []bot.ChannelName{"web", "web", "sms", "phone"}
	for i := range n {
		channel := channels[chance.Intn(len(channels))]
		kind := map[bot.ChannelName]string{"web": "chat", "sms": "sms", "phone": "voice"}[channel]
		scene := &engine.Scene{Language: "fr", Channel: kind, Staffed: true, Open: func(string) bool { return true }}
		b := p.Bundle
		at, passed, err := engine.Enter(p, engine.State{}, b.Flows[b.Start].Start, scene)
		for range 30 {
			if err != nil {
				t.Fatal(err)
			}
			st := passed[len(passed)-1].Step
			if st.Kind != flow.Ask {
				break
			}
			trace := bot.Trace{Number: fmt.Sprint("n", i), At: time.Unix(int64(i), 0), Channel: channel, Language: "fr", Step: st.ID}
			c := engine.Class{Kind: engine.Value, Value: "35"}
			if offered := engine.Offered(p, at, scene); len(offered) > 0 {
				c = engine.Class{Kind: engine.Option, Value: offered[chance.Intn(len(offered))]}
				trace.Class, trace.Option = "option:"+c.Value, c.Value
			} else {
				trace.Class = "value"
				if b.Answers[st.Answer].Type == flow.Postcode {
					trace.Territory = "35"
				}
			}
			each(trace)
			at, passed, err = engine.Next(p, at, c, scene)
		}
	}
}

func vectors(t testing.TB, p *engine.Program, n int) []change.Vector {
	var v change.Vectors
	crowd(t, p, n, v.Add)
	return v.All()
}

func TestAReleaseThatChangesNothingSendsNobodyElsewhere(t *testing.T) {
	p := program(t, reference(t))
	got := change.Impact(p, p, vectors(t, p, 2000))
	if got.People < 1900 || got.Elsewhere != 0 || got.Unknown != 0 || got.People > 2000 {
		t.Errorf("%+v", got)
	}
}

func TestARowSendsPeopleElsewhere(t *testing.T) {
	d := reference(t)
	row := func(i int, cells ...string) *engine.Program {
		return program(t, edited(t, d, flow.InsertRow(flow.In("routing.yaml", "tables", "aiguillage", "rows", "x"), cells, flow.Before(fmt.Sprint(i)))))
	}
	was := program(t, d)
	is := row(0, "vae", "*", "*", "*", "*", "mission-locale", "cep_2", "vae", "vae")
	got := change.Impact(was, is, vectors(t, was, 3000))
	if len(got.Shifts) != 1 || got.Shifts[0].From != "Espace conseil VAE" || got.Shifts[0].To != "Mission locale" || got.Shifts[0].N != got.Elsewhere || got.Elsewhere < 100 || got.Elsewhere%10 != 0 {
		t.Errorf("%+v", got)
	}
	few := change.Impact(was, is, vectors(t, was, 40))
	if len(few.Shifts) != 0 || few.Elsewhere != tally.Few {
		t.Errorf("fewer than ten are shown: %+v", few)
	}
}

// Figures are shown as everywhere: rounded, and of ways of fewer than ten people each the sum alone.
func TestAnEffectIsShownAsFiguresAre(t *testing.T) {
	d := reference(t)
	was := program(t, d)
	is := program(t, edited(t, d, flow.InsertRow(flow.In("routing.yaml", "tables", "aiguillage", "rows", "x"),
		[]string{"*", "*", "*", "*", "*", "mission-locale", "cep_2", "vae", "vae"}, flow.Before("0"))))
	var ways []change.Vector // one of each way
	seen := map[string]bool{}
	for _, v := range vectors(t, was, 300) {
		v.N = 100
		if got := change.Impact(was, is, []change.Vector{v}); len(got.Shifts) == 1 && !seen[got.Shifts[0].From] {
			seen[got.Shifts[0].From] = true
			ways = append(ways, v)
		}
	}
	if len(ways) < 3 {
		t.Fatalf("%d ways", len(ways))
	}
	for _, x := range []struct {
		people            [3]int
		elsewhere, others tally.Shown
		shifts            []tally.Shown
	}{
		{[3]int{44, 4, 0}, 50, tally.Few, []tally.Shown{40}},
		{[3]int{45, 4, 0}, 50, tally.Few, []tally.Shown{50}},
		{[3]int{14, 41, 0}, 60, 0, []tally.Shown{40, 10}},
		{[3]int{9, 41, 9}, 60, 20, []tally.Shown{40}},
		{[3]int{9, 8, 7}, 20, 20, nil},
		{[3]int{1, 2, 3}, tally.Few, 0, nil},
	} {
		for i, n := range x.people {
			ways[i].N = n
		}
		got := change.Impact(was, is, ways[:3])
		var shifts []tally.Shown
		for _, s := range got.Shifts {
			shifts = append(shifts, s.N)
		}
		if got.People != got.Elsewhere || got.Elsewhere != x.elsewhere || got.Others != x.others || !slices.Equal(shifts, x.shifts) {
			t.Errorf("%v: %+v", x.people, got)
		}
	}
}

func TestAnotherCardIsAnotherInformation(t *testing.T) {
	d := reference(t)
	was := program(t, d)
	is := program(t, edited(t, d, flow.SetText(flow.In("routing.yaml", "tables", "aiguillage", "rows", "0", "7"), "bilan")))
	got := change.Impact(was, is, vectors(t, was, 1000))
	if len(got.Shifts) != 1 || got.Shifts[0].What != change.Information || got.Shifts[0].N < 50 {
		t.Errorf("%+v", got)
	}
}

func TestANewQuestionIsNotKnown(t *testing.T) {
	d := reference(t)
	was := program(t, d)
	is := program(t, edited(t, d,
		flow.Insert(flow.In("accueil.yaml", "answers", "urgence"), "{type: yesno, keep: case, label: Urgence}", flow.Last()),
		flow.Insert(flow.In("accueil.yaml", "steps", "urgence"), "{ask: \"Est-ce urgent ?\", budget: triage, then: aiguillage}", flow.Last()),
		flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "options", "vae", "then"), "urgence")))
	got := change.Impact(was, is, vectors(t, was, 1000))
	if got.Unknown < 50 || got.Elsewhere != 0 {
		t.Errorf("%+v", got)
	}
}

func TestARenamedQuestionKeepsItsAnswers(t *testing.T) {
	d := reference(t)
	was := program(t, d)
	renamed, err := d.Rename(flow.StepRecord, "accueil.situation", "accueil.situation_actuelle")
	if err != nil {
		t.Fatal(err)
	}
	got := change.Impact(was, program(t, renamed), vectors(t, was, 500))
	if got.Unknown != 0 || got.Elsewhere != 0 {
		t.Errorf("%+v", got)
	}
}

func TestVectorsHoldNoNumberAndGatherAlikeOnes(t *testing.T) {
	var v change.Vectors
	for _, n := range []string{"a", "b", "", "c"} {
		v.Add(bot.Trace{Number: n, Channel: "web", Language: "fr", Step: "accueil.besoin", Class: "option:vae", Option: "vae", Need: "vae"})
	}
	v.Add(bot.Trace{Number: "c", Channel: "web", Language: "fr", Step: "accueil.age", Class: "no_match:list"})
	v.Add(bot.Trace{Number: "c", Channel: "web", Language: "fr", Step: "accueil.age", Class: "option:a15", Option: "a15", Outcome: "informed"})
	v.Add(bot.Trace{Number: "c", Channel: "web", Language: "fr", Step: "accueil.besoin", Class: "option:emploi", Option: "emploi"})
	all := v.All()
	if len(all) != 2 || all[0].N+all[1].N != 3 {
		t.Fatalf("%+v", all)
	}
	for _, one := range all {
		if one.N == 1 && !reflect.DeepEqual(one.Given, map[string]engine.Class{
			"accueil.besoin": {Kind: engine.Option, Value: "vae"}, "accueil.age": {Kind: engine.Option, Value: "a15"}}) {
			t.Errorf("after the end: %+v", one.Given)
		}
	}
}

func TestConversationsUnderWay(t *testing.T) {
	d := reference(t)
	bundle := func(d *flow.Draft) *flow.Bundle { return program(t, d).Bundle }
	was := bundle(d)
	talks := []change.Talk{
		{Step: "accueil.besoin"}, {Step: "accueil.besoin"},
		{Step: "accueil.situation", Path: []string{"accueil.besoin", "accueil.situation"}},
		{Step: "accueil.age"}, {Step: ""},
		{Step: "ancien.parti", Path: []string{"accueil.besoin", "ancien.parti"}},
		{Step: "ancien.seul"},
	}
	renamed, err := d.Rename(flow.StepRecord, "accueil.situation", "accueil.situation_actuelle")
	if err != nil {
		t.Fatal(err)
	}
	is := bundle(edited(t, renamed, flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "ask"), "Que cherchez-vous aujourd'hui ?")))
	got := change.UnderWay(talks, was, is)
	want := change.Standing{N: map[change.Class]int{change.Unchanged: 2, change.Reworded: 2, change.Carried: 3}, Stands: []change.Stand{
		{Step: "accueil.besoin", Class: change.Reworded, N: 2},
		{Step: "accueil.situation", Class: change.Carried, To: "accueil.situation_actuelle", By: "moved", N: 1},
		{Step: "ancien.parti", Class: change.Carried, To: "accueil.besoin", By: "last", N: 1},
		{Step: "ancien.seul", Class: change.Carried, To: "accueil.bonjour", By: "start", N: 1},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// No number beside a class of conversations is the difference of others.
func TestWhereConversationsStandIsShownWithoutAnybody(t *testing.T) {
	for _, c := range []struct {
		parts []int
		want  string
	}{
		{[]int{2, 1}, "[<10 <10]"},
		{[]int{1, 1, 1, 1, 1, 1, 1, 1}, "[]"},
		{[]int{10, 1, 1, 1, 1}, "[]"},
		{[]int{40, 30}, "[40 30]"},
	} {
		s := change.Standing{N: map[change.Class]int{}}
		for _, n := range c.parts {
			s.N[change.Carried] += n
			s.Stands = append(s.Stands, change.Stand{Class: change.Carried, N: n})
		}
		if got := fmt.Sprint(s.Shown(change.Carried)); got != c.want {
			t.Errorf("%v: %s, want %s", c.parts, got, c.want)
		}
	}
}

func BenchmarkImpact(b *testing.B) {
	d := reference(b)
	was := program(b, d)
	is := program(b, edited(b, d, flow.SetText(flow.In("routing.yaml", "tables", "aiguillage", "rows", "0", "5"), "mission-locale")))
	all := vectors(b, was, 40000)
	for len(all) < 10000 {
		all = append(all, all...)
	}
	all = all[:10000]
	for b.Loop() {
		change.Impact(was, is, all)
	}
}
