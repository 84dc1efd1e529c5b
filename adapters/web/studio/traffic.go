package studio

import (
	"cmp"
	"context"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A trafficView is what people did, as supervisors look at it.
type trafficView struct {
	Asked    inquiry
	Flows    []choice // of the picture
	Periods  []choice
	Channels []choice
	Places   []choice
	Releases []choice
	Reading  bool      // nothing was read to its end yet
	At       time.Time // of the last reading
	Begun    tally.Shown
	Findings []remark
	Picture  template.HTML
	Charts   []chart
	Tables   []statTable
	Print    bool
	Link     template.URL // what was asked, as the end of an address
}

// Empty says that there is nothing to show: nobody came.
func (v *trafficView) Empty() bool { return v.Begun == 0 }

// An inquiry is what a page of figures was asked for.
type inquiry struct {
	Period                              string // 7, 30, 90 or libre
	From, To                            time.Time
	Channel, Territory, Release, FlowID string
}

// question is what the book is asked.
func (a *inquiry) slice() tally.Slice {
	return tally.Slice{From: tally.DayOf(a.From), To: tally.DayOf(a.To), Release: a.Release, Channel: a.Channel, Territory: a.Territory}
}

// query is what was asked, as an address says it.
func (a *inquiry) query() url.Values {
	v := url.Values{"periode": {a.Period}}
	if a.Period == "libre" {
		v.Set("du", a.From.Format(time.DateOnly))
		v.Set("au", a.To.Format(time.DateOnly))
	}
	for key, value := range map[string]string{"canal": a.Channel, "territoire": a.Territory, "version": a.Release, "parcours": a.FlowID} {
		if value != "" {
			v.Set(key, value)
		}
	}
	return v
}

// Days says the period in words.
func (a inquiry) Days() string {
	return "du " + a.From.Format("02/01/2006") + " au " + a.To.Format("02/01/2006")
}

// readAsked reads an address. What makes no sense there is as if it were not asked.
func (s *Studio) readAsked(v url.Values) inquiry {
	now := s.Now().In(s.Zone)
	a := inquiry{Period: v.Get("periode"), To: now, Channel: v.Get("canal"), Territory: v.Get("territoire"), Release: v.Get("version"), FlowID: v.Get("parcours")}
	days := map[string]int{"7": 7, "30": 30, "90": 90}
	from, err1 := time.ParseInLocation(time.DateOnly, v.Get("du"), s.Zone)
	to, err2 := time.ParseInLocation(time.DateOnly, v.Get("au"), s.Zone)
	switch n := days[a.Period]; {
	case a.Period == "libre" && err1 == nil && err2 == nil:
		if to.Before(from) {
			from, to = to, from
		}
		a.From, a.To = from, to
	case n > 0:
		a.From = now.AddDate(0, 0, 1-n)
	default:
		a.Period, a.From = "30", now.AddDate(0, 0, -29)
	}
	b := s.Live()
	if b.Flows[a.FlowID] == nil {
		a.FlowID = b.Start
	}
	return a
}

func (s *Studio) showTraffic(w http.ResponseWriter, r *http.Request) {
	view := s.traffic(r)
	view.Print = r.URL.Query().Get("vue") == "bilan"
	s.show(w, r, "traffic", page{Title: "Fréquentation", Section: "/studio/frequentation", Body: view})
}

// firstReading waits a moment for what is new, longer where nothing was read yet, and says whether there is
// something to show.
func (s *Studio) firstReading(ctx context.Context) bool {
	at := func() time.Time {
		s.reading.mu.Lock()
		defer s.reading.mu.Unlock()
		return s.reading.at
	}
	if done := s.reading.begin(); done != nil {
		wait := patience
		if at().IsZero() {
			wait = firstRead
		}
		select {
		case <-done:
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return !at().IsZero()
}

// movedAway are the names that no step of a release has any more, and where they lead: what a step that has an old
// name again was asked is its own.
func movedAway(b *flow.Bundle) map[string]string {
	away := maps.Clone(b.Moved)
	maps.DeleteFunc(away, func(step, _ string) bool { return b.Steps[step] != nil })
	return away
}

// traffic counts what an address asks for.
func (s *Studio) traffic(r *http.Request) *trafficView {
	s.firstReading(r.Context())
	a := s.readAsked(r.URL.Query())
	b := s.Live()
	f, at := s.reading.figures(question{a.slice(), b.Hash}, movedAway(b))
	view := &trafficView{Asked: a, Reading: at.IsZero(), At: at.In(s.Zone), Begun: tally.Show(f.Begun), Link: template.URL(a.query().Encode())}
	said := &sayer{b: b, f: f, names: s.versionNames(r.Context())}
	view.Findings = said.remarks()
	view.Tables = said.tables()
	view.Charts = said.charts(a)
	view.Picture = said.picture(a.FlowID)
	s.offer(view, said)
	return view
}

// offer fills in what can be chosen.
func (s *Studio) offer(v *trafficView, said *sayer) {
	b := said.b
	v.Periods = []choice{{Value: "7", Label: "7 jours"}, {Value: "30", Label: "30 jours"}, {Value: "90", Label: "90 jours"}, {Value: "libre", Label: "Du… au…"}}
	releases, channels, territories := s.reading.seen()
	v.Channels = choosable("Tous les canaux", channels, func(c string) string { return desk.ChannelLabel(bot.ChannelName(c)) })
	v.Places = choosable("Tous les territoires", territories, func(c string) string { return placeName(b, c) })
	v.Releases = choosable("Toutes les versions", releases, func(h string) string { return said.release(h) })
	for id, f := range b.Flows {
		v.Flows = append(v.Flows, choice{Value: id, Label: f.Title})
	}
	slices.SortFunc(v.Flows, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	choose(v.Periods, v.Asked.Period)
	choose(v.Channels, v.Asked.Channel)
	choose(v.Places, v.Asked.Territory)
	choose(v.Releases, v.Asked.Release)
	choose(v.Flows, v.Asked.FlowID)
}

func choose(all []choice, value string) {
	for i := range all {
		all[i].Picked = all[i].Value == value
	}
}

func choosable(all string, values []string, name func(string) string) []choice {
	list := []choice{{Label: all}}
	for _, v := range values {
		list = append(list, choice{Value: v, Label: name(v)})
	}
	slices.SortStableFunc(list[1:], func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return list
}

func placeName(b *flow.Bundle, code string) string {
	for _, t := range b.Territories {
		if t.Code == code {
			return t.Name
		}
	}
	return cmp.Or(code, "pas encore connu")
}

// release is what a version is called: when it became live, or its hash where that is not known.
func (s *sayer) release(hash string) string {
	name := cmp.Or(s.names[hash], short(hash), "inconnue")
	if hash == s.b.Hash {
		name += " (en ligne)"
	}
	return name
}
