package transcript

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
)

// A view remembers what the entries so far have shown: later lines refer to it.
type view struct {
	zone   *time.Location
	names  map[bot.CounsellorID]string
	voice  bool
	asks   []asked    // every question that offered something, oldest first
	listen bot.Listen // the question that is open
	record bot.Say    // the latest that is recorded
	owner  string
}

// asked is one question and what it offered.
type asked struct {
	ask     bot.AskID
	text    string
	options []bot.Choice
}

// option finds what was offered by its number, or by its id.
func (q asked) option(name string) (string, bool) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(q.options) {
		return q.options[n-1].ID, true
	}
	for _, o := range q.options {
		if o.ID == name {
			return o.ID, true
		}
	}
	return "", false
}

// about says whether words name this question: its ask, the id of an option, or a part of its text.
func (q asked) about(words string) bool {
	for _, o := range q.options {
		if o.ID == words {
			return true
		}
	}
	return string(q.ask) == words || strings.Contains(strings.ToLower(q.text), strings.ToLower(words))
}

func (v *view) latest() (asked, bool) {
	if len(v.asks) == 0 {
		return asked{}, false
	}
	return v.asks[len(v.asks)-1], true
}

// earlier finds the latest question before the present one that words name.
func (v *view) earlier(words string) (asked, bool) {
	for i := len(v.asks) - 2; i >= 0; i-- {
		if v.asks[i].about(words) {
			return v.asks[i], true
		}
	}
	return asked{}, false
}

// show writes what the service did, and remembers it. What came in is not shown here.
func (v *view) show(out *strings.Builder, e bot.Entry) {
	switch f := e.Effect.(type) {
	case bot.Say:
		if e.To == bot.ToText {
			put(out, "text: "+f.Text)
			return
		}
		v.say(out, f)
	case bot.Listen:
		v.listen = f
		if v.voice {
			put(out, strings.TrimSuffix("(listens "+span(f.Patience), " ")+")")
		}
	case bot.Speak:
		put(out, fmt.Sprintf("%s → citizen%s: %s", f.Name, corrected(f.Amends), string(f.Text)))
	case bot.Withdraw:
		put(out, "(withdraws)")
	case bot.Write:
		put(out, "mail "+f.Kind+": "+f.Text)
	case bot.Hangup:
		put(out, flat("(hangs up: "+f.Reason)+")")
	case bot.Post:
		v.card(out, f.Card, e.At)
	case bot.Present:
		put(out, "brief: "+brief(f.Brief, v.zone))
	case bot.Pass:
		put(out, fmt.Sprintf("pass → %s%s: %s", cmp.Or(v.owner, "owner"), corrected(f.Amends != ""), string(f.Text)))
	case bot.Tell:
		v.tell(out, f)
	case bot.Forget:
		put(out, flat("(forgets "+f.Leg)+")")
	case nil:
	}
}

// corrected marks words that stand in the place of others.
func corrected(is bool) string {
	if is {
		return " (corrected)"
	}
	return ""
}

func (v *view) say(out *strings.Builder, f bot.Say) {
	if len(f.Options) > 0 {
		v.asks = append(v.asks, asked{f.Ask, f.Text, f.Options})
	}
	mark := margin
	if f.Safety {
		mark = "  ! "
	}
	putMarked(out, mark, "bot: "+f.Text)
	for i, o := range f.Options {
		if f.Short {
			break
		}
		fmt.Fprintf(out, "%8d %s\n", i+1, flat(o.Label))
	}
	if f.Record {
		v.record = f
		put(out, "(records "+span(f.Longest)+")")
	}
}

func (v *view) tell(out *strings.Builder, f bot.Tell) {
	words := fmt.Sprintf("tell %s: %s", v.name(f.To), f.Code)
	if f.Who != "" {
		words += " (" + f.Who + ")"
	}
	if !f.At.IsZero() {
		words += " " + f.At.In(v.zone).Format(dayHour)
	}
	put(out, flat(words))
}

func (v *view) card(out *strings.Builder, c bot.Card, at time.Time) {
	v.owner = c.OwnerName
	words := []string{"card:", c.Dossier, string(c.Life), string(c.Queue)}
	if c.Urgent {
		words = append(words, "urgent")
	}
	if !c.Due.IsZero() {
		words = append(words, "due "+v.due(c.Due, at))
	}
	for _, field := range [][2]string{{"owner", c.OwnerName}, {"beside", string(c.Beside)}, {"procedure", c.Procedure}, {"outcome", c.Outcome}} {
		if field[1] != "" {
			words = append(words, field[0]+" "+field[1])
		}
	}
	put(out, flat(strings.Join(words, " ")))
}

// due leaves the day out when it is today.
func (v *view) due(due, now time.Time) string {
	text := due.In(v.zone).Format(dayHour)
	if today := now.In(v.zone).Format(day); strings.HasPrefix(text, today) {
		return text[len(today)+1:]
	}
	return text
}

func (v *view) name(id bot.CounsellorID) string {
	return cmp.Or(v.names[id], string(id), "actor")
}

const (
	day     = "2006-01-02"
	dayHour = "2006-01-02 15:04"
	margin  = "    "
	hanging = "         " // under the words of "    bot: "
)

func put(out *strings.Builder, text string) { putMarked(out, margin, text) }

// putMarked writes a text whose further lines hang below the first; an empty one shows as ¶.
func putMarked(out *strings.Builder, mark, text string) {
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimRight(strings.ReplaceAll(l, "\r", ""), " \t")
		switch {
		case i == 0:
			fmt.Fprintln(out, mark+l)
		case l == "":
			fmt.Fprintln(out, hanging+"¶")
		default:
			fmt.Fprintln(out, hanging+l)
		}
	}
}

// span writes a duration as people do: 10m, not 10m0s; nothing for none.
func span(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	s := d.String()
	if rest, is := strings.CutSuffix(s, "m0s"); is {
		s = rest + "m"
	}
	if rest, is := strings.CutSuffix(s, "h0m"); is {
		s = rest + "h"
	}
	return s
}

// brief is what the counsellor receives, on one line: the answers in order, then what else is set.
func brief(b bot.Brief, zone *time.Location) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, flat(name+" = "+value))
		}
	}
	for _, a := range b.Answers {
		add(a.Name, a.Value)
	}
	add("territory", b.Territory)
	add("structure", b.Structure)
	add("reason", b.Reason)
	add("row", b.Row)
	add("cards", strings.Join(b.Cards, ", "))
	if !b.Promised.IsZero() {
		add("promised", b.Promised.In(zone).Format(dayHour))
	}
	add("contact", b.Contact)
	add("consent", b.Consent)
	add("danger", b.Danger)
	if b.Message != nil {
		add("recorded", span(time.Duration(b.Message.Seconds)*time.Second)+" until "+b.Message.Until.In(zone).Format(dayHour))
	}
	add("advice", strings.Join(b.Advice, ", "))
	return strings.Join(parts, "; ")
}
