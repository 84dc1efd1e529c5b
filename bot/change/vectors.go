package change

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
)

// A Vector is what one or more people answered, without words and without any of them being known by it.
type Vector struct {
	Channel, Language       string // chat, sms, voice
	Territory, Need, Public string // coded, as statistics have them
	Given                   map[string]engine.Class
	N                       int
	over                    bool
}

// Vectors gathers vectors from traces.
type Vectors struct{ talks map[string]*Vector }

// Add takes one event. Those of conversations that are not known to belong together are left out.
func (v *Vectors) Add(t bot.Trace) {
	if t.Number == "" {
		return
	}
	if v.talks == nil {
		v.talks = map[string]*Vector{}
	}
	talk := v.talks[t.Number]
	if talk == nil {
		talk = &Vector{Channel: kindOf(t.Channel), Given: map[string]engine.Class{}, N: 1}
		v.talks[t.Number] = talk
	}
	if talk.over {
		return
	}
	talk.Language = t.Language
	keep(&talk.Territory, t.Territory)
	keep(&talk.Need, t.Need)
	keep(&talk.Public, t.Public)
	if c, is := classOf(t); is && t.Step != "" {
		talk.Given[t.Step] = c
	}
	talk.over = t.Outcome != ""
}

func keep(to *string, value string) {
	if value != "" {
		*to = value
	}
}

// classOf is the answer that an event tells, if it tells one.
func classOf(t bot.Trace) (engine.Class, bool) {
	switch {
	case t.Option != "" && t.Class == "option:"+t.Option:
		return engine.Class{Kind: engine.Option, Value: t.Option}, true
	case t.Class == string(engine.Value):
		return engine.Class{Kind: engine.Value}, true
	case t.Class == string(engine.Skip):
		return engine.Class{Kind: engine.Skip}, true
	}
	return engine.Class{}, false
}

// kindOf is how a channel shows texts.
func kindOf(c bot.ChannelName) string {
	switch c {
	case "phone":
		return "voice"
	case "sms":
		return "sms"
	}
	return "chat"
}

// All are the vectors, alike ones as one, in an order that does not depend on who came first.
func (v *Vectors) All() []Vector {
	alike := map[string]*Vector{}
	for _, talk := range v.talks {
		if len(talk.Given) == 0 {
			continue
		}
		key := talk.key()
		if same := alike[key]; same != nil {
			same.N++
			continue
		}
		one := *talk
		alike[key] = &one
	}
	var all []Vector
	for _, key := range slices.Sorted(maps.Keys(alike)) {
		all = append(all, *alike[key])
	}
	return all
}

func (v *Vector) key() string {
	var b strings.Builder
	for _, s := range []string{v.Channel, v.Language, v.Territory, v.Need, v.Public} {
		b.WriteString(s + "|")
	}
	for _, step := range slices.Sorted(maps.Keys(v.Given)) {
		b.WriteString(step + "=" + string(v.Given[step].Kind) + ":" + v.Given[step].Value + "|")
	}
	return b.String()
}
