package hear

// The answers to a yes-or-no question, and what may come with them.
const (
	saysYes   = "yes"
	beginsYes = "yes…" // enough at the beginning of a longer answer
	saysNo    = "no"
	beginsNo  = "no…"
	unsure    = "?"
)

// answers holds every language together: people answer in the one they like.
var answers = newAnswers(map[string][]string{
	beginsYes: {"oui", "ouais", "oué", "ouai", "oui oui", "ouii", "mais oui", "yess", "ouep", "yep", "yes", "yeah", "yup", "ok", "okay", "oki", "okey", "wi", "wé",
		"d'accord", "bien sûr", "volontiers", "avec plaisir", "tout à fait", "bien entendu", "évidemment", "of course", "sure",
		"certainement", "absolument", "так", "نعم", "sí", "ya", "da", "claro"},
	saysYes: {"je veux bien", "j'aimerais bien", "pourquoi pas", "carrément", "exact", "exactement", "c'est exact", "c'est ça", "c'est bien ça",
		"correct", "parfait", "c'est bon", "c'est juste", "ça marche", "ça me va", "entendu", "pas de problème", "pas de souci", "aucun problème",
		"aucun souci", "sans problème", "vas-y", "allez-y", "allons-y", "go", "je suis d'accord", "j'accepte", "je confirme", "je le veux", "je veux",
		"je souhaite", "avec joie", "top", "super", "vrai", "affirmatif", "right", "that's right", "correct", "i do", "i would", "absolutely",
		"please do", "i agree", "no problem", "go ahead", "i think so", "fine", "why not", "all right", "alright", "definitely", "grave", "trop", "de ouf",
		"si", "si possible", "if possible", "y", "o"},
	beginsNo: {"non", "nan", "nn", "naan", "no", "nope", "nah", "non non", "nonn", "mais non", "pas du tout", "surtout pas", "certainement pas", "absolument pas",
		"jamais", "jamais de la vie", "pas question", "hors de question", "ні", "لا", "nann", "not at all", "never", "bien sûr que non", "of course not"},
	saysNo: {"pas vraiment", "pas trop", "pas maintenant", "pas encore", "pas pour le moment", "pas pour l'instant", "pas tout de suite", "pas la peine",
		"je ne veux pas", "je veux pas", "j'en veux pas", "je n'en veux pas", "je ne préfère pas", "je préfère pas", "je préfère ne pas",
		"je ne souhaite pas", "je souhaite pas", "pas d'accord", "je ne suis pas d'accord", "je refuse", "ça ne me va pas", "ça va aller", "négatif", "faux",
		"c'est faux", "aucunement", "merci non", "not really", "not now", "not yet", "i don't think so", "i don't", "i don't want", "i don't want to", "i'd rather not",
		"i do not agree", "wrong", "n", "pas"},
	unsure: {"je ne sais pas", "je sais pas", "sais pas", "chais pas", "aucune idée", "peut-être", "ptet", "ptetre", "ça dépend", "bof", "mouais", "moyen",
		"oui et non", "ni oui ni non", "je ne sais pas trop", "pas sûr", "pas sûre", "je ne suis pas sûr", "i don't know", "dunno", "maybe", "perhaps",
		"not sure", "i'm not sure", "yes and no", "it depends", "quoi", "comment", "pourquoi", "why", "what"},
})

func newAnswers(said map[string][]string) *Phrases {
	var phrases []Phrase
	for _, key := range [...]string{beginsYes, saysYes, beginsNo, saysNo, unsure} {
		for _, words := range said[key] {
			phrases = append(phrases, Phrase{Key: key, Words: words})
		}
	}
	return NewPhrases(phrases)
}

// reservations take back a yes: "oui mais", "oui sauf".
const reservations = denial | lacking | partner | nomore

// YesNo reads a yes or a no in their many forms. "Oui" or "non" may begin a
// longer answer; both together, a doubt, or a yes with a reservation are
// neither.
func YesNo(u Utterance) (yes, ok bool) {
	if len(u.tokens) == 0 {
		return sign(u.raw)
	}
	if len(u.tokens) > 24 {
		return false, false
	}
	var r reading
	r.read(&answers.index, u, leniency{letters: 7})
	t := tally{}
	for i := 0; i < len(r.tokens); {
		m, found := r.longest(i)
		if found && (!t.talks || outright(answers.keys[m.owner], m.weight)) {
			t.count(answers.keys[m.owner])
			i = m.end
			continue
		}
		t.hear(&r.tokens[i])
		i++
	}
	return t.verdict()
}

// outright says that an answer counts in the middle of other words too.
func outright(key string, weight int) bool {
	return key == beginsYes || key == beginsNo || key == unsure && weight > 1
}

// tally counts what an answer holds.
type tally struct {
	yes, no, doubt   bool
	firmYes, firmNo  bool // said outright, before anything else
	talks, takesBack bool // other words; among them a reservation
}

func (t *tally) count(key string) {
	switch key {
	case beginsYes:
		t.yes, t.firmYes = true, true
	case saysYes:
		t.yes = true
	case beginsNo:
		t.no, t.firmNo = true, true
	case saysNo:
		t.no = true
	case unsure:
		t.doubt = true
	}
}

func (t *tally) hear(w *token) {
	if w.is(courteous|filler) && !w.is(turning) {
		return
	}
	t.talks = true
	switch {
	case w.is(reservations), w.text == "mais", w.text == "but", w.text == "seulement", w.text == "only", w.text == "if":
		t.takesBack = true
	}
}

func (t *tally) verdict() (yes, ok bool) {
	switch {
	case t.doubt, t.yes == t.no:
		return false, false
	case t.yes:
		ok = !t.talks || t.firmYes && !t.takesBack
		return ok, ok
	}
	return false, !t.talks || t.firmNo
}

// sign reads an answer made of signs alone.
func sign(raw string) (yes, ok bool) {
	for _, c := range raw {
		var says bool
		switch c {
		case '👍', '👌', '✅', '✔', '🆗', '☑':
			says = true
		case '👎', '❌', '✖', '🚫', '🙅':
		default:
			continue
		}
		if ok && says != yes {
			return false, false
		}
		yes, ok = says, true
	}
	return yes, ok
}
