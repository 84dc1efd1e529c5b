// Package locales holds the words of every language and gives the engine the one it asks for. It
// decides nothing: which language is spoken is the session's, what is said the flow's.
package locales

import (
	"crypto/sha1"
	"embed"
	"encoding/hex"
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
	messages.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
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
			if !translated(id) {
				continue
			}
			switch _, ok := c.Text(l, id); {
			case !ok:
				all = append(all, Stale{l, id, true, b.Texts[id].Pos})
			case c.hashes[l][id] != "" && c.hashes[l][id] != Hash(b.Texts[id].Text):
				all = append(all, Stale{l, id, false, b.Texts[id].Pos})
			}
		}
		all = append(all, c.missingStrings(l)...)
	}
	for _, l := range slices.Sorted(maps.Keys(b.Received)) {
		for _, s := range c.missingStrings(l) {
			if receives(s.ID) {
				all = append(all, s)
			}
		}
	}
	return all
}

// receives says whether a language that leads to a person needs one of the engine's texts: not those
// that belong to the whole flow (cards, steps, places, events, letters), nor those for the desk.
func receives(id string) bool {
	subject, _, _ := strings.Cut(strings.TrimPrefix(id, "engine."), ".")
	return !slices.Contains([]string{"advice", "card", "event", "events", "follow", "mail", "meet", "portrait", "reason", "reception", "receptions", "step", "way"}, subject)
}

// missingStrings are the engine's own texts that a language lacks.
func (c *Catalogue) missingStrings(language string) []Stale {
	var all []Stale
	for _, id := range slices.Sorted(maps.Keys(c.texts[c.source])) {
		if _, ok := c.Text(language, id); !ok && strings.HasPrefix(id, "engine.") && translated(id) {
			all = append(all, Stale{Language: language, ID: id, Missing: true, Pos: flow.Pos{File: "locales/engine." + c.source + ".yaml"}})
		}
	}
	return all
}

// translated says whether a language must have its own text for an id. Wordings for one kind of
// channel and synonyms are each language's own business.
func translated(id string) bool {
	_, variant, _ := strings.Cut(id, "@")
	return variant != "sms" && variant != "voice" && !strings.HasSuffix(variant, "@voice") && !strings.HasSuffix(variant, "@sms") &&
		!strings.HasSuffix(id, ".also") && !strings.HasSuffix(id, ".except") && !strings.HasPrefix(id, "territory.") && !strings.HasPrefix(id, "structure.") && !strings.HasPrefix(id, "answer.")
}

// Hash names a source text in its translations: sha1- and twelve digits.
func Hash(text string) string {
	sum := sha1.Sum([]byte(text))
	return "sha1-" + hex.EncodeToString(sum[:6])
}
