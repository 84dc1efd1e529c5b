package hear

// Age finds an age said in passing. It needs a mark of age ("17 ans", "aged
// 17"), and is not fooled by the other things counted in years: durations,
// experience, studies, bounds. Two different ages are none.
func Age(u Utterance) (n int, ok bool) {
	for i := 0; i < len(u.tokens); {
		value, width := numberAt(u.tokens, i)
		if width == 0 {
			i++
			continue
		}
		if value <= numberMax && isAge(u.tokens, i, i+width, value) {
			if ok && value != n {
				return 0, false
			}
			n, ok = value, true
		}
		i += width
	}
	return n, ok
}

// youngest is the age below which a number of years needs "j'ai" or "âgé de"
// before it: "2 ans au lycée" is no age.
const youngest = 10

// jobless is the age up to which "15 ans sans emploi" is how long, not how old.
const jobless = 15

// without says that what follows the years is what somebody went without.
func without(tokens []token, i int) bool {
	return i < len(tokens) && !tokens[i].pause && tokens[i].text == "sans"
}

// isAge judges the number that stands in tokens[start:end].
func isAge(tokens []token, start, end, value int) bool {
	said := before(tokens, start)
	if sinceAge(tokens, start) {
		return false
	}
	if stated(tokens, start) {
		return !counted(tokens, end+years(tokens, end))
	}
	unit := years(tokens, end)
	if unit == 0 && !attached(tokens[start].text) {
		return englishAge(tokens, start, end, value)
	}
	switch {
	case counted(tokens, end+unit), measures(tokens, start), value <= jobless && without(tokens, end+unit):
		return false
	case value < youngest:
		return owns(said)
	case tokens[start].number > 0 && !digitAt(tokens[start].text, 0): // "caissière vingt ans" is how long
		return said == "" || owns(said) || tokens[start-1].is(aged|preposition) || said == "de"
	}
	return true
}

// englishAge reads "I'm 17" and "she is 15": the number ends the clause, or "and" follows.
func englishAge(tokens []token, start, end, value int) bool {
	if start == 0 && value >= 14 && end+2 < len(tokens) && tokens[end].pause { // "19, no diploma, what now"
		return value <= 80
	}
	if value < youngest || start < 2 || tokens[start].pause {
		return false
	}
	who, verb := tokens[start-2].text, tokens[start-1].text
	english := who == "i" && (verb == "m" || verb == "am") || (who == "he" || who == "she") && (verb == "s" || verb == "is")
	ends := end >= len(tokens) || tokens[end].pause || tokens[end].text == "and"
	return english && ends
}

// before is the word before i in the same clause, or nothing.
func before(tokens []token, i int) string {
	if i == 0 || tokens[i].pause {
		return ""
	}
	return tokens[i-1].text
}

// stated reads "âgé de 17", "aged 17", "âge : 17".
func stated(tokens []token, i int) bool {
	if i == 0 {
		return false
	}
	at := i - 1
	if tokens[at].text == "de" && at > 0 {
		at--
	}
	switch tokens[at].text {
	case "age", "agee", "ages", "agees", "aged":
		return true
	}
	return false
}

// sinceAge reads "depuis l'âge de 15 ans": that was then.
func sinceAge(tokens []token, i int) bool {
	if i < 4 || tokens[i-1].text != "de" || tokens[i-2].text != "age" {
		return false
	}
	return tokens[i-4].text == "depuis" || tokens[i-4].text == "des"
}

// attached says that the unit is run into the digits: "17ans".
func attached(text string) bool {
	_, rest := leadingNumber(text)
	return rest != "" && rest != text
}

// years counts the tokens of the unit of age at i: "ans", "years old", "y o".
// English years alone are an age only when they are old.
func years(tokens []token, i int) int {
	if i >= len(tokens) || tokens[i].pause {
		return 0
	}
	follows := func(word string) bool { return i+1 < len(tokens) && tokens[i+1].text == word }
	switch tokens[i].text {
	case "ans", "an", "yo", "piges", "balais", "berges", "printemps", "bougies",
		"anos", "yasinda", "yasindayim", "yasindayiz", "vloaz", "bloaz", "роки", "рік", "років", "سنة", "سنه", "سنوات", "عاما", "عام":
		return 1
	case "years", "year", "yrs", "yr":
		if follows("old") {
			return 2
		}
	case "y":
		if follows("o") {
			return 2
		}
	}
	return 0
}

// owns says that what stands before is somebody having an age.
func owns(word string) bool {
	switch word {
	case "ai", "a", "as", "am", "is", "m", "i", "he", "she":
		return true
	}
	return false
}

// counted says that what follows the years makes them a length: "2 ans
// d'expérience", "3 years ago", "5 ans après", "17 à 25 ans" a range.
func counted(tokens []token, i int) bool {
	if i >= len(tokens) || tokens[i].pause {
		return false
	}
	switch tokens[i].text {
	case "d", "de", "apres", "avant", "plus", "ago", "of", "experience", "anciennete", "consecutifs", "durant", "bientot", "dans",
		"trabajando", "cuidando", "досвіду", "стажу", "тому", "خبرة", "من":
		return true
	case "que", "qu": // "20 ans que je conduis"
		return i+1 < len(tokens) && tokens[i+1].is(pronoun)
	}
	return false
}

// measures says that what stands before the number makes it a length, a bound
// or a guess.
func measures(tokens []token, i int) bool {
	word := before(tokens, i)
	switch word {
	case "depuis", "pendant", "dans", "durant", "apres", "avant", "bac", "en", "sur", "pour", "les", "fait", "bientot",
		"travaille", "bosse", "vecu", "passe", "exerce", "cotise", "presque", "aurai", "aura", "jusqu", "for", "since", "in", "almost", "nearly", "within", "after", "under", "over", "every", "plus", "moins",
		"hace", "desde", "durante", "llevo", "ha", "тому", "منذ", "لمدة":
		return true
	}
	if i >= 2 && tokens[i-1].text == "a" { // "il y a 3 ans", "jusqu'à 18 ans", "à 25 ans" after a number
		switch tokens[i-2].text {
		case "y", "jusqu", "partir", "qu":
			return true
		}
	}
	if i >= 1 && !tokens[i].pause {
		at := i - 1
		switch tokens[at].text {
		case "a", "et", "ou", "or", "to", "and":
			at = max(at-1, 0)
		}
		if _, width := numberAt(tokens, at); width > 0 && tokens[at].number != 1 {
			return true // "18-25 ans", "18 à 25 ans", "entre 18 et 25 ans"
		}
	}
	return word == "de" && i >= 2 && lasts(tokens[i-2].text) || word == "d" || word == "than" || word == "ya"
}

// lasts names what is measured in years without being a person.
func lasts(word string) bool {
	switch word {
	case "moins", "plus", "pres", "formation", "formations", "contrat", "cdd", "duree", "bail", "cursus", "etudes", "etude", "experience", "ecole",
		"parcours", "cycle", "diplome", "licence", "master", "bts", "but", "bout", "partir", "pause", "arret", "anciennete":
		return true
	}
	return false
}
