package hear

// numberMax is the greatest number understood, above any age.
const numberMax = 150

// rank reads an answer that is a position in the list shown, "2" or "la
// deuxième", and nothing else but words that lead to it. n counts from zero.
func rank(tokens []token, shown int) (n int, how How, ok bool) {
	at := -1
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		if position, o := ordinalAt(tokens, i); o != 0 && !ok {
			at, how, ok = position, ByOrdinal, true
			i += o - 1
			continue
		}
		if value, width := numberAt(tokens, i); width > 0 && !ok && !leadsToOrdinal(tokens, i) {
			at, how, ok = value-1, ByNumber, true
			i += width - 1
			continue
		}
		if !leads(t) && !(ok && how == ByOrdinal && t.text == "one") {
			return 0, 0, false
		}
	}
	if how == ByOrdinal && at < 0 {
		at += shown
	}
	if !ok || at < 0 || at >= shown {
		return 0, 0, false
	}
	return at, how, true
}

// leadsToOrdinal sets "une" aside in "une autre" and "one" in "one of the first".
func leadsToOrdinal(tokens []token, i int) bool {
	return i+1 < len(tokens) && tokens[i+1].ordinal != 0
}

// ordinalAt reads a rank from zero, negative from the end, and its width.
func ordinalAt(tokens []token, i int) (position, width int) {
	if tokens[i].text == "avant" && i+1 < len(tokens) && tokens[i+1].ordinal < 0 {
		return -2, 2
	}
	switch o := int(tokens[i].ordinal); {
	case o > 0:
		return o - 1, 1
	case o < 0:
		return -1, 1
	}
	return 0, 0
}

// leads says that a word may stand around a position: "le 2", "option 2 svp".
func leads(t *token) bool {
	if t.is(courteous) {
		return true
	}
	switch t.text {
	case "le", "la", "l", "the", "n", "no", "num", "numero", "number", "option", "choix", "choice", "reponse", "answer",
		"touche", "proposition", "ligne", "c", "est", "ce", "sera", "serait", "je", "choisis", "prends", "dis", "i", "choose", "take",
		"pick", "euh", "alors", "donc", "plutot", "bon", "ben", "celle", "celui", "dirais", "dirai", "prendrai", "prendrais", "choisirai", "choisirais", "prend", "choisi":
		return true
	}
	return false
}

// Number reads a whole answer as one number, in digits or words, from 0 to
// 150, with nothing around it but what goes with an age. Two numbers, or a
// word that makes it unsure ("bientôt", "moins de"), are no number.
func Number(u Utterance) (n int, ok bool) {
	for i := 0; i < len(u.tokens); {
		t := &u.tokens[i]
		value, width := numberAt(u.tokens, i)
		if width == 1 && t.number == 1 && i+1 < len(u.tokens) && !isYears(u.tokens[i+1].text) && !u.tokens[i+1].is(courteous) {
			width = 0 // "un fils de 17 ans"
			if !t.is(article) && t.text != "one" {
				return 0, false
			}
			i++
			continue
		}
		if width > 0 {
			if ok && value != n {
				return 0, false
			}
			n, ok = value, true
			i += width
			continue
		}
		if !besideNumber(t) {
			return 0, false
		}
		i++
	}
	return n, ok && n <= numberMax
}

func besideNumber(t *token) bool {
	if t.is(denial | lacking | partner | nomore | failing) {
		return false
	}
	if t.text == "veux" || t.text == "vais" || t.text == "maintenant" && t.pause {
		return false
	}
	return t.is(article|possessive|pronoun|auxiliary|courteous|filler|aged) && !t.is(preposition) || t.is(aged)
}

func isYears(text string) bool {
	switch text {
	case "ans", "an", "annee", "annees", "years", "year", "yrs", "yr", "yo", "y":
		return true
	}
	return false
}

// numberAt reads the number that begins at token i and how many tokens it
// takes, zero for none. "17ans" is 17.
func numberAt(tokens []token, i int) (value, width int) {
	t := &tokens[i]
	if digitAt(t.text, 0) {
		value, rest := leadingNumber(t.text)
		if value < 0 || rest != "" && !isYears(rest) {
			return 0, 0
		}
		return value, 1
	}
	if t.number < 0 {
		return 0, 0
	}
	return spoken(tokens, i)
}

// leadingNumber splits "17ans"; the value is -1 above three digits.
func leadingNumber(text string) (value int, rest string) {
	n := 0
	for digitAt(text, n) {
		if n == 3 {
			return -1, ""
		}
		value = value*10 + int(text[n]-'0')
		n++
	}
	return value, text[n:]
}

// spoken reads number words: "soixante et onze", "quatre-vingt-dix-neuf",
// "twenty one", "one hundred and five".
func spoken(tokens []token, i int) (value, width int) {
	value = int(tokens[i].number)
	next := valueAt(tokens, i+1)
	switch {
	case (value == 1 || value == 0) && next == 100:
		rest, more := hundreds(tokens, i+2)
		return 100 + rest, 2 + more
	case value == 100:
		rest, more := hundreds(tokens, i+1)
		return 100 + rest, 1 + more
	case value == 4 && next == 20:
		rest, more := within(tokens, i+2, 19)
		return 80 + rest, 2 + more
	case value == 10 && next >= 7 && next <= 9:
		return value + next, 2
	case value == 60:
		rest, more := within(tokens, i+1, 19)
		return value + rest, 1 + more
	case value >= 20 && value < 100:
		rest, more := within(tokens, i+1, 9)
		return value + rest, 1 + more
	}
	return value, 1
}

func valueAt(tokens []token, i int) int {
	if i >= len(tokens) || tokens[i].pause {
		return -1
	}
	return int(tokens[i].number)
}

// hundreds reads what follows a hundred.
func hundreds(tokens []token, i int) (value, width int) {
	if i < len(tokens) && tokens[i].text == "and" && valueAt(tokens, i+1) > 0 {
		value, width = spoken(tokens, i+1)
		return value, width + 1
	}
	if n := valueAt(tokens, i); n > 0 && n < 100 {
		return spoken(tokens, i)
	}
	return 0, 0
}

// within reads what follows a ten, up to limit, after "et" or not.
func within(tokens []token, i, limit int) (value, width int) {
	skipped := 0
	if i < len(tokens) && tokens[i].text == "et" && valueAt(tokens, i+1) > 0 {
		skipped = 1
	}
	n := valueAt(tokens, i+skipped)
	if n < 1 || n > limit {
		return 0, 0
	}
	if n == 10 {
		if unit := valueAt(tokens, i+skipped+1); unit >= 7 && unit <= 9 {
			return n + unit, skipped + 2
		}
	}
	return n, skipped + 1
}
