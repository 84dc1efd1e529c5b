package studio

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/bot/workshop"
)

// languageRow is one language and how far it is.
type languageRow struct {
	Code, French, Own, Dir              string
	Received                            bool
	Needed, Ready                       int // texts that there must be, and those that are there and not old
	Missing, Stale, Done, Reread, Ghost int
	Reviewed                            string // of a received language: who reread it, "" for nobody
	Dangers, DangersReread              int    // of a language of the whole flow
	Form                                *form  // where the review of a received language is noted
}

// languagesView is the list of languages.
type languagesView struct {
	Served, Received []languageRow
	Broken           bool
}

func (s *Studio) showLanguages(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	view := languagesView{Broken: c.Bundle == nil}
	if b := c.Bundle; b != nil {
		for _, language := range b.Spoken() {
			if language == b.Source {
				continue
			}
			row := languageOf(state, b, language)
			if row.Received {
				view.Received = append(view.Received, row)
			} else {
				view.Served = append(view.Served, row)
			}
		}
	}
	s.show(w, r, "languages", page{Title: "Traductions", Section: "/studio/traductions", State: state, Checked: c, Body: view})
}

func languageOf(state *workshop.State, b *flow.Bundle, language string) languageRow {
	row := countedIn(translation.Of(state.Draft, b, language))
	if review, is := b.Received[language]; is {
		if review.By != "" {
			row.Reviewed = review.By + ", le " + review.On.Format("02/01/2006")
		}
		at := flow.In("bundle.yaml", "received")
		row.Form = &form{At: at, Version: state.ID, ETag: state.Draft.ETag(at.File, at.Path...), Back: "/studio/traductions"}
		return row
	}
	for _, d := range b.Safety.Dangers {
		row.Dangers++
		if review, is := d.Reread[language]; is && review.Of(state.Draft.ReadHash(d.ID, language)) {
			row.DangersReread++
		}
	}
	return row
}

func countedIn(set *translation.Set) languageRow {
	row := languageRow{Code: set.Language, Received: set.Received, Dir: translation.Dir(set.Language)}
	row.French, row.Own = translation.Name(set.Language)
	n := set.Counted()
	row.Missing, row.Stale, row.Done, row.Reread, row.Ghost = n[translation.Missing], n[translation.Stale], n[translation.Done], n[translation.Reread], n[translation.Orphan]
	row.Ready = row.Done + row.Reread
	row.Needed = row.Ready + row.Missing + row.Stale
	return row
}

// A wordsView is one language: a list of texts, and one of them to be translated.
type wordsView struct {
	languageRow
	Filter   filter
	States   []choice
	Parts    []choice
	Channels []choice
	Groups   []wordsGroup
	Found    int // texts that the filter lets through
	Hidden   int // of them, not shown
	Text     *textView
}

type wordsGroup struct {
	Label string
	Rows  []wordsRow
}

// wordsRow is one text in the list.
type wordsRow struct {
	ID, Label, French, Path string
	State                   translation.State
	Class                   string
	Open                    bool
}

// A filter is which texts are shown, as the address says.
type filter struct{ State, Part, Channel, Words, Text string }

// states are those that can be asked for, by their word in addresses.
func states() map[string][]translation.State {
	return map[string][]translation.State{
		"a-faire": {translation.Missing, translation.Stale, translation.Orphan}, "manquant": {translation.Missing}, "a-revoir": {translation.Stale},
		"traduit": {translation.Done}, "relu": {translation.Reread}, "facultatif": {translation.Optional}, "sans-source": {translation.Orphan},
	}
}

// mostWords are shown in one list: what a page can bear.
const mostWords = 400

func filterOf(q url.Values) filter {
	return filter{q.Get("etat"), q.Get("partie"), q.Get("canal"), strings.TrimSpace(q.Get("q")), q.Get("texte")}
}

