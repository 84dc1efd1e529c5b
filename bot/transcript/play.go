package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
)

// Play plays a script and returns the whole transcript as it went: the script's own lines, each
// followed by what the service did. Inputs are numbered from "1"; they carry a leg and an event, and
// the stage adds the conversation, the time and the facts. After an error the transcript goes as far
// as the play went.
func Play(s *Script, stage Stage) (string, error) { return Follow(s, stage, nil) }

// Follow plays like Play, and tells of each event's line when it has been played, with what it caused. It
// does not tell of the line that fails.
func Follow(s *Script, stage Stage, played func(line string, entries []bot.Entry)) (string, error) {
	s.duty.Store(int64(s.World.OnDuty))
	p := player{script: s, stage: stage, replied: map[bot.CounsellorID]string{}}
	p.view = view{zone: s.World.At.Location(), names: s.World.names(), voice: s.World.Channel == "phone"}
	var out strings.Builder
	for _, l := range s.lines {
		fmt.Fprintln(&out, l.text)
		if l.play == nil {
			continue
		}
		entries, err := l.play(&p)
		for _, e := range entries {
			p.view.show(&out, e)
		}
		if err != nil {
			return out.String(), fmt.Errorf("line %d: %w", l.number, err)
		}
		if played != nil {
			played(l.text, entries)
		}
	}
	return out.String(), nil
}

// A player is one play of a script.
type player struct {
	script  *Script
	stage   Stage
	view    view
	inputs  int
	replied map[bot.CounsellorID]string // id of each counsellor's last message
	said    string                      // id of the citizen's last words
	now     time.Time                   // of the last entry that was seen
}

func (p *player) input(leg bot.Leg, e bot.Event) ([]bot.Entry, error) {
	p.inputs++
	entries, err := p.stage.Input(bot.Input{ID: strconv.Itoa(p.inputs), Leg: leg, Event: e})
	for _, e := range entries {
		p.now = e.At
	}
	return entries, err
}

// theLast stands for a counsellor's last message, and theDay for when it was written, until they are
// known.
const theLast = "last"

var theDay = time.Unix(1, 0).UTC()

// edits is a message of the citizen's that takes the place of their last one.
func edits(words bot.Words) play {
	return func(p *player) ([]bot.Entry, error) {
		if p.said == "" {
			return nil, errors.New("there is no message to edit yet")
		}
		return p.input(p.script.World.citizen(), bot.Said{Text: words, Amends: p.said})
	}
}

// shares reads "NUMBER [other]": a contact by a button.
func shares(words []string) (play, error) {
	other := len(words) == 2
	if other && words[1] != "other" {
		return nil, errors.New("write (shares 0612345678), or (shares 0612345678 other) for somebody else's")
	}
	return says(bot.GaveContact{Phone: bot.Words(words[0]), Own: !other}), nil
}

// says is what comes over the citizen's leg.
func says(e bot.Event) play {
	return func(p *player) ([]bot.Entry, error) {
		if said, is := e.(bot.Said); is && said.Amends == "" {
			p.said = strconv.Itoa(p.inputs + 1)
		}
		return p.input(p.script.World.citizen(), e)
	}
}

// happens is what nobody does.
func happens(e bot.Event) play {
	return func(p *player) ([]bot.Entry, error) { return p.input(bot.Leg{}, e) }
}

// acts is what a counsellor does at the desk.
func acts(e bot.Event) play {
	return func(p *player) ([]bot.Entry, error) {
		by := bot.By(e)
		last := p.replied[by]
		switch e := e.(type) {
		case bot.Replied:
			if e.Amends != theLast {
				p.replied[by] = strconv.Itoa(p.inputs + 1)
				break
			}
			if e.Amends = last; last == "" {
				return nil, errors.New("there is no message to edit yet")
			}
			return p.input(desk(by), e)
		case bot.TookBack:
			if e.Message = last; last == "" {
				return nil, errors.New("there is no message to take back yet")
			}
			if !e.Written.IsZero() {
				e.Written = p.now
			}
			return p.input(desk(by), e)
		}
		return p.input(desk(by), e)
	}
}

