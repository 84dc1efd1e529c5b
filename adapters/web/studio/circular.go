package studio

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	press "frontdesk/bot/publish"
	"frontdesk/bot/render"
)

// circularView is the page on which people who wait are given one answer.
type circularView struct {
	Waiting   int // people, of whatever group
	Filters   []filterField
	Promised  bool
	Text, Why string
	Languages []languageField
	Fault     string
	Seen      bool   // the group was counted, and the text shown as it is told
	Mark      string // of what was shown
	Token     string // of this answer: sent again, it is the same one
	Count     int    // people of the group
	Chat      string
	SMS       string
	Voice     string
	Segments  int
	Plain     bool // its SMS has only letters of GSM-7
	Seconds   int
	Past      []pastRow
}

// A filterField chooses among what the people who wait have.
type filterField struct {
	Name, Label string
	Choices     []choice
}

// mostLetters are in an answer to a group, as in a bulletin.
const mostLetters = 300

func (s *Studio) showCircular(w http.ResponseWriter, r *http.Request) {
	s.drawCircular(w, r, http.StatusOK, &circularView{})
}

func (s *Studio) drawCircular(w http.ResponseWriter, r *http.Request, status int, v *circularView) {
	cards, err := s.Cases(r.Context())
	if err != nil {
		s.failed(w, r, "read who waits", err)
		return
	}
	live := s.Live()
	g := groupOf(r)
	v.Promised = g.Promised
	everybody := press.Group{Promised: g.Promised}
	waiting := slices.DeleteFunc(slices.Clone(cards), func(c bot.Card) bool { return !everybody.Has(&c) })
	v.Waiting = len(waiting)
	v.Filters = filtersOf(live, waiting, g)
	v.Count = countOf(waiting, g)
	if v.Text != "" {
		v.Chat, v.SMS, v.Voice = s.Circular("chat", v.Text), s.Circular("sms", v.Text), render.Spoken(bot.Say{Text: s.Circular("voice", v.Text)}, nil)
		v.Segments, v.Plain = render.Segments(v.SMS)
		v.Seconds = max(1, proof.Seconds(v.Voice))
	}
	v.Languages = languageFields(r, live)
	if v.Past, err = s.pastOf(r, bot.JournalCircular, bot.JournalUntold); err != nil {
		s.failed(w, r, "read the journal", err)
		return
	}
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	s.render(w, r, status, "attente", page{Title: "Répondre aux personnes qui attendent", Section: "/studio/bulletin", State: state, Checked: s.checks.of(state.Draft), Body: v})
}

// groupOf is the group that the form chooses.
func groupOf(r *http.Request) press.Group {
	get := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	return press.Group{Queue: bot.StructureID(get("file")), Need: get("besoin"), Public: get("public"), Territory: get("territoire"), Promised: get("promis") != ""}
}

func countOf(cards []bot.Card, g press.Group) (n int) {
	for i := range cards {
		if g.Has(&cards[i]) {
			n++
		}
	}
	return n
}

// filtersOf offers what those who wait have, with how many they are.
func filtersOf(b *flow.Bundle, waiting []bot.Card, g press.Group) []filterField {
	said := &sayer{b: b}
	queue := func(id string) string {
		if st := b.Structures[id]; st != nil {
			return st.Name
		}
		return id
	}
	return []filterField{
		choosing("file", "Ils attendent", "toutes les équipes", string(g.Queue), waiting, func(c *bot.Card) string { return string(c.Structure) }, queue),
		choosing("besoin", "Leur besoin", "tous les besoins", g.Need, waiting, func(c *bot.Card) string { return c.Need }, func(v string) string { return said.optionName(flow.AsNeed, v) }),
		choosing("public", "Leur situation", "toutes les situations", g.Public, waiting, func(c *bot.Card) string { return c.Public }, func(v string) string { return said.optionName(flow.AsPublic, v) }),
		choosing("territoire", "Leur territoire", "tous les territoires", g.Territory, waiting, func(c *bot.Card) string { return c.Territory }, func(v string) string { return placeName(b, v) }),
	}
}

