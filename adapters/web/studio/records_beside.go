package studio

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/render"
)

// beside is what stands beside the form of a record: what its texts cost by channel, or its calendar. It is
// drawn again while somebody writes.
type beside struct {
	Measures []measure
	Calendar *calendarView
	Faults   []fault // of what is being written
}

// A measure is a text as one channel says it.
type measure struct {
	Channel, Text string
	Size          string // "9 secondes", "2 SMS"
	Long          bool
	Note          string
}

func (s *Studio) beside(d *flow.Draft, b *flow.Bundle, kind recordKind, id string, v flow.Value) beside {
	switch kind.ID {
	case "cards", "dangers":
		return beside{Measures: measures(v)}
	case "queues":
		c := s.calendar(b, id)
		return beside{Calendar: &c}
	case "structures":
		queues, _ := kindByID("queues")
		c := s.calendar(b, v.TextAt("hours"))
		c.Path = queues.path(c.Queue)
		return beside{Calendar: &c}
	}
	return beside{}
}

// dialling are the numbers of a safety text, which stand in braces.
var dialling = regexp.MustCompile(`\{([0-9]+)\}`)

// measures says a record's text in each channel's way.
func measures(v flow.Value) []measure {
	text := dialling.ReplaceAllString(v.TextAt("text"), "$1")
	own := func(key string) string {
		return cmp.Or(dialling.ReplaceAllString(v.TextAt(key), "$1"), text)
	}
	spoken := render.Spoken(bot.Say{Text: own("voice")}, nil)
	seconds := max(1, proof.Seconds(spoken))
	sms := own("sms")
	plain := render.Plain(sms)
	segments, fits := render.Segments(plain)
	m := measure{Channel: "SMS", Text: plain, Size: itoa(segments) + " SMS", Long: segments > proof.MostSegments}
	switch {
	case !fits:
		m.Note = "Un signe rare double le prix : " + strings.Join(rare(plain), " ")
	case plain != sms:
		m.Note = "Envoyé sans ces signes, qui doublent le prix : " + strings.Join(rare(sms), " ")
	}
	return []measure{
		{Channel: "Téléphone", Text: spoken, Size: plural(seconds, "seconde", "secondes"), Long: seconds > proof.MostSeconds},
		m,
		{Channel: "Chat", Text: text, Size: plural(len([]rune(text)), "signe", "signes")},
	}
}

// rare are the signs that the alphabet of SMS lacks, each once.
func rare(text string) []string {
	var all []string
	for _, r := range text {
		if _, fits := render.Segments(string(r)); !fits && !slices.Contains(all, string(r)) {
			all = append(all, string(r))
		}
	}
	return all
}

// tryRecord draws what stands beside a form, from what is written in it and not saved.
func (s *Studio) tryRecord(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	state, err := s.Workshop.Open(r.Context())
	at := flow.In(r.PostForm.Get("fichier"), keysOf(r.PostForm.Get("place"))...)
	if err != nil || len(at.Path) != 2 {
		s.openOrMissing(w, r, err)
		return
	}
	kind, known := kindByID(at.Path[0])
	if !known {
		s.missing(w, r)
		return
	}
	d, err := state.Draft.Edit(slices.Concat(changesOf(state.Draft, at, r.PostForm), daysPicked(state.Draft, at, r.PostForm))...)
	if err != nil {
		s.render(w, r, http.StatusOK, "beside-alone", page{Body: beside{Faults: faultsOf(state.Draft, faults(err), anywhere)}})
		return
	}
	v, _ := d.At(at.File, at.Path...)
	var b *flow.Bundle
	var told []fault
	if kind.ID == "queues" || kind.ID == "structures" {
		if b = s.bundleOf(d, nil); b == nil {
			_, err := s.checks.bundle(d)
			if err != nil {
				told = faultsOf(d, foundAt(d, faults(err), at), anywhere)
			}
		}
	}
	shown := s.beside(d, b, kind, at.Path[1], v)
	shown.Faults = told
	s.render(w, r, http.StatusOK, "beside-alone", page{Body: shown})
}

func anywhere(proof.Finding) bool { return true }
