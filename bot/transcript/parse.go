package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // transcripts say Europe/Paris wherever they are played

	"frontdesk/bot"
)

// What the margin may begin with besides a counsellor's name.
var reserved = []string{"citizen", "system", "time", "duty", "bot", "pass", "tell", "brief", "card"}

// Parse reads a transcript. Its errors name the line and say what to write instead.
func Parse(text string) (*Script, error) {
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return nil, fmt.Errorf("clock of the transcript: %w", err)
	}
	r := reader{zone: zone, script: &Script{World: World{Channel: "web", OnDuty: -1}}}
	number := 0
	for source := range strings.Lines(text) {
		number++
		if err := r.line(number, strings.TrimRight(source, " \t\r\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if r.script.World.At.IsZero() {
		return nil, errors.New("the header has no time: begin with a line like “at 2026-11-24 10:00”")
	}
	r.script.defaultDuty()
	return r.script, nil
}

// defaultDuty counts the staff of the first structure that is named: the lead desk stands first.
func (s *Script) defaultDuty() {
	if w := &s.World; w.OnDuty < 0 {
		w.OnDuty = 0
		for _, a := range w.Staff {
			if sameDesk(w.Staff[0], a) {
				w.OnDuty++
			}
		}
		if len(w.Staff) == 0 {
			w.OnDuty = 1
		}
	}
	s.duty.Store(int64(s.World.OnDuty))
}

func sameDesk(lead, a bot.Actor) bool {
	return len(lead.Structures) > 0 && slices.Contains(a.Structures, lead.Structures[0])
}

type reader struct {
	zone   *time.Location
	script *Script
	began  bool // the first event has been read
}

func (r *reader) line(number int, text string) error {
	l := line{number: number, text: text}
	switch {
	case text == "" || text[0] == '#':
	case text[0] == ' ' || text[0] == '\t':
		return nil // what the service did the last time
	default:
		header, err := r.header(text)
		if err != nil {
			return err
		}
		if header {
			break
		}
		r.began = true
		if l.play, err = r.event(text); err != nil {
			return err
		}
	}
	r.script.lines = append(r.script.lines, l)
	return nil
}

// header reads one header line and says whether it was one.
func (r *reader) header(text string) (bool, error) {
	key, value, _ := strings.Cut(text, " ")
	if !slices.Contains([]string{"at", "channel", "language", "staff", "duty", "waiting", "mail", "texts", "bulletin", "from", "answer"}, key) {
		return false, nil
	}
	if r.began {
		return true, fmt.Errorf("“%s” belongs to the header; move it above the first event", text)
	}
	w, fields := &r.script.World, strings.Fields(value)
	switch {
	case key == "staff":
		return true, r.staff(fields)
	case key == "at":
		at, err := r.instant(fields)
		w.At = at
		return true, err
	case key == "bulletin":
		return true, r.bulletin(value)
	case key == "answer":
		return true, r.answer(fields)
	case len(fields) != 1:
		return true, fmt.Errorf("“%s” needs one word after it", key)
	case key == "channel":
		w.Channel = bot.ChannelName(fields[0])
		return true, checkChannel(w.Channel)
	case key == "language":
		w.Language = fields[0]
		return true, nil
	case key == "from":
		w.From = fields[0]
		return true, nil
	case key == "mail":
		w.Code = fields[0]
		return true, nil
	case key == "texts":
		w.Texts = fields[0] == "yes"
		return true, nil
	}
	n, err := count(fields[0])
	if key == "waiting" {
		w.Waiting = n
	} else {
		w.OnDuty = n
	}
	return true, err
}

// bulletin reads one that has run since before the transcript begins, for a day.
func (r *reader) bulletin(value string) error {
	queue, words, _ := strings.Cut(value, " ")
	w := &r.script.World
	if words == "" || w.At.IsZero() {
		return errors.New("write “bulletin * La ligne est en panne.” below the time: a queue or *, and what is said")
	}
	b := bot.Bulletin{ID: strconv.Itoa(len(w.Bulletins) + 1), Text: map[string]string{"fr": words}, From: w.At.Add(-time.Hour), Until: w.At.Add(24 * time.Hour)}
	if queue != "*" {
		b.Queues = []bot.StructureID{bot.StructureID(queue)}
	}
	w.Bulletins = append(w.Bulletins, b)
	return nil
}

// answer reads "answer besoin metier"; the value may have spaces.
func (r *reader) answer(fields []string) error {
	w := &r.script.World
	switch {
	case len(fields) < 2:
		return errors.New("write “answer besoin metier”: the name of an answer, then its value")
	case w.Answers.Has(fields[0]):
		return fmt.Errorf("“answer %s” stands here already", fields[0])
	}
	w.Answers = w.Answers.With(fields[0], strings.Join(fields[1:], " "))
	return nil
}

func checkChannel(name bot.ChannelName) error {
	if slices.Contains([]bot.ChannelName{"web", "telegram", "sms", "phone"}, name) {
		return nil
	}
	return fmt.Errorf("channel %q is not known; write web, telegram, sms or phone", string(name))
}

// instant reads "2026-11-24 10:00", on the transcript's clock.
func (r *reader) instant(fields []string) (time.Time, error) {
	text := strings.Join(fields, " ")
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, r.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a day and an hour; write them like 2026-11-24 10:00", text)
}

func count(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number of people; write 0 or more", text)
	}
	return n, nil
}

const staffForm = "write “staff Camille accueil-regional 3”: first name, structures with commas, conversations at once"

func (r *reader) staff(fields []string) error {
	lead := len(fields) == 4 && fields[3] == "lead"
	if len(fields) != 3 && !lead {
		return errors.New(staffForm)
	}
	capacity, err := strconv.Atoi(fields[2])
	if err != nil || capacity < 0 {
		return errors.New(staffForm)
	}
	a := bot.Actor{ID: idOf(fields[0]), Name: fields[0], Lead: lead, Capacity: capacity}
	w := &r.script.World
	if _, twice := w.actor(a.ID); twice || slices.Contains(reserved, a.Name) || strings.Contains(a.Name, ":") {
		return fmt.Errorf("%q cannot name a counsellor here; take another first name", a.Name)
	}
	for structure := range strings.SplitSeq(fields[1], ",") {
		if structure != "" && structure != "-" {
			a.Structures = append(a.Structures, bot.StructureID(structure))
		}
	}
	w.Staff = append(w.Staff, a)
	return nil
}