func choosing(name, label, all, picked string, waiting []bot.Card, of func(*bot.Card) string, said func(string) string) filterField {
	counts := map[string]int{}
	for i := range waiting {
		if v := of(&waiting[i]); v != "" {
			counts[v]++
		}
	}
	if picked != "" {
		counts[picked] += 0 // who was there has been taken meanwhile
	}
	f := filterField{Name: name, Label: label, Choices: []choice{{Label: all, Picked: picked == ""}}}
	for v, n := range counts {
		f.Choices = append(f.Choices, choice{Value: v, Label: fmt.Sprintf("%s (%d)", said(v), n), Group: said(v), Picked: v == picked})
	}
	slices.SortFunc(f.Choices[1:], func(x, y choice) int {
		return cmp.Or(strings.Compare(x.Label, y.Label), strings.Compare(x.Value, y.Value))
	})
	return f
}

// inWords is the group as the journal names it.
func (v *circularView) inWords() string {
	all := []string{"aux personnes qui attendent"}
	if v.Promised {
		all[0] = "aux personnes qui attendent ou ont un rendez-vous de réponse"
	}
	for _, f := range v.Filters {
		for _, c := range f.Choices[1:] {
			if c.Picked {
				all = append(all, strings.ToLower(f.Label)+" : "+c.Group)
			}
		}
	}
	return strings.Join(all, ", ")
}

// token is what rand.Text gives.
var token = regexp.MustCompile("^[A-Z2-7]{26}$")

// sendCircular counts the group and shows the answer as it is told, or has it told.
func (s *Studio) sendCircular(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	v := &circularView{Text: strings.TrimSpace(r.PostForm.Get("texte")), Why: strings.TrimSpace(r.PostForm.Get("raison"))}
	switch {
	case v.Text == "":
		v.Fault = "Écrivez la réponse."
	case utf8.RuneCountInString(v.Text) > mostLetters:
		v.Fault = fmt.Sprintf("Cette réponse est longue : %d signes au plus.", mostLetters)
	case v.Why == "":
		v.Fault = "Donnez la raison : elle est gardée dans le journal."
	}
	if v.Fault != "" {
		s.drawCircular(w, r, http.StatusUnprocessableEntity, v)
		return
	}
	v.Seen, v.Mark, v.Token = true, markOf(r), r.PostForm.Get("jeton")
	if r.PostForm.Get("do") != "repondre" || r.PostForm.Get("vu") != v.Mark || !token.MatchString(v.Token) {
		v.Token = rand.Text()
		s.drawCircular(w, r, http.StatusOK, v)
		return
	}
	s.circulate(w, r, v)
}

func (s *Studio) circulate(w http.ResponseWriter, r *http.Request, v *circularView) {
	cards, err := s.Cases(r.Context())
	if err != nil {
		s.failed(w, r, "read who waits", err)
		return
	}
	live, g := s.Live(), groupOf(r)
	n := countOf(cards, g)
	if n == 0 {
		v.Fault, v.Seen = "Plus personne de ce groupe n'attend.", false
		s.drawCircular(w, r, http.StatusConflict, v)
		return
	}
	c := press.Circular{ID: v.Token, Group: g, Text: textsSent(r, live, v.Text)}
	v.Promised, v.Filters = g.Promised, filtersOf(live, cards, g)
	err = s.Press.Circulate(r.Context(), c, live.Source, v.inWords(), n, press.Order{Who: author(r).ID, Reason: clipped(r, "raison")})
	switch {
	case err == nil, errors.Is(err, press.ErrUnwritten):
		s.did(w, r, "/studio/attente", "repondu", err)
	case isDown(err):
		s.failed(w, r, "answer those who wait", err)
	default:
		v.Fault, v.Seen = sentence(err.Error()), false
		s.drawCircular(w, r, http.StatusUnprocessableEntity, v)
	}
}
