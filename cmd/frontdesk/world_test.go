package main

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A roster is a staff, who is there, and a board, as tests have them.
type roster struct {
	people []bot.Counsellor
	here   map[bot.ConversationID]bool
	cards  []bot.Card
	err    error // of everything
	looks  int   // at the board
}

func (r *roster) Counsellor(_ context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	for _, c := range r.people {
		if c.ID == id {
			return c, r.err
		}
	}
	return bot.Counsellor{}, errors.Join(bot.ErrNotFound, r.err)
}

func (r *roster) ByLogin(context.Context, string) (bot.Counsellor, error) {
	return bot.Counsellor{}, bot.ErrNotFound
}

func (r *roster) All(context.Context) ([]bot.Counsellor, error) { return r.people, r.err }

func (r *roster) Here(context.Context, bot.ConversationID, string) error { return nil }

func (r *roster) Gone(context.Context, bot.ConversationID, string) error { return nil }

func (r *roster) Present(_ context.Context, id bot.ConversationID) (bool, error) {
	return r.here[id], r.err
}

func (r *roster) board(context.Context) ([]bot.Card, error) {
	r.looks++
	return r.cards, r.err
}

const lead bot.StructureID = "accueil-regional"

func newRoster() *roster {
	return &roster{
		here: map[bot.ConversationID]bool{bot.OnDuty("camille"): true, bot.OnDuty("alix"): true},
		people: []bot.Counsellor{
			{ID: "camille", Name: "Camille", Structures: []bot.StructureID{lead}, Roles: []bot.Role{bot.RoleCounsellor}, Capacity: 4, Login: "c", Password: "hash"},
			{ID: "dominique", Name: "Dominique", Structures: []bot.StructureID{lead}, Roles: []bot.Role{bot.RoleCounsellor, bot.RoleLead}},
			{ID: "alix", Name: "Alix", Structures: []bot.StructureID{"mission-locale-35"}, Roles: []bot.Role{bot.RoleCounsellor}},
		},
	}
}

func (r *roster) world(t *testing.T) *world {
	t.Helper()
	s := &shelf{}
	s.live.Store(referenceProgram(t))
	return &world{staff: r, presence: r, cards: r.board, shelf: s}
}

