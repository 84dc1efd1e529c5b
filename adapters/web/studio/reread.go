package studio

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// rereadView is who has read the texts of a danger in one language.
type rereadView struct {
	Language string
	By, On   line
	Changed  bool   // the texts, since then
	Hash     string // of the texts now
	Texts    string // where they are shown, "" for here
}

// readAgain is the button of whoever has read the texts of a danger in a language: it notes their name and the day.
const readAgain = "relu"

// reader notes who has pressed that button, and when.
func (s *Studio) reader(r *http.Request) {
	where, is := strings.CutPrefix(r.PostForm.Get("do"), readAgain+":")
	if !is {
		return
	}
	r.PostForm.Set(below(where, "by"), author(r).Name)
	r.PostForm.Set(below(where, "on"), s.Now().In(s.Zone).Format(time.DateOnly))
	language := strings.TrimPrefix(where, "reread/")
	read := r.PostForm.Get("lu/" + language) // as the page showed it
	if language == s.Live().Source {
		field := func(key string) string { return strings.ReplaceAll(r.PostForm.Get(below(key)), "\r\n", "\n") }
		read = flow.ReadHash(field("text"), field("voice"), field("sms"))
	}
	r.PostForm.Set(readAgain, read)
}

// unseen says that whoever has read texts again has not seen them as they are in a draft.
func (e edition) unseen(d *flow.Draft) bool {
	where, is := strings.CutPrefix(e.sent.Get("do"), readAgain+":")
	return is && d.ReadHash(last(e.at.Path), strings.TrimPrefix(where, "reread/")) != e.sent.Get(readAgain)
}

// errUnseen says that a text has changed since the page was drawn.
var errUnseen = errors.New("not what was read")

func (f fields) reread() []rereadView {
	all, _ := f.v.At("reread")
	rows := make([]rereadView, 0, len(all.Keys()))
	for i, language := range all.Keys() {
		item := all.Items()[i]
		hash, texts := f.d.ReadHash(f.id, language), ""
		if language != f.s.Live().Source {
			texts = "/studio/traductions/" + language + "?texte=safety." + f.id
		}
		rows = append(rows, rereadView{language,
			line{Name: below("reread", language, "by"), Label: "Relu par", Kind: flow.ShortText, Value: item.TextAt("by")},
			line{Name: below("reread", language, "on"), Label: "Le", Kind: flow.DayField, Value: item.TextAt("on")},
			!reviewOf(item).Of(hash), hash, texts})
	}
	return rows
}

func reviewOf(reading flow.Value) flow.Review { return flow.Review{Hash: reading.TextAt("hash")} }

// rereadOf says when a danger's texts were read again, and in which languages that still counts.
func rereadOf(d *flow.Draft, id string, danger flow.Value) string {
	all, _ := danger.At("reread")
	var languages []string
	on := ""
	for i, language := range all.Keys() {
		if reviewOf(all.Items()[i]).Of(d.ReadHash(id, language)) {
			languages, on = append(languages, language), cmp.Or(on, all.Items()[i].TextAt("on"))
		}
	}
	switch {
	case len(all.Keys()) == 0:
		return "jamais relu"
	case len(languages) == 0:
		return "à relire : le texte a changé"
	}
	return "relu le " + dayOf(on) + " (" + strings.Join(languages, ", ") + ")"
}
