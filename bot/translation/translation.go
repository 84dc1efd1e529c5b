// Package translation says how far the translations of a draft are, what is wrong with one, and what a table
// or a go-i18n file would change in them. It saves nothing, and gives the engine no words: package locales
// does.
package translation

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"maps"
	"path"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A State is how far one translation is, in the words of tables and pages.
type State string

// The states of a translation.
const (
	Missing  State = "manquant"            // and needed
	Optional State = "facultatif"          // it has no text of its own, and needs none
	Stale    State = "à revoir"            // of a text that has changed since
	Done     State = "traduit"             // nobody has reread it
	Reread   State = "relu"                // by somebody else than a machine
	Orphan   State = "sans texte français" // of a text that is gone
)

// A Form is one plural form of a text: "one", "other". What is not counted has "other" alone.
type Form struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// A Text is one message: what the source language says, and what a language says for it.
type Text struct {
	ID       string
	At       flow.Place // in the draft, where the translation stands or would be written
	Source   []Form     // "other" comes last
	From     flow.Pos   // of the source text
	Own      bool       // a wording that only this language has: its source is the text without a channel
	Forms    []Form
	Hash     string // of the source text that was translated, "" where nobody noted it
	By, On   string // who reread it, and the day
	State    State
	Received bool
	allowed  []string // placeholders that it may have
	after    string   // the text before it in its file's order
}

// A Set is all texts of one language.
type Set struct {
	Language string
	Received bool // the way to a person only
	Source   string
	Texts    []*Text // in the order of a conversation
	byID     map[string]*Text
}

// Hash names a source text in its translations: sha1- and twelve digits.
func Hash(text string) string {
	sum := sha1.Sum([]byte(text))
	return "sha1-" + hex.EncodeToString(sum[:6])
}

// Needed says whether a language must have its own text for an id. Wordings for one kind of channel and
// synonyms are each language's own business.
func Needed(id string) bool {
	_, variant, _ := strings.Cut(id, "@")
	return variant != "sms" && variant != "voice" && !strings.HasSuffix(variant, "@voice") && !strings.HasSuffix(variant, "@sms") &&
		!strings.HasSuffix(id, ".also") && !strings.HasSuffix(id, ".except") && !strings.HasPrefix(id, "territory.") && !strings.HasPrefix(id, "structure.") && !strings.HasPrefix(id, "answer.")
}

// Outdated says that a translation is of another text than the source language has now. Lists of words that
// are only heard are each language's own: one more in the source makes none old.
func Outdated(id, hash, source string) bool { return hash != "" && hash != Hash(source) && !heard(id) }

// Leads says whether a language that leads to a person needs one of the engine's texts: not those that
// belong to the whole flow (cards, steps, places, events, letters), nor those for the desk.
func Leads(id string) bool {
	subject, _, _ := strings.Cut(strings.TrimPrefix(id, "engine."), ".")
	return !slices.Contains([]string{"advice", "card", "event", "events", "follow", "mail", "meet", "portrait", "reason", "reception", "receptions", "step", "way"}, subject)
}

// engines are the texts of the service itself, which are in no file of the flow.
const engines = "engine."

// Of gives the texts of a language in a draft that loads as b.
func Of(d *flow.Draft, b *flow.Bundle, language string) *Set {
	s := &Set{Language: language, Source: b.Source, byID: map[string]*Text{}}
	_, s.Received = b.Received[language]
	files := filesOf(d)
	s.sources(d, b, files)
	for _, name := range files[language] {
		v, _ := d.At(name)
		for i, id := range v.Keys() {
			s.translated(name, id, v.Items()[i])
		}
	}
	if s.Received {
		s.onTheWay(d, b, files)
	}
	after := map[string]string{}
	for _, t := range s.Texts {
		if t.At.File == "" {
			t.At = flow.In(s.fileFor(t), t.ID)
		}
		t.after, after[t.At.File] = after[t.At.File], t.ID
		t.settle()
	}
	return s
}

// Text is one text of the set, nil for none.
func (s *Set) Text(id string) *Text { return s.byID[id] }

// filesOf are the message files of a draft by language.
func filesOf(d *flow.Draft) map[string][]string {
	files := map[string][]string{}
	for _, name := range d.Names() {
		if language := LanguageOf(name); language != "" {
			files[language] = append(files[language], name)
		}
	}
	return files
}

// LanguageOf is the language of a message file, by its name; "" for any other file.
func LanguageOf(name string) string {
	if path.Dir(name) != "locales" || path.Ext(name) != ".yaml" {
		return ""
	}
	return strings.TrimPrefix(path.Ext(strings.TrimSuffix(name, ".yaml")), ".")
}

// sources lists the texts that there are to translate.
func (s *Set) sources(d *flow.Draft, b *flow.Bundle, files map[string][]string) {
	for id, text := range b.Texts {
		s.add(&Text{ID: id, Source: []Form{{"other", text.Text}}, From: text.Pos})
	}
	slices.SortFunc(s.Texts, func(x, y *Text) int {
		return cmp.Or(cmp.Compare(rankOf(b, x), rankOf(b, y)), strings.Compare(x.From.File, y.From.File),
			cmp.Compare(x.From.Line, y.From.Line), cmp.Compare(x.From.Column, y.From.Column), strings.Compare(x.ID, y.ID))
	})
	for _, name := range files[b.Source] {
		v, _ := d.At(name)
		for i, id := range v.Keys() {
			if strings.HasPrefix(id, engines) && s.byID[id] == nil {
				item := v.Items()[i]
				s.add(&Text{ID: id, Source: formsOf(item), From: flow.Pos{File: name, Line: item.Pos().Line}})
			}
		}
	}
}