func facts(t *testing.T, w *world, s bot.Session, e bot.Event) bot.Facts {
	t.Helper()
	f, err := w.Facts(t.Context(), s, bot.Input{Event: e})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFactsOfACounsellor(t *testing.T) {
	r := newRoster()
	r.cards = []bot.Card{{Conversation: "a", Life: bot.Live, Owner: "camille"}, {Conversation: "b", Life: bot.Promised, Owner: "camille"}, {Conversation: "c", Life: bot.Live, Owner: "dominique"}}
	w := r.world(t)
	for _, x := range []struct {
		by   bot.CounsellorID
		want bot.Actor
	}{
		{"camille", bot.Actor{ID: "camille", Name: "Camille", Structures: []bot.StructureID{lead}, Load: 2, Capacity: 4}},
		{"dominique", bot.Actor{ID: "dominique", Name: "Dominique", Structures: []bot.StructureID{lead}, Lead: true, Load: 1}},
		{"alix", bot.Actor{ID: "alix", Name: "Alix", Structures: []bot.StructureID{"mission-locale-35"}}},
		{"nobody", bot.Actor{}}, // has no structure, so no right to anything
	} {
		got := facts(t, w, bot.Session{ID: "a"}, bot.Claimed{By: x.by})
		if want := (bot.Facts{OnDuty: 1, Actor: x.want}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", x.by, got, want)
		}
	}
	if got := facts(t, w, bot.Session{ID: "a"}, bot.Said{Text: "bonjour"}); !reflect.DeepEqual(got, bot.Facts{OnDuty: 1}) {
		t.Errorf("a citizen's words: %+v", got)
	}
}

// Somebody who cannot be looked up now must not be refused their own case.
func TestAStaffThatCannotBeReadIsNotARefusal(t *testing.T) {
	r := newRoster()
	w := r.world(t)
	w.staff = unreadable{r}
	if f, err := w.Facts(t.Context(), bot.Session{}, bot.Input{Event: bot.Claimed{By: "camille"}}); err == nil {
		t.Errorf("facts %+v, want an error", f)
	}
}

type unreadable struct{ *roster }

func (unreadable) Counsellor(context.Context, bot.CounsellorID) (bot.Counsellor, error) {
	return bot.Counsellor{}, errors.New("the file is gone")
}

func TestWhoIsOnDuty(t *testing.T) {
	r := newRoster()
	for name, x := range map[string]struct {
		here  []bot.ConversationID
		trial bool
		want  int
	}{
		"nobody":                  {nil, false, 0},
		"one":                     {[]bot.ConversationID{bot.OnDuty("camille")}, false, 1},
		"both":                    {[]bot.ConversationID{bot.OnDuty("camille"), bot.OnDuty("dominique")}, false, 2},
		"another structure":       {[]bot.ConversationID{bot.OnDuty("alix")}, false, 0},
		"a conversation, no desk": {[]bot.ConversationID{"camille"}, false, 0},
		"a trial":                 {nil, true, 2},
	} {
		r.here = map[bot.ConversationID]bool{}
		for _, id := range x.here {
			r.here[id] = true
		}
		w := r.world(t)
		w.trial = x.trial
		if got := facts(t, w, bot.Session{}, bot.Arrived{}).OnDuty; got != x.want {
			t.Errorf("%s: %d on duty, want %d", name, got, x.want)
		}
	}
}

func TestRankCountsWhoWaitsBefore(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 24, 10, minute, 0, 0, time.UTC) }
	r := newRoster()
	r.cards = []bot.Card{
		{Conversation: "before", Life: bot.Waiting, Structure: lead, Since: at(1)},
		{Conversation: "taken", Life: bot.Live, Structure: lead, Owner: "camille", Since: at(0)},
		{Conversation: "elsewhere", Life: bot.Waiting, Structure: "mission-locale-35", Since: at(0)},
		{Conversation: "dated", Life: bot.Promised, Structure: lead, Since: at(0)},
		{Conversation: "me", Life: bot.Waiting, Structure: lead, Since: at(5)},
		{Conversation: "after", Life: bot.Waiting, Structure: lead, Since: at(9)},
	}
	w := r.world(t)
	for name, x := range map[string]struct {
		s    bot.Session
		want int
	}{
		"who waits":            {bot.Session{ID: "me", Case: bot.Case{Since: at(5)}}, 1},
		"the first":            {bot.Session{ID: "before", Case: bot.Case{Since: at(1)}}, 0},
		"the last":             {bot.Session{ID: "after", Case: bot.Case{Since: at(9)}}, 2},
		"who is not there yet": {bot.Session{ID: "new"}, 3},
	} {
		if got := facts(t, w, x.s, bot.Said{}).Rank; got != x.want {
			t.Errorf("%s: rank %d, want %d", name, got, x.want)
		}
	}
}

func TestALookAtTheBoardServesOthersForHalfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoster()
		w := r.world(t)
		looks := func(want int, e bot.Event) {
			t.Helper()
			if facts(t, w, bot.Session{}, e); r.looks != want {
				t.Errorf("%d looks after %T, want %d", r.looks, e, want)
			}
		}
		looks(1, bot.Said{})
		time.Sleep(fresh - time.Millisecond)
		looks(1, bot.Arrived{})
		looks(1, bot.Rang{})
		looks(2, bot.Claimed{By: "camille"}) // judged on what is so now
		looks(2, bot.Said{})
		time.Sleep(fresh)
		looks(3, bot.Said{})
	})
}

