package studio

import (
	"net/url"
	"regexp"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/render"
	"frontdesk/bot/translation"
	"frontdesk/bot/workshop"
)

// A textView is one text being translated.
type textView struct {
	*translation.Text
	form
	At           flow.Place // of both
	Piece, Group string
	Class        string
	Seen         string // the hash of the French that was shown with what is in the form
	Before       string // the French that was translated, where it is still known and has changed
	SourceForms  []formView
	Inputs       []formView
	Trial        triedView
	Siblings     []wordsRow // the same text by another channel, or on another occasion
	Next         string     // path of the next text of the list, "" behind the last
	Query        string     // of the list
	Position     int
	Edit         string // page where the French is changed
}

// formView is one plural form.
type formView struct {
	Name, Label, Text string
	Wrong             bool // it cannot be saved
}

// typedText is what somebody wanted a text to be, and the form that it came in: what others have changed since it
// was drawn, they have not seen.
type typedText struct {
	forms []translation.Form
	sent  url.Values
}

// A triedView is what is said of a translation while it is being written.
type triedView struct {
	Issues   []translation.Issue
	Measures []string
	Heavy    []string // measures beyond what people bear
}

func (s *Studio) textView(state *workshop.State, set *translation.Set, t *translation.Text, found []*translation.Text, f filter, typed *typedText) *textView {
	b := s.checks.of(state.Draft).Bundle
	v := &textView{Text: t, Piece: pieceName(t.ID), Group: groupName(b, t), Class: stateClass(t.State), Query: f.Query(t.ID),
		form: form{At: t.At, Version: state.ID, ETag: state.Draft.ETag(t.At.File, t.At.Path...), Back: wordsPath(set.Language, f.Query(t.ID))}}
	v.At, v.Seen = t.At, t.SourceHash()
	forms := t.Forms
	if typed != nil {
		forms = typed.forms
		v.Version, v.ETag, v.Seen = typed.sent.Get("version"), typed.sent.Get("etag"), typed.sent.Get("francais")
	}
	for _, name := range t.Wanted(set.Language) {
		text := formText(forms, name)
		v.Inputs = append(v.Inputs, formView{name, translation.FormName(name), text, saidWrongly(t, name, text)})
	}
	for _, source := range t.Source {
		v.SourceForms = append(v.SourceForms, formView{Name: source.Name, Label: translation.FormName(source.Name), Text: source.Text})
	}
	if live, is := s.Live().Texts[t.ID]; is && t.State == translation.Stale && translation.Hash(live.Text) == t.Hash {
		v.Before = live.Text
	}
	v.Trial = tried(set, t, forms)
	base, _, _ := strings.Cut(t.ID, "@")
	for _, other := range set.Texts {
		if o, _, _ := strings.Cut(other.ID, "@"); o == base && other != t {
			v.Siblings = append(v.Siblings, wordsRow{ID: other.ID, Label: pieceName(other.ID), Path: wordsPath(set.Language, f.Query(other.ID)), State: other.State, Class: stateClass(other.State)})
		}
	}
	for i, other := range found {
		if other == t {
			v.Position = i + 1
			v.Next = nextPath(set.Language, found, i, f)
		}
	}
	v.Edit = pageOf(state.Draft, flow.Fault{Pos: t.From, Step: stepIn(b, t.ID)})
	return v
}

// stepIn is the step that a text belongs to, by its name in its flow, or "".
func stepIn(b *flow.Bundle, id string) string {
	base, _, _ := strings.Cut(id, "@")
	keys := strings.Split(base, ".")
	if len(keys) < 2 || b.Steps[keys[0]+"."+keys[1]] == nil {
		return ""
	}
	return keys[1]
}

func nextPath(language string, found []*translation.Text, i int, f filter) string {
	if i+1 >= len(found) {
		return ""
	}
	return wordsPath(language, f.Query(found[i+1].ID))
}

func formText(forms []translation.Form, name string) string {
	for _, f := range forms {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// name stands for what is put in the place of a placeholder: something of usual length.
var name = regexp.MustCompile(`\{[^{}]*\}`)

// tried says what is wrong with a translation and how long it is, by the channels that it is for.
func tried(set *translation.Set, t *translation.Text, forms []translation.Form) triedView {
	var v triedView
	for _, f := range forms {
		for _, issue := range t.Check(f.Name, f.Text) {
			if len(forms) > 1 && f.Name != "other" {
				issue.Message = "Forme « " + translation.FormName(f.Name) + " ». " + issue.Message
			}
			v.Issues = append(v.Issues, issue)
		}
	}
	text := name.ReplaceAllString(formText(forms, "other"), "douze lettres")
	if text == "" || t.Heard() {
		return v
	}
	has := func(channel string) bool {
		other := set.Text(t.ID + "@" + channel)
		return other != nil && other.Has()
	}
	if t.Channel() == "sms" || t.Channel() == "" && !has("sms") {
		n, _ := render.Segments(render.Plain(text))
		v.measure("SMS : "+plural(n, "message", "messages"), n > proof.MostSegments)
	}
	if t.Channel() == "voice" || t.Channel() == "" && !has("voice") {
		n := max(1, proof.Seconds(text))
		v.measure("Téléphone : environ "+plural(n, "seconde", "secondes"), n > proof.MostSeconds)
	}
	return v
}

func (v *triedView) measure(said string, heavy bool) {
	if heavy {
		v.Heavy = append(v.Heavy, said+". C'est trop long.")
		return
	}
	v.Measures = append(v.Measures, said)
}