// rankOf is the place of a text in a conversation: the first flow, the others, what they name, then names that
// only staff read.
func rankOf(b *flow.Bundle, t *Text) int {
	if strings.HasPrefix(t.ID, "answer.") {
		return 9
	}
	for _, f := range b.Flows {
		if f.Pos.File == t.From.File {
			if f.ID == b.Start {
				return 0
			}
			return 1
		}
	}
	return 2 + max(0, slices.Index([]string{"safety.yaml", "cards.yaml", "routing.yaml"}, t.From.File)+1)
}

func (s *Set) add(t *Text) {
	s.Texts = append(s.Texts, t)
	s.byID[t.ID] = t
}

// formsOf are the forms of a message, "other" last.
func formsOf(v flow.Value) []Form {
	var forms []Form
	for _, name := range allForms {
		if text := v.TextAt(name); text != "" || name == "other" {
			forms = append(forms, Form{name, text})
		}
	}
	return forms
}

// translated notes what a language says for an id.
func (s *Set) translated(file, id string, v flow.Value) {
	t := s.byID[id]
	if t == nil {
		t = &Text{ID: id}
		if base := s.byID[baseOf(id)]; base != nil {
			t.Source, t.From, t.Own = base.Source, base.From, true
			s.Texts = slices.Insert(s.Texts, slices.Index(s.Texts, base)+1, t)
			s.byID[id] = t
		} else {
			s.add(t)
		}
	}
	t.At, t.Forms, t.Hash = flow.In(file, id), formsOf(v), v.TextAt("hash")
	t.By, t.On = v.TextAt("reread", "by"), v.TextAt("reread", "on")
}

// baseOf is the text that a wording for one channel, or a list of synonyms, belongs to.
func baseOf(id string) string {
	base, _, _ := strings.Cut(id, "@")
	return strings.TrimSuffix(base, ".also")
}

// onTheWay keeps what a language needs that leads to a person only: what the engine says on that way, and
// what any such language says of the flow.
func (s *Set) onTheWay(d *flow.Draft, b *flow.Bundle, files map[string][]string) {
	said := map[string]bool{}
	for _, language := range slices.Sorted(maps.Keys(b.Received)) {
		for _, name := range files[language] {
			v, _ := d.At(name)
			for _, id := range v.Keys() {
				said[id] = true
			}
		}
	}
	s.Texts = slices.DeleteFunc(s.Texts, func(t *Text) bool {
		t.Received = true
		gone := !said[t.ID] && !(strings.HasPrefix(t.ID, engines) && Leads(t.ID))
		if gone {
			delete(s.byID, t.ID)
		}
		return gone
	})
}

// fileFor is where a new translation is written: beside those of its file.
func (s *Set) fileFor(t *Text) string {
	base := strings.TrimSuffix(path.Base(t.From.File), ".yaml")
	switch {
	case strings.HasPrefix(t.ID, engines):
		base = "engine"
	case s.Received:
		base = "received"
	}
	return "locales/" + base + "." + s.Language + ".yaml"
}

// settle says how far a text is.
func (t *Text) settle() {
	t.allowed = placeholdersOf(t.Source)
	switch {
	case len(t.Source) == 0:
		t.State = Orphan
	case !t.Has() && Needed(t.ID):
		t.State = Missing
	case !t.Has():
		t.State = Optional
	case Outdated(t.ID, t.Hash, t.French()):
		t.State = Stale
	case t.By != "":
		t.State = Reread
	default:
		t.State = Done
	}
}

// Has says whether the language has a text of its own.
func (t *Text) Has() bool { return t.Other() != "" }

// Other is the text where nothing is counted.
func (t *Text) Other() string { return other(t.Forms) }

// French is the source text where nothing is counted.
func (t *Text) French() string { return other(t.Source) }

// SourceHash names the source text as it is now.
func (t *Text) SourceHash() string { return Hash(t.French()) }

// Channel is the kind of channel that a text is for alone: "voice", "sms", or "" for all.
func (t *Text) Channel() string {
	for _, kind := range []string{"voice", "sms"} {
		if strings.HasSuffix(t.ID, "@"+kind) {
			return kind
		}
	}
	return ""
}

// Heard says that a text is a list of words that are only heard, with " | " between them.
func (t *Text) Heard() bool { return heard(t.ID) }

func heard(id string) bool {
	return slices.ContainsFunc([]string{".also", ".except", ".words"}, func(end string) bool { return strings.HasSuffix(id, end) })
}

// Reviewed is who reread a text and when, as tables and « received » have it: « Ana Ruiz, 2026-11-02 ».
func (t *Text) Reviewed() string {
	if t.By == "" {
		return ""
	}
	return t.By + ", " + t.On
}

func other(forms []Form) string { return formIn(forms, "other") }

func formIn(forms []Form, name string) string {
	for _, f := range forms {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Counted says how many texts a language has in each state. Those that it needs not are left out.
func (s *Set) Counted() map[State]int {
	n := map[State]int{}
	for _, t := range s.Texts {
		n[t.State]++
	}
	return n
}
