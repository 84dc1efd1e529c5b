package studio

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/transcript"
)

// A trial is a conversation with the draft that nobody hears, as a form sends it: the whole of it, each time.
type trial struct {
	Channel  string // web, phone or sms; all shows the three at once
	At       time.Time
	Language string
	Staffed  bool // somebody is on duty
	Busy     bool // and many people wait
	From     string
	Given    bot.Answers
	Lines    []string // of the transcript, without its header and the arrival
	Dialled  string   // digits of a number that is not ended
	Told     string   // why something could not be done
}

// allChannels shows the three channels at once; what is done is done in the chat.
const allChannels = "all"

// mostLines bounds a trial; the longest transcripts have some thirty.
const mostLines = 200

// channels are those that a trial can take, as they are called.
func channels() []choice {
	return []choice{{Value: "web", Label: "Chat"}, {Value: "phone", Label: "Téléphone"}, {Value: "sms", Label: "SMS"}}
}

// played is the bot's side of the trial's channel.
func (t *trial) played() string {
	if t.Channel == allChannels {
		return "web"
	}
	return t.Channel
}

// readTrial reads what the form of a trial sends, or a link to one.
func (s *Studio) readTrial(r *http.Request, b *flow.Bundle) *trial {
	f := r.Form
	t := &trial{Channel: f.Get("voie"), Language: f.Get("langue"), Staffed: f.Get("equipe") != "non", Busy: f.Get("equipe") == "affluence", From: f.Get("depart"), Dialled: f.Get("compose")}
	if t.Channel != allChannels && !slices.ContainsFunc(channels(), func(c choice) bool { return c.Value == t.Channel }) {
		t.Channel = "web"
	}
	if b == nil || !slices.Contains(b.Spoken(), t.Language) {
		t.Language = ""
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", f.Get("quand"), s.Zone)
	if t.At = at; err != nil || at.IsZero() {
		t.At = s.openHour(b, true)
	}
	for _, pair := range f["reponse"] {
		t.give(pair)
	}
	for _, l := range f["fil"] {
		if l = strings.TrimSpace(l); l != "" && !strings.ContainsAny(l, "\r\n") && len(t.Lines) < mostLines {
			t.Lines = append(t.Lines, l)
		}
	}
	return t
}

// give adds an answer written "besoin=emploi".
func (t *trial) give(pair string) {
	name, value, _ := strings.Cut(strings.Join(strings.Fields(pair), " "), "=")
	if name, value = strings.TrimSpace(name), strings.TrimSpace(value); name != "" && value != "" && !strings.Contains(name, " ") {
		t.Given = t.Given.With(name, value)
	}
}

// openHour is a moment, the next there is, at which the regional desk is open, or closed.
func (s *Studio) openHour(b *flow.Bundle, open bool) time.Time {
	now := s.Now().In(s.Zone).Truncate(time.Minute)
	if b == nil {
		return now
	}
	queue := b.Lead().Hours
	for at := now; at.Before(now.AddDate(0, 0, 21)); at = at.Truncate(15 * time.Minute).Add(15 * time.Minute) {
		if b.Calendar.Open(queue, at) == open {
			return at
		}
	}
	return now
}

// text is the trial as a transcript.
func (t *trial) text(b *flow.Bundle, channel string) string {
	lines := []string{"at " + t.At.Format("2006-01-02 15:04"), "channel " + channel}
	if t.Language != "" {
		lines = append(lines, "language "+t.Language)
	}
	if t.From != "" {
		lines = append(lines, "from "+t.From)
		for _, a := range t.Given {
			lines = append(lines, "answer "+a.Name+" "+a.Value)
		}
	}
	lines = append(lines, "staff "+counsellor+" "+b.Lead().ID+" 0")
	if !t.Staffed {
		lines = append(lines, "duty 0")
	}
	if t.Busy {
		lines = append(lines, "waiting "+strconv.Itoa(b.Busy+1))
	}
	lines = append(lines, "")
	if t.arrives(channel) {
		lines = append(lines, arrival)
	}
	return strings.Join(append(lines, t.Lines...), "\n") + "\n"
}

// counsellor is who answers in a trial.
const (
	counsellor = "Camille"
	arrival    = "citizen: (arrives)"
)

// arrives says whether coming is something the service sees: by SMS there are only words, unless the trial
// begins in the middle.
func (t *trial) arrives(channel string) bool { return channel != "sms" || t.From != "" }

// A performance is what came of a trial.
type performance struct {
	Turns   []turn
	Now     bot.Session
	Stopped string // why it went no further, in French; "" when it did
	Done    int    // lines that were played
	Faults  int    // turns that the service answered with an apology
}

// A turn is one line of a trial and what it caused.
type turn struct {
	Line    string
	Before  bot.Session
	Entries []bot.Entry
	Trace   bot.Trace
	Passed  []engine.Passed
}

// last is the turn that shows, or none.
func (p *performance) last() turn {
	if len(p.Turns) == 0 {
		return turn{}
	}
	return p.Turns[len(p.Turns)-1]
}

// play plays a trial on one channel.
func (t *trial) play(p *engine.Program, channel string) *performance {
	if t.From != "" && p.Bundle.Steps[t.From] == nil {
		return &performance{Stopped: "L'étape « " + t.From + " » n'existe plus dans le brouillon."}
	}
	for _, a := range t.Given {
		if p.Bundle.Answers[a.Name] == nil {
			return &performance{Stopped: "La réponse « " + a.Name + " » n'existe pas dans le brouillon."}
		}
	}
	done := &performance{}
	script, err := transcript.Parse(t.text(p.Bundle, channel))
	if err != nil {
		done.Stopped = stopped(err)
		return done
	}
	stage := rehearsal.Of(rehearsal.On(p), script)
	before, passed := bot.Session{}, 0
	_, err = transcript.Follow(script, stage, func(line string, entries []bot.Entry) {
		now, _ := stage.Session() // it was read when the line was played
		done.Turns = append(done.Turns, turn{line, before, entries, stage.Trace, stage.Passed[passed:]})
		before, passed = now, len(stage.Passed)
	})
	done.Now, done.Faults = before, len(stage.Faults)
	done.Done = len(done.Turns)
	if t.arrives(channel) && done.Done > 0 {
		done.Done--
	}
	if err != nil {
		done.Stopped = stopped(err)
	}
	return done
}

// stopped says in French why a line could not be played.
func stopped(err error) string {
	text := err.Error()
	switch {
	case errors.Is(err, rehearsal.ErrNoTimer):
		return "Rien ne se passe, si longtemps qu'on attende."
	case strings.Contains(text, "is not offered"), strings.Contains(text, "before anything was offered"), strings.Contains(text, "is not on a telephone"):
		return "Ce choix n'est pas proposé ici."
	case strings.Contains(text, "no message was asked for"):
		return "Aucun message n'est enregistré ici."
	}
	return "Cette ligne n'a pas de sens ici."
}
