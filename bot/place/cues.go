package place

import "strings"

// A cue is how clearly what stands before a name says that it is one of a place.
type cue int

const (
	against cue = iota - 1 // a person or an enterprise is called so
	nothing
	weak   // "de", "le": before any noun
	strong // "à", "sur", "vers", "in": before places, and a few other things
	sure   // "habite à", "près de", "ville de"
)

// The words of several languages that stand before a place, and before something else; between are
// those behind which others are looked at. They are written as words are folded.
const (
	ahead = "a sur vers near at from em aos na v u do z bilia fi f secteur dpt departement dept in à la e"
	loose = `de d du des la le les l en dans entre pour depuis par cote region banlieue commune ville
		to of the em no na los las el un`
	dwelling = `habite jhabite habitent habitons habitant habitante abite jabite vis vit vivons vivant reside residant domicile domicilie domiciliee
		demeurant loge base basee situe situee installe installee demenage demenager emmenage originaire incarcere incarceree detenu detenue
		ville village commune secteur region agglo agglomeration banlieue alentours environs pres proche autour cote limite
		mairie agence lycee college fac universite iut campus gare prison hopital antenne quartier arrivee arrive zone sud nord
		live living based moved moro morando vivo vivimos vive wohne oturuyorum zhyvu jyvu jivu`
	people = `appelle mappelle prenom nom mme madame mr m monsieur mlle fille fils mari femme ami amie copain copine frere soeur cousin cousine
		chez collegue named name bonjour merci cher chere llamo chamo signe`
	between = `a de du d des sur vers en dans la le l les au aux à pas tout est suis in em na at to near from f fi u v`
)

// part is what a word may do before a name.
type part uint8

const (
	isAhead part = 1 << iota
	isLoose
	isDwelling
	isPeople
	isBetween
	isTitle
)

// titles stand before a family name, with or without a full stop.
const titles = "m mr mme mlle dr monsieur madame mademoiselle maitre"

// parts are all of these words; they never change.
var parts = listParts()

func listParts() map[string]part {
	all := map[string]part{}
	for _, list := range [...]struct {
		words string
		is    part
	}{{ahead, isAhead}, {loose, isLoose}, {dwelling, isDwelling}, {people, isPeople}, {between, isBetween}, {titles, isTitle}} {
		for w := range strings.FieldsSeq(list.words) {
			all[w] |= list.is
		}
	}
	return all
}

// holders stand before "a" when it is a verb, or an English article.
var holders = bools("m t l s n il elle on y qui ca cela nous vous que quoi leur lui en have has is was such what such quite for as got need want")

// has says whether the word "a" is no preposition: it has no accent, and a word before it says so.
func has(ws []word, i int) bool {
	return i > 0 && !ws[i].accented && !ws[i].pause && holders[ws[i-1].text]
}

// before says what the words before a name make of it.
func before(ws []word, h *hit) cue {
	i := h.from
	best := nothing
	if i > 0 && parts[ws[i-1].text]&isTitle != 0 {
		return against
	}
	if article(ws[i].text) != "" {
		best = strong
		if ws[i].text[0] == 'd' {
			best = weak
		}
	}
	if ws[i].bracket {
		best = max(best, strong)
	}
	for back := 1; back <= 3 && i-back >= 0; back++ {
		if ws[i-back+1].pause {
			break
		}
		text := ws[i-back].text
		does := parts[text]
		switch {
		case does&isPeople != 0 && back == 1:
			return against
		case does&isDwelling != 0:
			return sure
		case does&isAhead != 0 && back == 1 && !(text == "a" && has(ws, i-1)):
			best = max(best, strong)
		case does&isLoose != 0 && back == 1:
			best = max(best, weak)
		}
		if does&isBetween == 0 {
			break
		}
	}
	return best
}

// leaving stand before "de" and the place that somebody has left, or was born in.
var leaving = bools(`viens vient venons viennent venu venue arrive arrivee arrivons arrives originaire parti partie partis quitte quittee quitter ne nee
	demenage demenager revenu revenue rentre rentree diplome diplomee from comes came born moved nacido nacida vengo venho vim`)

// left says that a name is that of a place where somebody is no longer: "j'arrive de Lyon", "née à Oran".
func left(ws []word, h *hit) bool {
	i := h.from
	prev, at := "", i-1
	switch {
	case article(ws[i].text) != "" && ws[i].text[0] == 'd':
		prev = "d"
	case i > 0 && !ws[i].pause:
		prev, at = ws[i-1].text, i-2
	}
	for back := at; back >= 0 && back >= at-1 && !ws[back+1].pause; back-- {
		switch word := ws[back].text; prev {
		case "de", "d", "du", "des", "from", "do", "da":
			if leaving[word] {
				return true
			}
		case "a", "à", "au", "en", "in":
			if word == "ne" || word == "nee" || word == "born" {
				return true
			}
		}
	}
	return false
}

// corrects says that what stands between two names takes the first back: "à Creil, non pardon, à Dreux".
func (r *reading) corrects(from, to int) bool {
	for i := from; i < to && i < len(r.words); i++ {
		switch r.words[i].text {
		case "pardon", "plutot", "oups", "sorry", "erreur":
			return to-from <= 6
		}
	}
	return false
}
