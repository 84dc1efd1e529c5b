package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"frontdesk/adapters/speech"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/render"
	"frontdesk/locales"
)

// A staticSentence is one that the telephone says to everybody alike: nothing in it depends on who calls.
type staticSentence struct {
	speech.Prompt
	pos flow.Pos
}

// spokenKey finds the name of a static sentence.
type spokenKey struct{ language, text string }

// spokenNames are the names of a program's static sentences, for the telephone. A sentence that several
// texts have goes by the first one's name.
func spokenNames(p *engine.Program) (map[spokenKey]string, error) {
	all, err := staticSentences(p)
	if err != nil {
		return nil, err
	}
	names := make(map[spokenKey]string, len(all))
	for _, s := range all {
		names[spokenKey{s.Language, s.Text}] = s.Name
	}
	return names, nil
}

// spokenPrompts takes what is said in one go apart into sentences, each with its name if it is static.
func spokenPrompts(names map[spokenKey]string, language, text string, slow bool) []speech.Prompt {
	var all []speech.Prompt
	for _, sentence := range speech.Sentences(text) {
		all = append(all, speech.Prompt{Name: names[spokenKey{language, sentence}], Language: language, Text: sentence, Slow: slow})
	}
	return all
}

// staticSentences are all of a program, in every language in which something is said, in the order of the
// bundle: what a caller can come to, the answers given by cards, dangers, and the engine's own words.
func staticSentences(p *engine.Program) ([]staticSentence, error) {
	words, err := locales.New(p.Bundle)
	if err != nil {
		return nil, err
	}
	c := &sentenceCollector{b: p.Bundle, words: words, seen: map[spokenKey]bool{}}
	steps := stepsByPhone(p)
	for _, c.language = range p.Bundle.Spoken() {
		for _, id := range steps {
			c.step(p.Bundle.Steps[id])
		}
		for _, id := range cardsByPhone(p.Bundle, steps) {
			c.text("card."+id, nil)
		}
		for _, i := range p.Bundle.Interrupts {
			if i.Key != "" {
				c.text("interrupt."+i.ID, nil)
			}
		}
		for _, d := range p.Bundle.Safety.Dangers {
			if p.Reread(d, c.language) {
				c.text("safety."+d.ID, c.dialled(d.Numbers))
			}
		}
		c.engine()
	}
	return c.all, nil
}

type sentenceCollector struct {
	b        *flow.Bundle
	words    *locales.Catalogue
	language string
	seen     map[spokenKey]bool
	all      []staticSentence
}

// find is a text as a voice says it, in this language alone, and the id that it has it from.
func (c *sentenceCollector) find(id string) (text, from string) {
	for _, from := range []string{id + "@voice", id} {
		if text, ok := c.words.Text(c.language, from); ok {
			return text, from
		}
	}
	return "", ""
}

// text takes the sentences of one text.
func (c *sentenceCollector) text(id string, links []bot.Link) {
	text, from := c.find(id)
	if text == "" {
		return
	}
	spoken := render.Spoken(bot.Say{Text: c.filled(text), Links: links}, nil)
	for i, sentence := range speech.Sentences(spoken) {
		c.add(id+"."+strconv.Itoa(i+1), sentence, from)
	}
}

// add takes a sentence, unless something in it depends on the conversation, or another text has it too.
func (c *sentenceCollector) add(name, sentence, from string) {
	key := spokenKey{c.language, sentence}
	if sentence == "" || strings.Contains(sentence, "{") || c.seen[key] {
		return
	}
	c.seen[key] = true
	c.all = append(c.all, staticSentence{speech.Prompt{Name: name, Language: c.language, Text: sentence}, c.pos(from)})
}

// filled puts in what is the same for everybody.
func (c *sentenceCollector) filled(text string) string {
	fixed := []string{"{service}", c.b.Service, "{numero_service}", c.b.Line.Text}
	for _, id := range slices.Sorted(maps.Keys(c.b.Safety.Numbers)) {
		shown := id
		if len(id) == 6 { // 116 006
			shown = id[:3] + " " + id[3:]
		}
		fixed = append(fixed, "{"+id+"}", shown)
	}
	return strings.NewReplacer(fixed...).Replace(text)
}

