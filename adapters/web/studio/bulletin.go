package studio

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	press "frontdesk/bot/publish"
	"frontdesk/bot/render"
)

// bulletinView is the page of bulletins.
type bulletinView struct {
	Running, Coming []bulletinRow
	Past            []pastRow
	Form            bulletinForm
	Queues          []choiceOf
	Languages       []languageField
	Waiting         int
	Counted         bool // Waiting is known
}

type bulletinRow struct {
	ID, Text, From, Until string
	Queues                string
	Above                 int
	Held                  bool // fewer wait than it is for
	Running               bool
}

type pastRow struct{ What, Who, When, Deed string }

type choiceOf struct {
	ID, Name string
	Chosen   bool
}

type languageField struct{ Code, Name, Text string }

// languageFields are what is written, or still to be, in the other languages.
func languageFields(r *http.Request, b *flow.Bundle) (all []languageField) {
	for _, code := range b.Languages {
		if code != b.Source {
			all = append(all, languageField{code, tongueName(code), r.FormValue("texte-" + code)})
		}
	}
	return all
}

// textsSent is a sentence by language, as it was written.
func textsSent(r *http.Request, b *flow.Bundle, text string) map[string]string {
	texts := map[string]string{b.Source: text}
	for _, f := range languageFields(r, b) {
		if t := strings.TrimSpace(f.Text); t != "" {
			texts[f.Code] = t
		}
	}
	return texts
}

// bulletinForm is a bulletin as it is written, and as it would be said.
type bulletinForm struct {
	Text, Start, FromDay, FromHour, End, UntilDay, UntilHour, Above string
	Why                                                             string // for the journal
	Fault                                                           string
	Seen                                                            bool   // it was shown as it is said, and may go out
	Mark                                                            string // of what was shown
	When                                                            string // it is said, in words
	Seconds, Segments, Letters                                      int
	Plain                                                           bool // its SMS has only letters of GSM-7
	Chat, SMS, Voice                                                string
}

func (s *Studio) showBulletins(w http.ResponseWriter, r *http.Request) {
	f := bulletinForm{Start: "maintenant", End: "2h", Text: r.FormValue("texte")}
	s.drawBulletins(w, r, http.StatusOK, f)
}

func (s *Studio) drawBulletins(w http.ResponseWriter, r *http.Request, status int, f bulletinForm) {
	view := bulletinView{Form: f}
	view.Form.preview()
	now := s.Now()
	live := s.Live()
	all, err := s.Press.Bulletins(r.Context())
	if err != nil {
		s.failed(w, r, "read the bulletins", err)
		return
	}
	if s.Cases != nil {
		cards, err := s.Cases(r.Context())
		if err != nil {
			s.failed(w, r, "count who waits", err)
			return
		}
		for i := range cards {
			if cards[i].Waits() {
				view.Waiting++
			}
		}
		view.Counted = true
	}
	for i := range all {
		b := &all[i]
		row := bulletinRow{ID: b.ID, Text: b.Text[live.Source], From: s.when(b.From), Until: s.when(b.Until), Above: b.Above,
			Queues: queueNames(live, b.Queues), Held: b.Above > 0 && view.Waiting <= b.Above && b.Live(now), Running: b.Live(now)}
		switch {
		case b.Live(now):
			view.Running = append(view.Running, row)
		case b.From.After(now):
			view.Coming = append(view.Coming, row)
		}
	}
	if view.Past, err = s.pastOf(r, bot.JournalBulletin, bot.JournalEnded); err != nil {
		s.failed(w, r, "read the journal", err)
		return
	}
	for _, id := range structuresOf(live) {
		view.Queues = append(view.Queues, choiceOf{id, live.Structures[id].Name, slices.Contains(r.Form["file"], id)})
	}
	view.Languages = languageFields(r, live)
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	s.render(w, r, status, "bulletin", page{Title: "Bulletin d'urgence", Section: "/studio/bulletin", State: state, Checked: c, Body: view})
}

// preview says how a sentence will reach people.
func (f *bulletinForm) preview() {
	f.Letters = utf8.RuneCountInString(f.Text)
	if f.Text == "" {
		return
	}
	say := bot.Say{Text: f.Text}
	f.Chat, f.SMS, f.Voice = f.Text, render.Numbered(say), render.Spoken(say, nil)
	f.Segments, f.Plain = render.Segments(f.SMS)
	f.Seconds = max(1, proof.Seconds(f.Voice))
}

func structuresOf(b *flow.Bundle) []string {
	var all []string
	for id := range b.Structures {
		all = append(all, id)
	}
	slices.SortFunc(all, func(x, y string) int {
		return cmp.Or(strings.Compare(b.Structures[x].Name, b.Structures[y].Name), strings.Compare(x, y))
	})
	return all
}

