package translation

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// A Change is what somebody wants a text to be. A change without forms leaves the words as they are.
type Change struct {
	ID    string `json:"id"`
	Forms []Form `json:"forms,omitempty"`
	Hash  string `json:"hash"`         // of the source text that was seen
	By    string `json:"by,omitempty"` // who reread it; "" for nobody
	On    string `json:"on,omitempty"`
}

// hashes are the hashes that files have: ours, and the longer ones of the goi18n tool.
var hashes = regexp.MustCompile(`^sha1-[0-9a-f]{12}([0-9a-f]{28})?$`)

// short is the first part of a hash, which is ours; "" for what is none.
func short(hash string) string {
	if !hashes.MatchString(hash) {
		return ""
	}
	return hash[:len("sha1-")+12]
}

// Same says that a change changes nothing.
func (t *Text) Same(c Change) bool {
	return !t.reworded(c) && t.Hash == c.Hash && t.By == c.By && t.On == c.On
}

// reworded says that a change changes the words.
func (t *Text) reworded(c Change) bool {
	return c.Forms != nil && slices.ContainsFunc(allForms, func(name string) bool { return formIn(c.Forms, name) != formIn(t.Forms, name) })
}

// Edits are a change as edits of the draft. A text without words is taken away.
func (t *Text) Edits(c Change) []flow.Change {
	in := func(keys ...string) flow.Place { return flow.In(t.At.File, slices.Concat(t.At.Path, keys)...) }
	forms := c.Forms
	if forms == nil {
		forms = t.Forms
	}
	if other(forms) == "" {
		if !t.Has() {
			return nil
		}
		return []flow.Change{flow.Remove(t.At)}
	}
	var edits []flow.Change
	for _, name := range allForms {
		was, text := formIn(t.Forms, name), formIn(forms, name)
		switch {
		case text == was:
		case text == "":
			edits = append(edits, flow.Remove(in(name)))
		default:
			edits = append(edits, flow.SetText(in(name), text))
		}
	}
	if hash := short(c.Hash); hash != "" && hash != t.Hash {
		edits = append(edits, flow.SetText(in("hash"), hash))
	}
	switch {
	case c.By == t.By && c.On == t.On:
	case c.By == "":
		edits = append(edits, flow.Remove(in("reread")))
	default:
		edits = append(edits, flow.SetText(in("reread", "by"), c.By), flow.SetText(in("reread", "on"), c.On))
	}
	return edits
}

// Placed puts a translation that a draft has just got where its file has the one before it.
func (t *Text) Placed(d *flow.Draft) (*flow.Draft, error) {
	if t.after == "" || t.Has() {
		return d, nil
	}
	if _, is := d.At(t.At.File, t.after); !is {
		return d, nil
	}
	return d.Edit(flow.Move(t.At, flow.After(t.after)))
}

// reviewer reads who reread a text and when: « Ana Ruiz, 2026-11-02 », or the day as French writes it, or
// no day for today.
func reviewer(text string, today time.Time) (by, on string, ok bool) {
	if text = strings.TrimSpace(text); text == "" {
		return "", "", true
	}
	by, day, dated := strings.Cut(text, ",")
	if by, day = strings.TrimSpace(by), strings.TrimSpace(day); !dated {
		day = today.Format(time.DateOnly)
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006"} {
		if at, err := time.Parse(layout, day); err == nil {
			return by, at.Format(time.DateOnly), by != ""
		}
	}
	return "", "", false
}
