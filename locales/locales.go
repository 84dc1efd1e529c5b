// Package locales holds the words of every language and gives the engine the one it asks for. It
// decides nothing: which language is spoken is the session's, what is said the flow's.
package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
)

// Files are the message files that come with the service: the engine's own texts in every language,
// and the reference bundle's in every language but its own.
//
//go:embed *.yaml
var Files embed.FS

// Catalogue is the words of one release. It is immutable and safe to share; another release is
// another catalogue.
type Catalogue struct {
	source     string
	texts      map[string]map[string]string // language → id → text
	hashes     map[string]map[string]string // language → id → hash of the source text when translated
	localizers map[string]*i18n.Localizer
}

// Stale is a translation that is missing, or older than the text it translates.
type Stale struct {
	Language, ID string
	Missing      bool
	Pos          flow.Pos // of the source text
}

// New reads the words of a bundle: its own texts, and the message files among its sources. What those
// lack of the engine's own texts the service says in its words: a folder with message files of its
// own, or with older ones, leaves nobody without an answer.
func New(b *flow.Bundle) (*Catalogue, error) {
	c := &Catalogue{source: b.Source, texts: map[string]map[string]string{b.Source: {}}, hashes: map[string]map[string]string{}, localizers: map[string]*i18n.Localizer{}}
	source, err := language.Parse(b.Source)
	if err != nil {
		return nil, fmt.Errorf("language %q of the bundle: %w", b.Source, err)
	}
	messages := i18n.NewBundle(source)
	messages.RegisterUnmarshalFunc("yaml", unmarshal)
	own, err := ownTexts(messages)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(b.Sources)) {
		if path.Dir(name) != "locales" {
			continue
		}
		if err := c.read(messages, name, b.Sources[name]); err != nil {
			return nil, err
		}
	}
	for id, text := range b.Texts {
		c.texts[b.Source][id] = text.Text
	}
	c.fill(own)
	for _, l := range b.Spoken() {
		c.localizers[l] = i18n.NewLocalizer(messages, l, b.Source)
	}
	if c.localizers[b.Source] == nil {
		c.localizers[b.Source] = i18n.NewLocalizer(messages, b.Source)
	}
	return c, nil
}

// unmarshal reads a message file without what go-i18n does not know of: who reread a translation.
func unmarshal(data []byte, into any) error {
	if err := yaml.Unmarshal(data, into); err != nil {
		return err
	}
	if raw, is := into.(*any); is {
		messages, _ := (*raw).(map[string]any)
		for _, m := range messages {
			if m, is := m.(map[string]any); is {
				delete(m, "reread")
			}
		}
	}
	return nil
}

// ownTexts are the engine's texts as they come with the service. They are read before the bundle's
// files, whose plural forms overrule theirs.
func ownTexts(messages *i18n.Bundle) (*Catalogue, error) {
	own := &Catalogue{texts: map[string]map[string]string{}, hashes: map[string]map[string]string{}}
	names, err := fs.Glob(Files, "engine.*.yaml")
	if err != nil {
		return nil, fmt.Errorf("the service's own texts: %w", err)
	}
	for _, name := range names {
		data, err := Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("the service's own texts: %w", err)
		}
		if err := own.read(messages, name, data); err != nil {
			return nil, err
		}
	}
	return own, nil
}

// fill takes over the texts that a language lacks. One that it has is not given wordings for some
// channels that say something else.
func (c *Catalogue) fill(own *Catalogue) {
	for l, texts := range own.texts {
		had := maps.Clone(c.texts[l])
		for id, text := range texts {
			base, _, _ := strings.Cut(id, "@")
			if had[base] != "" || had[id] != "" {
				continue
			}
			if c.texts[l] == nil {
				c.texts[l] = map[string]string{}
			}
			c.texts[l][id] = text
		}
	}
}

func (c *Catalogue) read(messages *i18n.Bundle, name string, data []byte) error {
	file, err := messages.ParseMessageFileBytes(data, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	l := file.Tag.String()
	if c.texts[l] == nil {
		c.texts[l] = map[string]string{}
	}
	if c.hashes[l] == nil {
		c.hashes[l] = map[string]string{}
	}
	for _, m := range file.Messages {
		c.texts[l][m.ID], c.hashes[l][m.ID] = m.Other, m.Hash
	}
	return nil
}

// Text returns the text of an id in exactly that language.
func (c *Catalogue) Text(language, id string) (string, bool) {
	text, ok := c.texts[language][id]
	return text, ok && text != ""
}

// IDs are the ids that a language has texts of its own for, sorted.
func (c *Catalogue) IDs(language string) []string { return slices.Sorted(maps.Keys(c.texts[language])) }

// Plural returns the form of an id for n, with n in its place. The language falls back to the
// bundle's own; an id that nobody has is the number alone.
func (c *Catalogue) Plural(language, id string, n int) string {
	localizer := c.localizers[language]
	if localizer == nil {
		localizer = c.localizers[c.source]
	}
	// The text counts even beside an error: go-i18n returns both when it had to fall back.
	text, _ := localizer.Localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n})
	if text == "" {
		return strconv.Itoa(n)
	}
	return strings.ReplaceAll(text, "{n}", strconv.Itoa(n))
}

// Review lists, for each language served, what is missing or was translated from an older text.
func (c *Catalogue) Review(b *flow.Bundle) []Stale {
	var all []Stale
	ids := slices.Sorted(maps.Keys(b.Texts))
	for _, l := range b.Languages {
		if l == b.Source {
			continue
		}
		for _, id := range ids {
			if s, old := c.stale(l, id, b.Texts[id].Pos); old {
				all = append(all, s)
			}
		}
		all = append(all, c.staleStrings(l)...)
	}
	for _, l := range slices.Sorted(maps.Keys(b.Received)) {
		for _, s := range c.staleStrings(l) {
			if translation.Leads(s.ID) {
				all = append(all, s)
			}
		}
	}
	return all
}

// stale says whether the translation of a text is missing, or of an older one.
func (c *Catalogue) stale(language, id string, at flow.Pos) (Stale, bool) {
	if _, is := c.Text(language, id); !is {
		return Stale{language, id, true, at}, translation.Needed(id)
	}
	return Stale{language, id, false, at}, translation.Outdated(id, c.hashes[language][id], c.texts[c.source][id])
}

// staleStrings are the engine's own texts that a language lacks, or has of an older text.
func (c *Catalogue) staleStrings(language string) []Stale {
	var all []Stale
	for _, id := range slices.Sorted(maps.Keys(c.texts[c.source])) {
		if !strings.HasPrefix(id, "engine.") {
			continue
		}
		if s, old := c.stale(language, id, flow.Pos{File: "locales/engine." + c.source + ".yaml"}); old {
			all = append(all, s)
		}
	}
	return all
}
