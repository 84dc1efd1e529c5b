package translation

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// Full is a hash as the goi18n tool writes it, of which ours is the beginning.
func full(text string) string {
	sum := sha1.Sum([]byte(text))
	return "sha1-" + hex.EncodeToString(sum[:])
}

// Active is the language as a message file of go-i18n, "active.en.yaml": what is translated. What is of an older
// source text keeps its old hash, so that goi18n merge asks for it again.
func (s *Set) Active() ([]byte, error) {
	return messages(s.Texts, func(t *Text) ([]Form, string) {
		if t.Hash == "" || t.Hash == t.SourceHash() {
			return t.Forms, full(t.French())
		}
		return t.Forms, t.Hash
	}, func(t *Text) bool { return t.Has() && t.State != Orphan })
}

// Untranslated is what goi18n calls "translate.en.yaml": the source texts that are still to be translated.
func (s *Set) Untranslated() ([]byte, error) {
	return messages(s.Texts, func(t *Text) ([]Form, string) {
		var forms []Form
		for _, name := range t.Wanted(s.Language) {
			forms = append(forms, Form{name, t.sourceOf(name)})
		}
		return forms, full(t.French())
	}, func(t *Text) bool { return t.State == Missing || t.State == Stale })
}

// Sources is the source language as a message file, "active.fr.yaml", for goi18n merge.
func (s *Set) Sources() ([]byte, error) {
	return messages(s.Texts, func(t *Text) ([]Form, string) { return t.Source, "" },
		func(t *Text) bool { return !t.Own && t.State != Orphan })
}

// messages writes texts as a message file.
func messages(texts []*Text, say func(*Text) (forms []Form, hash string), want func(*Text) bool) ([]byte, error) {
	const name = "locales/active.yaml"
	var edits []flow.Change
	for _, t := range texts {
		if !want(t) {
			continue
		}
		forms, hash := say(t)
		if hash != "" {
			edits = append(edits, flow.SetText(flow.In(name, t.ID, "hash"), hash))
		}
		for _, f := range forms {
			edits = append(edits, flow.SetText(flow.In(name, t.ID, f.Name), f.Text))
		}
	}
	d, err := flow.OpenDraft(nil)
	if err == nil {
		d, err = d.Edit(edits...)
	}
	if err != nil {
		return nil, fmt.Errorf("write messages: %w", err)
	}
	return d.Files()[name], nil
}

// ReadMessages says what a message file of go-i18n would change: one of locales/, or what goi18n merge has
// made and somebody has filled in. The error is flow.Faults.
func (s *Set) ReadMessages(data []byte) (*Incoming, error) {
	const name = "locales/active.yaml"
	d, err := flow.OpenDraft(map[string][]byte{name: data})
	if err != nil {
		return nil, err
	}
	root, is := d.At(name)
	if !is || root.Kind() != flow.RecordValue {
		_, err := d.Edit(flow.SetText(flow.In(name, "a", "other"), "a")) // it says why
		if err == nil {
			err = flow.Faults{{Message: "ce fichier n'a pas de textes : il faut des lignes « identifiant: {other: … } »"}}
		}
		return nil, err
	}
	r := messageReader{set: s, in: &Incoming{}}
	r.walk(root, "")
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return r.in, nil
}

// A messageReader reads one message file.
type messageReader struct {
	set    *Set
	in     *Incoming
	faults flow.Faults
}

// walk reads messages, below keys that are joined by "." where they are nested.
func (r *messageReader) walk(v flow.Value, prefix string) {
	for i, key := range v.Keys() {
		item, id := v.Items()[i], prefix+key
		switch {
		case item.Kind() == flow.TextValue:
			r.message(id, item, []Form{{"other", item.Text()}})
		case item.Kind() == flow.RecordValue && isMessage(item):
			r.message(id, item, formsOf(item))
		case item.Kind() == flow.RecordValue:
			r.walk(item, id+".")
		default:
			r.fault(item, "« "+id+" » n'est pas un texte")
		}
	}
}

// isMessage says that a record is one text, not a group of texts.
func isMessage(v flow.Value) bool {
	return slices.ContainsFunc(v.Keys(), func(key string) bool {
		below, _ := v.At(key)
		return below.Kind() == flow.TextValue && (slices.Contains(allForms, key) || key == "hash" || key == "description")
	})
}

func (r *messageReader) fault(v flow.Value, message string) {
	if len(r.faults) < 50 {
		r.faults = append(r.faults, flow.Fault{Pos: flow.Pos{File: "YAML", Line: v.Pos().Line, Column: v.Pos().Column}, Message: message})
	}
}

func (r *messageReader) message(id string, v flow.Value, forms []Form) {
	t := r.set.byID[id]
	if t == nil {
		r.fault(v, "le texte « "+id+" » n'existe pas")
		return
	}
	if other(forms) == "" || other(forms) == t.French() && t.Other() != t.French() {
		return // nobody has translated it yet: a file to be filled in has the source text in its place
	}
	for _, f := range forms {
		for _, issue := range t.Check(f.Name, f.Text) {
			if issue.Wrong {
				r.fault(v, "« "+id+" » : "+issue.Message)
			} else {
				r.in.note("« %s » : %s", id, issue.Message)
			}
		}
	}
	c := Change{ID: id, Forms: forms, Hash: t.Hash, By: t.By, On: t.On}
	hash := short(v.TextAt("hash"))
	if t.reworded(c) {
		c.By, c.On = "", ""
		if c.Hash = hash; hash == "" {
			c.Hash = t.SourceHash()
		}
	} else if hash == t.SourceHash() {
		c.Hash = hash
	}
	if c.Hash != t.SourceHash() && t.reworded(c) {
		r.in.note("le français de « %s » a changé depuis ; sa traduction sera « à revoir »", id)
	}
	if by, on := v.TextAt("reread", "by"), v.TextAt("reread", "on"); by != "" && on != "" {
		c.By, c.On = by, on
	}
	if !t.Same(c) {
		r.in.Changes = append(r.in.Changes, c)
	}
}

// FileLanguage is the language that the name of a message file gives: "active.en.yaml", "en.yaml".
func FileLanguage(name string) string {
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(name, ".yml"), ".yaml"), ".")
	return parts[len(parts)-1]
}
