package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A misrouting is what counsellors said should have gone elsewhere: the row that decided, and the classes of
// answers that led there. It holds no word that anybody said.
type misrouting struct {
	Row       string // "aiguillage:5"
	Channel   bot.ChannelName
	Territory string
	Answers   bot.Answers // of questions with options: nothing else is kept
	Times     int
}

// Key names a misrouting in a form.
func (m misrouting) Key() string {
	parts := []string{m.Row, string(m.Channel), m.Territory}
	for _, a := range m.Answers {
		parts = append(parts, a.Name+"="+a.Value)
	}
	return strings.Join(parts, "\n")
}

// Table and Number are the row's.
func (m misrouting) Table() string { t, _, _ := strings.Cut(m.Row, ":"); return t }

// Number is the row's place in its table, from 1.
func (m misrouting) Number() string { _, n, _ := strings.Cut(m.Row, ":"); return n }

// gathered puts together what is alike, the most frequent first.
func gathered(reported []misrouting) []misrouting {
	alike := map[string]misrouting{}
	for _, m := range reported {
		key := m.Key()
		m.Times = alike[key].Times + 1
		alike[key] = m
	}
	all := make([]misrouting, 0, len(alike))
	for _, m := range alike {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b misrouting) int { return cmp.Or(b.Times-a.Times, strings.Compare(a.Key(), b.Key())) })
	return all
}

// A misroutedView is one misrouting as it is listed.
type misroutedView struct {
	misrouting
	Said    []string // the answers, as people read them
	Gone    bool     // the row is not in the draft any more
	Cells   string
	Lacking []string // what the row's table asks about and the trace does not keep
}

func (s *Studio) showMisrouted(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	var views []misroutedView
	if s.reading != nil && c.Bundle != nil {
		if !s.firstReading(r.Context()) {
			s.stop(w, r, http.StatusServiceUnavailable, "Les signalements sont en cours de lecture. Rechargez la page dans un instant.")
			return
		}
		var all []misrouting
		s.reading.lately(func(r *recent) { all = r.misrouted(c.Bundle) })
		for _, m := range all {
			views = append(views, m.view(c.Bundle))
		}
	}
	s.show(w, r, "misrouted", page{Title: "Mauvais aiguillages", Section: "/studio/tests", State: state, Checked: c, Body: views})
}

func (m misrouting) view(b *flow.Bundle) misroutedView {
	v := misroutedView{misrouting: m, Gone: true}
	for _, a := range m.Answers {
		label := a.Name
		var step *flow.Step
		if known := b.Answers[a.Name]; known != nil {
			label, step = cmp.Or(known.Label, a.Name), b.Steps[known.Step]
		}
		v.Said = append(v.Said, label+" : "+optionLabel(b, step, a.Value))
	}
	t := b.Tables[m.Table()]
	if n := number(m.Number()); t != nil && n > 0 && n <= len(t.Rows) {
		v.Gone, v.Cells = false, cellsOf(t.Rows[n-1])
		for _, c := range t.Columns {
			if a := b.Answers[c]; a != nil && !m.Answers.Has(c) && !(a.Type == flow.Postcode && m.Territory != "") {
				v.Lacking = append(v.Lacking, cmp.Or(a.Label, c))
			}
		}
	}
	return v
}

// readMisrouting reads what Key wrote.
func readMisrouting(key string) misrouting {
	lines := strings.Split(strings.ReplaceAll(key, "\r\n", "\n"), "\n")
	if len(lines) < 3 {
		return misrouting{}
	}
	m := misrouting{Row: lines[0], Channel: bot.ChannelName(lines[1]), Territory: lines[2]}
	for _, l := range lines[3:] {
		if name, value, is := strings.Cut(l, "="); is {
			m.Answers = m.Answers.With(name, value)
		}
	}
	return m
}

// addMisrouted makes a test of a misrouting: the choices that were made, as far as the draft's questions ask
// for them. What the trace does not keep ends it.
func (s *Studio) addMisrouted(w http.ResponseWriter, r *http.Request) {
	m := readMisrouting(r.FormValue("cas"))
	if m.Row == "" || !may(web.Signed(r), edit) {
		s.missing(w, r)
		return
	}
	name := sentenceOf("Mauvais aiguillage : table " + m.Table() + ", ligne " + m.Number())
	s.keepTest(w, r, name, func(b *flow.Bundle) *trial {
		p, err := s.Compile(b)
		if err != nil {
			return &trial{Channel: "web", At: s.openHour(b, true), Staffed: true}
		}
		return s.retold(m, p)
	})
}

// retold answers the draft's questions as the reported person did, until their table is read.
func (s *Studio) retold(m misrouting, p *engine.Program) *trial {
	t := &trial{Channel: string(m.Channel), At: s.openHour(p.Bundle, true), Staffed: true}
	if !slices.Contains([]string{"web", "phone", "sms"}, t.Channel) {
		t.Channel = "web"
	}
	if t.Channel == "sms" {
		t.Lines = []string{"citizen: Bonjour"}
	}
	for range 20 {
		done := t.play(p, t.Channel)
		step := p.Bundle.Steps[done.Now.Step]
		if done.Stopped != "" || !done.Now.Asking || step == nil || reads(done.last(), m.Table()) {
			break
		}
		switch value := m.Answers.Get(step.Answer); {
		case value != "" && slices.Contains(done.Now.Offered, value):
			t.Lines = append(t.Lines, "citizen: ["+value+"]")
		case p.Bundle.Answers[step.Answer].Type == flow.Postcode && len(m.Territory) == 2:
			t.Lines = append(t.Lines, "citizen: "+m.Territory+"000") // the prefecture's, nearly everywhere
		default:
			return t
		}
	}
	return t
}

// reads says whether a turn read a table.
func reads(t turn, table string) bool {
	return slices.ContainsFunc(t.Passed, func(p engine.Passed) bool { return p.Row > 0 && p.Step.Table == table })
}