// ringsOff is a counsellor who leaves the telephone by which they talked to the citizen.
func ringsOff(by bot.CounsellorID) play {
	return func(p *player) ([]bot.Entry, error) { return p.input(telephone(by), bot.HungUp{}) }
}

// silence is measured by the telephone itself, from the end of the question; everywhere else a timer
// of the session ends it.
func (p *player) silence() ([]bot.Entry, error) {
	listen := p.view.listen
	if !p.view.voice || listen.Patience <= 0 {
		return p.stage.UntilTimer()
	}
	before, err := p.stage.Pass(listen.Patience)
	if err != nil {
		return before, err
	}
	after, err := p.input(p.script.World.citizen(), bot.NoInput{Ask: listen.Ask})
	return append(before, after...), err
}

// messageName is that of the one message of a transcript.
const messageName = "message"

// leaves is a message that the telephone records, for as long as it lasts.
func leaves(length string) (play, error) {
	d, err := time.ParseDuration(length)
	if err != nil || d < time.Second || d > bot.LongestMessage || d%time.Second != 0 {
		return nil, fmt.Errorf("%q is no length of a message; write whole seconds, two minutes at most, like 42s", length)
	}
	return func(p *player) ([]bot.Entry, error) {
		record := p.view.record
		if !record.Record {
			return nil, errors.New("no message was asked for: the bot did not say “(records …)”")
		}
		before, err := p.stage.Pass(d)
		if err != nil {
			return before, err
		}
		for _, e := range before {
			p.now = e.At
		}
		message := bot.Attachment{ID: messageName, Kind: "audio/wav", Length: d, Until: p.now.Add(record.Keep)}
		after, err := p.input(p.script.World.citizen(), bot.Recorded{Ask: record.Ask, Attachment: message})
		return append(before, after...), err
	}, nil
}

// presses is a button of the latest question, or keys of a telephone.
func presses(keys string) play {
	return func(p *player) ([]bot.Entry, error) {
		leg := p.script.World.citizen()
		if number, is := p.number(keys); is && (leg.Channel == "phone" || leg.Channel == "sms") {
			keys = number
		}
		switch leg.Channel {
		case "phone":
			if strings.Trim(keys, "0123456789*#") != "" {
				return nil, fmt.Errorf("[%s] is not on a telephone; it has digits, * and #", keys)
			}
			return p.input(leg, bot.Pressed{Keys: keys})
		case "sms":
			return p.input(leg, bot.Said{Text: bot.Words(keys)})
		}
		asked, ok := p.view.latest()
		if !ok {
			return nil, fmt.Errorf("[%s] is pressed before anything was offered", keys)
		}
		return p.chooses(asked, keys)
	}
}

// number is that of the option with an id, among those of the latest question.
func (p *player) number(id string) (string, bool) {
	asked, _ := p.view.latest()
	n := slices.IndexFunc(asked.options, func(o bot.Choice) bool { return o.ID == id })
	if _, err := strconv.Atoi(id); err == nil || n < 0 {
		return "", false
	}
	return strconv.Itoa(n + 1), true
}

// pressesLate is a button of an earlier question.
func pressesLate(words, option string) play {
	return func(p *player) ([]bot.Entry, error) {
		if c := p.script.World.Channel; c == "phone" || c == "sms" {
			return nil, fmt.Errorf("there are no late buttons on %s; write what the person does instead", string(c))
		}
		asked, ok := p.view.earlier(words)
		if !ok {
			return nil, fmt.Errorf("no earlier question has %q in its text or among its options", words)
		}
		return p.chooses(asked, option)
	}
}

func (p *player) chooses(q asked, option string) ([]bot.Entry, error) {
	id, ok := q.option(option)
	if !ok {
		return nil, fmt.Errorf("[%s] is not offered; the question has %d options", option, len(q.options))
	}
	return p.input(p.script.World.citizen(), bot.Chose{Ask: q.ask, Option: id})
}