// dialled are the links of a danger's numbers: they are said as numbers to dial.
func (c *sentenceCollector) dialled(numbers []string) []bot.Link {
	var all []bot.Link
	for _, n := range numbers {
		all = append(all, bot.Link{Text: c.filled("{" + n + "}"), URL: "tel:" + n})
	}
	return all
}

// step takes what a step says: each wording, its second one, and its menu.
func (c *sentenceCollector) step(st *flow.Step) {
	if st.Send != "" { // written, not said
		return
	}
	wordings := []string{st.ID}
	for _, v := range st.Variants {
		if byPhone(v.When) {
			wordings = append(wordings, st.ID+"@"+v.ID)
		}
	}
	var links []bot.Link
	if st.Link != "" {
		links = append(links, bot.Link{Text: st.Link, URL: st.Link})
	}
	for _, id := range wordings {
		for _, suffix := range []string{"", "@retry", "@error"} {
			c.text(id+suffix, links)
		}
	}
	if st.Kind != flow.Ask {
		return
	}
	if len(st.Options) == 0 && c.b.Answers[st.Answer].Type == flow.YesNo {
		c.menu("engine.yes", 1, 1)
		c.menu("engine.no", 2, 2)
	}
	least, most := 1, 1
	for _, o := range st.Options {
		if !byPhone(o.Only) {
			continue
		}
		c.menu(st.ID+"."+o.ID, least, most)
		if most++; len(o.Only) == 0 {
			least++
		}
	}
}

// menu takes « Pour X, tapez 1. » with each key that the option can have: those before it may be hidden.
func (c *sentenceCollector) menu(id string, least, most int) {
	form, _ := c.find("engine.menu.voice")
	label, from := c.find(id)
	if form == "" || label == "" {
		return
	}
	for n := least; n <= min(most, 9); n++ {
		key := strconv.Itoa(n)
		say := bot.Say{Options: []bot.Choice{{ID: id, Label: c.filled(label)}}}
		spoken := render.Spoken(say, func(label string, _ int) string {
			return strings.NewReplacer("{label}", label, "{n}", key).Replace(form)
		})
		c.add(id+".key"+key, spoken, from)
	}
}

// engine takes the engine's own texts that are sentences: labels and fragments are said within others.
func (c *sentenceCollector) engine() {
	c.menu("engine.reopen.new", 1, 1)
	c.menu("engine.reopen.human", 2, 2)
	for _, id := range c.words.IDs(c.language) {
		base, variant, _ := strings.Cut(id, "@")
		if variant != "" || !strings.HasPrefix(id, "engine.") || neverByPhone(base) {
			continue
		}
		if text, _ := c.find(id); strings.ContainsAny(text[len(text)-1:], ".?!") {
			c.text(id, nil)
		}
	}
}

// neverByPhone names the engine's texts that belong to letters, to desks, and to people who write.
func neverByPhone(id string) bool {
	if strings.HasSuffix(id, ".words") || slices.Contains([]string{"engine.menu.voice", "engine.check.email", "engine.check.text"}, id) {
		return true
	}
	subject, _, _ := strings.Cut(strings.TrimPrefix(id, "engine."), ".")
	return slices.Contains([]string{"advice", "command", "edited", "event", "events", "file", "follow", "hear", "hello", "late",
		"mail", "masked", "nothing", "number", "portrait", "reception", "receptions", "thanks", "tongue", "unit", "way"}, subject)
}

// pos is where a text stands: in the bundle, or in a message file.
func (c *sentenceCollector) pos(id string) flow.Pos {
	if text, ours := c.b.Texts[id]; ours && c.language == c.b.Source {
		return text.Pos
	}
	end := "." + c.language + ".yaml"
	for _, name := range slices.Sorted(maps.Keys(c.b.Sources)) {
		if strings.HasSuffix(name, end) {
			if line := messageLine(c.b.Sources[name], id); line > 0 {
				return flow.Pos{File: name, Line: line}
			}
		}
	}
	own := "engine" + end
	text, err := locales.Files.ReadFile(own)
	if err != nil {
		return flow.Pos{File: "locales/" + own}
	}
	return flow.Pos{File: "locales/" + own, Line: messageLine(text, id)}
}

// messageLine is the line of a message file that an id begins, or 0.
func messageLine(file []byte, id string) int {
	n := 0
	for line := range strings.Lines(string(file)) {
		if n++; strings.HasPrefix(line, id+":") || strings.HasPrefix(line, strconv.Quote(id)+":") {
			return n
		}
	}
	return 0
}