// Query is the filter as it stands in an address, with another text open.
func (f filter) Query(text string) string {
	q := url.Values{}
	for name, value := range map[string]string{"etat": f.State, "partie": f.Part, "canal": f.Channel, "q": f.Words, "texte": text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// apply gives the texts that a filter lets through.
func (f filter) apply(set *translation.Set) []*translation.Text {
	words := strings.Fields(plainText(f.Words))
	wanted, limited := states()[f.State]
	return slices.DeleteFunc(slices.Clone(set.Texts), func(t *translation.Text) bool {
		if limited && !slices.Contains(wanted, t.State) || f.Part != "" && partOf(t) != f.Part {
			return true
		}
		switch {
		case f.Channel == "chat" && t.Channel() != "", (f.Channel == "voice" || f.Channel == "sms") && t.Channel() != f.Channel,
			f.Channel == "mots" && !t.Heard():
			return true
		}
		text := plainText(t.ID + " " + t.French() + " " + t.Other())
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
}

// plainText is a text as it is searched.
func plainText(text string) string { return unaccented.Replace(strings.ToLower(text)) }

// set is the texts of a language of the draft; nil where there is no such language, or the draft does not load.
func (s *Studio) set(d *flow.Draft, language string) *translation.Set {
	b := s.checks.of(d).Bundle
	if b == nil || language == b.Source || !slices.Contains(b.Spoken(), language) {
		return nil
	}
	return translation.Of(d, b, language)
}

// inLanguage opens the draft in the language that an address names; it has answered where it gives no set.
func (s *Studio) inLanguage(w http.ResponseWriter, r *http.Request) (*workshop.State, *translation.Set) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return nil, nil
	}
	set := s.set(state.Draft, r.PathValue("langue"))
	if set == nil {
		s.noWords(w, r, state)
	}
	return state, set
}

func (s *Studio) showWords(w http.ResponseWriter, r *http.Request) {
	state, set := s.inLanguage(w, r)
	if set == nil {
		return
	}
	f := filterOf(r.URL.Query())
	if _, asked := r.URL.Query()["etat"]; !asked && len(filter{State: "a-faire"}.apply(set)) > 0 {
		f.State = "a-faire"
	}
	s.drawWords(w, r, state, set, f, nil)
}

// noWords says that a language cannot be shown: there is none, or the draft does not load.
func (s *Studio) noWords(w http.ResponseWriter, r *http.Request, state *workshop.State) {
	if c := s.checks.of(state.Draft); c.Bundle == nil {
		s.render(w, r, http.StatusConflict, "unreadable", page{Title: "Le brouillon a une erreur", Section: "/studio/traductions", State: state, Checked: c})
		return
	}
	s.missing(w, r)
}

// drawWords draws one language. typed is what somebody wanted a text to be and what could not be saved.
func (s *Studio) drawWords(w http.ResponseWriter, r *http.Request, state *workshop.State, set *translation.Set, f filter, typed *typedText) {
	view := wordsView{languageRow: countedIn(set), Filter: f}
	found := f.apply(set)
	view.choices(set)
	view.Found, view.Hidden = len(found), max(0, len(found)-mostWords)
	if f.Text == "" && len(found) > 0 {
		f.Text = found[0].ID
	}
	c := s.checks.of(state.Draft)
	view.groups(c.Bundle, found, f)
	if t := set.Text(f.Text); t != nil {
		view.Text = s.textView(state, set, t, found, f, typed)
	}
	p := page{Title: "Traductions : " + view.French, Section: "/studio/traductions", State: state, Checked: c, Body: view}
	status := http.StatusOK
	if typed != nil {
		status, p.Flash = http.StatusUnprocessableEntity, "Ce n'est pas enregistré. Corrigez d'abord le texte."
	}
	s.render(w, r, status, "words", p)
}

// choices are what the filter offers.
func (v *wordsView) choices(set *translation.Set) {
	pick := func(now string, all ...choice) []choice {
		for i := range all {
			all[i].Picked = all[i].Value == now
		}
		return all
	}
	v.States = pick(v.Filter.State, choice{Value: "tous", Label: "tous les états"}, choice{Value: "a-faire", Label: "à faire"}, choice{Value: "manquant", Label: "manquant"},
		choice{Value: "a-revoir", Label: "à revoir"}, choice{Value: "traduit", Label: "traduit"}, choice{Value: "relu", Label: "relu"},
		choice{Value: "facultatif", Label: "facultatif"}, choice{Value: "sans-source", Label: "sans texte français"})
	parts := map[string]bool{}
	all := []choice{{Label: "toutes les parties"}}
	for _, t := range set.Texts {
		if part := partOf(t); !parts[part] {
			parts[part] = true
			all = append(all, choice{Value: part, Label: partName(part)})
		}
	}
	v.Parts = pick(v.Filter.Part, all...)
	v.Channels = pick(v.Filter.Channel, choice{Label: "tous les canaux"}, choice{Value: "chat", Label: "texte commun"}, choice{Value: "voice", Label: "téléphone"},
		choice{Value: "sms", Label: "SMS"}, choice{Value: "mots", Label: "mots entendus"})
}

// groups puts the texts under the step or card that they belong to.
func (v *wordsView) groups(b *flow.Bundle, found []*translation.Text, f filter) {
	for i, t := range found {
		open := t.ID == f.Text
		if i >= mostWords && !open {
			continue
		}
		label := groupName(b, t)
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Label != label {
			v.Groups = append(v.Groups, wordsGroup{Label: label})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Rows = append(g.Rows, wordsRow{ID: t.ID, Label: pieceName(t.ID), French: firstWords(t.French(), 12), Path: wordsPath(v.Code, f.Query(t.ID)), State: t.State, Class: stateClass(t.State), Open: open})
	}
}

func wordsPath(language, query string) string {
	return "/studio/traductions/" + language + "?" + query
}

// stateClass is how a state is shown.
func stateClass(s translation.State) string {
	return map[translation.State]string{translation.Missing: "bad", translation.Stale: "fair", translation.Orphan: "fair", translation.Reread: "good"}[s]
}

// today is the day as files have it.
func (s *Studio) today() time.Time { return s.Now().In(s.Zone) }

// partOf is the first word of an id: a flow, or what the text belongs to.
func partOf(t *translation.Text) string {
	part, _, _ := strings.Cut(t.ID, ".")
	return part
}

func partName(part string) string {
	names := map[string]string{"engine": "le service lui-même", "card": "cartes", "reason": "raisons d'un choix", "safety": "dangers", "interrupt": "commandes",
		"territory": "territoires", "structure": "structures", "answer": "noms des réponses", "network": "réseaux"}
	if name, is := names[part]; is {
		return name
	}
	return "parcours " + part
}

// groupName is the step, card or other record that a text belongs to.
func groupName(b *flow.Bundle, t *translation.Text) string {
	base, _, _ := strings.Cut(t.ID, "@")
	keys := strings.Split(base, ".")
	if len(keys) < 2 {
		return t.ID
	}
	if f := b.Flows[keys[0]]; f != nil {
		return f.Title + " : " + keys[1]
	}
	switch keys[0] {
	case "card":
		if card := b.Cards[keys[1]]; card != nil {
			return "Carte : " + firstWords(b.Texts["card."+keys[1]+".title"].Text, 8)
		}
	case "engine":
		return "Le service lui-même"
	case "safety":
		return "Danger : " + keys[1]
	case "interrupt":
		return "Commande : " + keys[1]
	}
	name := partName(keys[0])
	return strings.ToUpper(name[:1]) + name[1:]
}

// pieceName says which piece of a record a text is, by its id: « choix emploi, au téléphone ».
func pieceName(id string) string {
	base, variants, _ := strings.Cut(id, "@")
	keys := strings.Split(base, ".")
	var words []string
	switch {
	case slices.Contains([]string{"engine", "reason", "answer", "territory", "structure", "network"}, keys[0]):
		words = append(words, strings.Join(keys[1:], "."))
	case len(keys) > 2 && keys[len(keys)-1] == "also":
		words = append(words, "autres mots pour "+keys[len(keys)-2])
	case len(keys) > 2 && keys[len(keys)-1] == "words":
		words = append(words, "mots entendus")
	case keys[0] == "card" && len(keys) > 2:
		words = append(words, map[string]string{"title": "titre", "school": "par l'école", "apprenticeship": "par l'apprentissage", "training": "par la formation", "vae": "par la VAE"}[keys[2]])
	case len(keys) > 2:
		words = append(words, "choix "+keys[2])
	default:
		words = append(words, "texte")
	}
	for variant := range strings.SplitSeq(variants, "@") {
		if name, is := map[string]string{"voice": "au téléphone", "sms": "par SMS", "retry": "si ce n'est pas compris", "why": "à quoi sert la question", "error": "hors bornes", "": ""}[variant]; is {
			if name != "" {
				words = append(words, name)
			}
			continue
		}
		words = append(words, "variante "+variant)
	}
	return strings.Join(words, ", ")
}