func TestAWorldThatFailsSaysSoAndIsAskedAgain(t *testing.T) {
	r := newRoster()
	w := r.world(t)
	r.err = bot.ErrUnavailable
	for range 2 {
		if _, err := w.Facts(t.Context(), bot.Session{}, bot.Input{Event: bot.Said{}}); !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("facts: %v, want ErrUnavailable", err)
		}
	}
	r.err = nil
	if got := facts(t, w, bot.Session{}, bot.Said{}).OnDuty; got != 1 {
		t.Errorf("%d on duty, want 1", got)
	}
}

// Every event that has a By is somebody's act: one that was forgotten would be refused for ever.
func TestEveryActOfACounsellorHasItsActor(t *testing.T) {
	all := []bot.Event{bot.Arrived{}, bot.Said{}, bot.Chose{}, bot.Pressed{}, bot.Recorded{}, bot.NoInput{}, bot.HungUp{}, bot.Rang{}, bot.Undelivered{}, bot.EraseAsked{}, bot.Unplayed{By: "camille"},
		bot.Claimed{By: "camille"}, bot.Replied{By: "camille"}, bot.TookBack{By: "camille"}, bot.Noted{By: "camille"}, bot.Released{By: "camille"},
		bot.Transferred{By: "camille"}, bot.Accepted{By: "camille"}, bot.Refused{By: "camille"}, bot.Promise{By: "camille"}, bot.Finished{By: "camille"}, bot.Procedure{By: "camille"},
		bot.GaveContact{}, bot.Enclosed{}, bot.Delivered{}, bot.DeskAway{}, bot.Circulated{}, bot.Invited{By: "camille"}, bot.Misrouted{By: "camille"}, bot.Redacted{By: "camille"}}
	file, err := parser.ParseFile(token.NewFileSet(), "../../bot/input.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var have, closed []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "event" {
			closed = append(closed, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	for _, e := range all {
		have = append(have, reflect.TypeOf(e).Name())
		want := bot.CounsellorID("")
		if _, acts := reflect.TypeOf(e).FieldByName("By"); acts {
			want = "camille"
		}
		if got := bot.By(e); got != want {
			t.Errorf("%T is the act of %q, want %q", e, got, want)
		}
	}
	slices.Sort(have)
	slices.Sort(closed)
	if len(closed) == 0 || !slices.Equal(have, closed) {
		t.Errorf("this test knows\n%q\nbut the events are\n%q", have, closed)
	}
}

// A quota counts the cases that are open now, whoever has them and however they came.
func TestAStructureIsFullWithAsManyOpenCasesAsItAgreedTo(t *testing.T) {
	b := &flow.Bundle{Structures: map[string]*flow.Structure{
		"small": {ID: "small", Quota: 2}, "big": {ID: "big", Quota: 3}, "any": {ID: "any"}}}
	cards := []bot.Card{{Structure: "small", Life: bot.Referred}, {Structure: "small", Life: bot.Live}, {Structure: "big"}, {Structure: "any"}, {Structure: "any"}}
	if got, want := full(cards, b), []bot.StructureID{"small"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := full(cards[1:], b); len(got) > 0 {
		t.Errorf("one place is left, but %v are full", got)
	}
}

// A bulletin for busy days is told while more people wait than it says.
func TestABulletinForBusyDays(t *testing.T) {
	now := time.Now()
	w := &world{bulletins: []bot.Bulletin{{ID: "always", Until: now.Add(time.Hour)}, {ID: "busy", Until: now.Add(time.Hour), Above: 2}}}
	cards := []bot.Card{{Life: bot.Waiting}, {Life: bot.Waiting}, {Life: bot.Waiting, Owner: "camille"}, {Life: bot.Promised}}
	if got := w.running(now, waiting(cards)); len(got) != 1 || got[0].ID != "always" {
		t.Errorf("two wait: %+v", got)
	}
	if got := w.running(now, waiting(append(cards, bot.Card{Life: bot.Waiting}))); len(got) != 2 {
		t.Errorf("three wait: %+v", got)
	}
}