func queueNames(b *flow.Bundle, queues []bot.StructureID) string {
	var all []string
	for _, q := range queues {
		name := string(q)
		if st := b.Structures[name]; st != nil {
			name = st.Name
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

// mostPast are shown of what the journal has.
const mostPast = 20

// pastOf are the newest lines of the journal about such deeds.
func (s *Studio) pastOf(r *http.Request, deeds ...string) ([]pastRow, error) {
	lines, err := s.Press.Lines(r.Context())
	if err != nil && !errors.Is(err, bot.ErrBroken) {
		return nil, err
	}
	var all []pastRow
	for _, l := range slices.Backward(lines) {
		if !slices.Contains(deeds, l.Deed) {
			continue
		}
		if len(all) == mostPast {
			break
		}
		all = append(all, pastRow{l.What, s.name(r.Context(), l.Who), s.when(l.At), deedName(l.Deed)})
	}
	return all, nil
}

// putUp shows how a bulletin would be said; sent again from there unchanged, it goes out to everybody.
func (s *Studio) putUp(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	f := bulletinForm{Text: get("texte"), Start: get("debut"), FromDay: get("debut-jour"), FromHour: get("debut-heure"),
		End: get("fin"), UntilDay: get("fin-jour"), UntilHour: get("fin-heure"), Above: get("attente"), Why: get("raison")}
	b, fault := s.bulletin(r, f)
	if fault == "" && f.Why == "" {
		fault = "Donnez la raison : elle est gardée dans le journal."
	}
	if fault != "" {
		f.Fault = fault
		s.drawBulletins(w, r, http.StatusUnprocessableEntity, f)
		return
	}
	f.Mark = markOf(r)
	if r.PostForm.Get("do") != "dire" || r.PostForm.Get("vu") != f.Mark {
		f.Seen, f.When = true, s.saidWhen(b)
		s.drawBulletins(w, r, http.StatusOK, f)
		return
	}
	_, err := s.Press.PutUp(r.Context(), b, s.Live().Source, press.Order{Who: author(r).ID, Reason: clipped(r, "raison")})
	switch {
	case err == nil, errors.Is(err, press.ErrUnwritten):
		s.did(w, r, "/studio/bulletin", "annonce", err)
	case isDown(err):
		s.failed(w, r, "put a bulletin up", err)
	default:
		f.Fault = sentence(err.Error())
		s.drawBulletins(w, r, http.StatusUnprocessableEntity, f)
	}
}

// markOf tells what is said, to whom and when from all else: what was shown is what goes out. Spaces around a
// field are not sent again by the page that shows it.
func markOf(r *http.Request) string {
	form := url.Values{}
	for name, values := range r.PostForm {
		if slices.Contains([]string{"do", "vu", "raison", "jeton"}, name) {
			continue
		}
		for _, v := range values {
			if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" {
				form.Add(name, v)
			}
		}
	}
	return form.Encode()
}

// saidWhen says from when to when a bulletin is said.
func (s *Studio) saidWhen(b bot.Bulletin) string {
	if b.From.IsZero() {
		return "tout de suite, jusqu'à sa fin : " + s.when(b.Until)
	}
	return "dès son début, " + s.when(b.From) + ", jusqu'à sa fin : " + s.when(b.Until)
}

// bulletin reads the form, and says what is wrong with it.
func (s *Studio) bulletin(r *http.Request, f bulletinForm) (b bot.Bulletin, fault string) {
	live := s.Live()
	b = bot.Bulletin{Text: textsSent(r, live, f.Text)}
	if f.Text == "" {
		return b, "Écrivez la phrase."
	}
	for _, id := range r.PostForm["file"] {
		if live.Structures[id] == nil {
			return b, "Une file choisie n'existe plus."
		}
		b.Queues = append(b.Queues, bot.StructureID(id))
	}
	if f.Above != "" {
		n, err := strconv.Atoi(f.Above)
		if err != nil || n < 0 {
			return b, "Le nombre de personnes en attente est un nombre, par exemple 10."
		}
		b.Above = n
	}
	var err error
	if f.Start == "date" {
		if b.From, err = s.readMoment(f.FromDay, f.FromHour); err != nil {
			return b, "Le début ne se lit pas : donnez un jour et une heure."
		}
	}
	if b.Until, err = s.end(f, cmp.Or(b.From, s.Now().In(s.Zone))); err != nil {
		return b, "La fin est obligatoire : choisissez-la, ou donnez un jour et une heure."
	}
	return b, ""
}

// end is when a bulletin ends, from its beginning on.
func (s *Studio) end(f bulletinForm, from time.Time) (time.Time, error) {
	day := from.In(s.Zone)
	at := func(days, hour int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day()+days, hour, 0, 0, 0, s.Zone)
	}
	switch f.End {
	case "2h":
		return from.Add(2 * time.Hour), nil
	case "soir":
		if tonight := at(0, 23); tonight.After(from) {
			return tonight, nil
		}
		return at(1, 23), nil
	case "demain":
		return at(1, 12), nil
	}
	return s.readMoment(f.UntilDay, f.UntilHour)
}

// takeDown ends a bulletin now.
func (s *Studio) takeDown(w http.ResponseWriter, r *http.Request) {
	err := s.Press.TakeDown(r.Context(), r.PostFormValue("id"), s.Live().Source, press.Order{Who: author(r).ID, Reason: clippedValue(r, "raison")})
	switch {
	case err == nil, errors.Is(err, press.ErrUnwritten):
		s.did(w, r, "/studio/bulletin", "fini", err)
	case isDown(err):
		s.failed(w, r, "take a bulletin down", err)
	default:
		s.stop(w, r, http.StatusConflict, sentence(err.Error()))
	}
}
