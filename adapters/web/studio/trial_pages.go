package studio

import (
	"context"
	"net/http"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
)

// A Voice says what callers hear. Where there is none, nothing can be listened to.
type Voice interface {
	// Sentences cuts a text where it may be said in parts.
	Sentences(text string) []string
	// Say makes a WAV file of one sentence.
	Say(ctx context.Context, language, sentence string) ([]byte, error)
}

// A trialView is the preview as it is drawn.
type trialView struct {
	Trial    *trial
	Channels []choice
	Panes    []pane
	Traces   []mark
	Broken   []fault // why the draft cannot be played
	Earlier  *earlier
	Stopped  string
	Left     []string // lines that were not played
	Playable int
	Menu     bool // a key answers at once
	Waits    bool // the desk can answer
	Over     bool
	Open     bool // the desk, at that hour
	Step     string
	Faults   int
	FromPath string // of the form of the step that it begins at
	Answers  []choice
	Langs    []choice
	Records  bool // may be kept as a test
}

// Quand is the trial's clock as a field has it.
func (v *trialView) Quand() string { return v.Trial.At.Format("2006-01-02T15:04") }

// showTrial plays what a form of the preview sends: everything so far, and what a button adds. A link names
// where to begin.
func (s *Studio) showTrial(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	was := s.earlier(r.Context(), state, c)
	b := c.Bundle
	if was != nil {
		b = was.Bundle
	}
	t := s.readTrial(r, b)
	if r.Method == http.MethodPost {
		s.act(t, b, r.Form.Get("geste"), r.Form.Get("mots"), r.Form.Get("nouvelle"), number(r.Form.Get("jouees")), r.Form.Get("menu") != "")
	}
	view := s.trialView(t, c, was, may(web.Signed(r), edit))
	s.show(w, r, "trial", page{Title: "Essai", Section: "/studio/essai", State: state, Checked: c, Body: view})
}

// trialView plays a trial and draws it, on an earlier state of the draft where the present one cannot be played. A
// line that was just added and makes no sense is taken back.
func (s *Studio) trialView(t *trial, c *checked, was *earlier, records bool) *trialView {
	v := &trialView{Trial: t, Channels: channels(), Records: records && was == nil, Earlier: was}
	if c.Program == nil {
		if v.Broken = was.broken(c); was == nil {
			return v
		}
		c = was.checked
	}
	done := t.play(c.Program, t.played())
	v.Stopped, v.Playable, v.Faults = done.Stopped, done.Done, done.Faults
	if done.Stopped != "" && done.Done < len(t.Lines) {
		v.Left = t.Lines[done.Done:]
	}
	v.Panes = append(v.Panes, s.pane(t, c.Program, done))
	if t.Channel == allChannels {
		v.Panes = append(v.Panes, s.otherPane(t, c.Program, done, "phone"), s.otherPane(t, c.Program, done, "sms"))
	}
	v.Traces = traced(c.Bundle, done.last(), done.Now)
	v.Menu = len(v.Panes[0].Options) > 0 || !done.Now.Asking
	v.Waits = done.Now.Life == bot.Waiting || done.Now.Life == bot.Referred || done.Now.Life == bot.Promised
	v.Over = done.Now.Life == bot.Closed
	v.Step = done.Now.Step
	if flowID, step, is := strings.Cut(t.From, "."); is {
		v.FromPath = stepPath(flowID, step)
	}
	v.Open = c.Bundle.Calendar.Open(c.Bundle.Lead().Hours, t.At)
	v.Answers = givable(c.Bundle)
	for _, l := range c.Bundle.Spoken() {
		v.Langs = append(v.Langs, choice{Value: l, Label: change.Tongue(l), Picked: l == t.Language || t.Language == "" && l == c.Bundle.Source})
	}
	return v
}

// givable are answers that a trial may begin with: every option of every question.
func givable(b *flow.Bundle) []choice {
	var all []choice
	seen := map[string]bool{}
	for _, name := range b.AnswerOrder {
		a := b.Answers[name]
		step := b.Steps[a.Step]
		if a.Type == flow.YesNo {
			all = append(all, choice{Value: name + "=oui", Label: a.Label + " : oui"}, choice{Value: name + "=non", Label: a.Label + " : non"})
		}
		if step == nil {
			continue
		}
		for _, o := range step.Options {
			if v := name + "=" + o.ID; !seen[v] {
				seen[v] = true
				all = append(all, choice{Value: v, Label: a.Label + " : " + optionLabel(b, step, o.ID)})
			}
		}
	}
	return all
}

// number reads a count that a form sends; nonsense is 0.
func number(text string) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 1e6 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// sayAloud answers the sound of one sentence of a text: the script asks for them one after the other.
func (s *Studio) sayAloud(w http.ResponseWriter, r *http.Request) {
	if s.Voice == nil {
		s.missing(w, r)
		return
	}
	text := r.FormValue("texte")
	if len(text) > mostSpoken {
		web.Problem(w, http.StatusRequestEntityTooLarge, "Ce texte est trop long pour être écouté.")
		return
	}
	sentences, n := s.Voice.Sentences(text), number(r.FormValue("phrase"))
	if n >= len(sentences) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	wav, err := s.Voice.Say(r.Context(), r.FormValue("langue"), sentences[n])
	if err != nil {
		if r.Context().Err() == nil {
			s.Log.Warn("say a sentence of the preview", "error", err)
		}
		web.Problem(w, http.StatusServiceUnavailable, "La voix ne répond pas. Réessayez dans un instant.")
		return
	}
	w.Header().Set("Content-Type", "audio/wav")
	_, _ = w.Write(wav) // the client is gone if this fails
}

// mostSpoken bounds a text that is listened to, in bytes.
const mostSpoken = 8 << 10
