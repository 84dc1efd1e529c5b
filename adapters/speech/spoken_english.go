package speech

import (
	"regexp"
	"strings"
)

const englishMonths = `January|February|March|April|May|June|July|August|September|October|November|December`

func englishAddresses() addressBook {
	return addressBook{"at", "dot", "dash", "underscore", "slash", englishSign}
}

// englishRules are applied one after another, as the French ones are.
var englishRules = flat(
	[]rule{
		found(mailForm, func(m []string) string { return englishAddresses().say(m[0]) }),
		found(pageForm, func(m []string) string { return englishAddresses().say(m[0]) }),
		found(dossierForm, func(m []string) string { return dossierNumber(m[0], englishSign) }),
	},
	englishTimes(),
	englishCalls(),
	englishQuantities(),
	[]rule{
		whole(englishNumbers),
		found(`(?:\p{Lu}\.){2,}`, func(m []string) string { return spell(strings.ReplaceAll(m[0], ".", ""), englishSign) }),
		found(`\p{Lu}{2,}`, func(m []string) string { return acronym(m[0], englishSign) }),
	},
)

func englishTimes() []rule {
	return []rule{
		found(`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, func(m []string) string { return englishDate(m[1], m[2], m[3]) }),
		found(`(\d{4})-(\d\d)-(\d\d)`, func(m []string) string { return englishDate(m[3], m[2], m[1]) }),
		found(`(\d{1,2})(?:st|nd|rd|th)? (`+englishMonths+`)(?: (\d{4}))?`, func(m []string) string {
			if number(m[1]) < 1 || number(m[1]) > 31 {
				return ""
			}
			return "the " + englishOrdinal(number(m[1])) + " of " + m[2] + englishYear(m[3])
		}),
		found(`(?i)(\d{1,2})(?::([0-5]\d))? ?(am|pm)`, func(m []string) string { return englishHour(m[1], m[2]) + " " + spell(m[3], englishSign) }),
		found(`(\d{1,2}):([0-5]\d)`, func(m []string) string { return englishHour(m[1], m[2]) }),
		found(`in ((?:19|20)\d\d)`, func(m []string) string { return "in" + englishYear(m[1]) }),
		always(`24/7`, "twenty-four hours a day, seven days a week"),
	}
}

func englishDate(day, month, year string) string {
	d, m := number(day), number(month)
	if d < 1 || d > 31 || m < 1 || m > 12 {
		return ""
	}
	return "the " + englishOrdinal(d) + " of " + strings.Split(englishMonths, "|")[m-1] + englishYear(year)
}

// englishYear is « twenty twenty-six », with a space before it, or nothing.
func englishYear(year string) string {
	n := number(year)
	switch {
	case year == "":
		return ""
	case n/100%10 == 0 && n%100 < 10 || n%1000 == 0:
		return " " + englishCardinal(n)
	case n%100 == 0:
		return " " + englishCardinal(n/100) + " hundred"
	case n%100 < 10:
		return " " + englishCardinal(n/100) + " oh " + englishCardinal(n%100)
	}
	return " " + englishCardinal(n/100) + " " + englishCardinal(n%100)
}

// englishHour is « nine thirty », « nine oh five », « nine ».
func englishHour(hour, minute string) string {
	h, m := number(hour), number(minute)
	if h > 24 {
		return ""
	}
	said := englishCardinal(h)
	switch {
	case m > 9:
		said += " " + englishCardinal(m)
	case m > 0:
		said += " oh " + englishCardinal(m)
	}
	return said
}

func englishCalls() []rule {
	inPairs := func(digits string) string {
		var all []string
		for ; len(digits) >= 2; digits = digits[2:] {
			all = append(all, englishDigit(rune(digits[0]))+" "+englishDigit(rune(digits[1])))
		}
		return strings.Join(all, ", ")
	}
	each := func(text string) string { return strings.ReplaceAll(signs(digitsOf(text), englishDigit), ",", "") }
	return []rule{
		found(phoneForm, func(m []string) string { return inPairs("0" + digitsOf(m[1])) }),
		found(`\+\d(?: ?\d){7,16}`, func(m []string) string { return "plus, " + signs(digitsOf(m[0]), englishDigit) }),
		found(codeForm, func(m []string) string { return grouped(m[0], englishDigit) }),
		found(`116 ?(\d{3})`, func(m []string) string { return "one one six, " + each(m[1]) }),
		found(`112|114|115|119|3114|31 14|3919|39 19|3018|30 18|3949|39 49`, func(m []string) string { return each(m[0]) }),
	}
}

func englishQuantities() []rule {
	return []rule{
		found(`(\d{1,3})(?:st|nd|rd|th)`, func(m []string) string { return englishOrdinal(number(m[1])) }),
		found(`€ ?(\d{1,3}(?:,\d{3})+|\d+)`, func(m []string) string { return englishEuros(m[1]) }),
		always(`1 ?€`, "one euro"),
		found(`(\d{1,3}(?:[ ,]\d{3})+)`, func(m []string) string { return englishThousands(m[1]) }),
		found(`(\d+)\.(\d+)`, func(m []string) string {
			return m[1] + " point " + strings.ReplaceAll(signs(m[2], englishDigit), ",", "")
		}),
		always(` ?%`, " percent"), always(` ?€`, " euros"), always(`(?:[nN]°|No\.) ?`, "number "),
		found(`(\d+) ?(?:km)`, func(m []string) string { return m[1] + " kilometres" }),
		found(`(\d+) ?min`, func(m []string) string { return m[1] + " minutes" }),
		found(`(\d+) ?[-–] ?(\d+)`, func(m []string) string { return m[1] + " to " + m[2] }),
		always(`e\.g\.`, "for example"), always(`i\.e\.`, "that is"), always(`(?i)etc\.?`, "et cetera"),
		found(`Mr\.? (\p{Lu}\pL*)`, func(m []string) string { return "mister " + m[1] }),
		found(`(?:Mrs\.?|Mme) (\p{Lu}\pL*)`, func(m []string) string { return "missus " + m[1] }),
		found(`Dr\.? (\p{Lu}\pL*)`, func(m []string) string { return "doctor " + m[1] }),
		always(` ?\+ ?`, " plus "), always(` ?& ?`, " and "), always(`\*`, " star "), always(`#`, " hash "),
		found(`(\pL+)/(\pL+)`, func(m []string) string { return m[1] + " or " + m[2] }),
	}
}

func englishThousands(text string) string {
	n := number(digitsOf(text))
	if n < 0 {
		return ""
	}
	return englishCardinal(n)
}

func englishEuros(amount string) string {
	if amount == "1" {
		return "one euro"
	}
	return amount + " euros"
}

// englishCardinal is a number in words.
func englishCardinal(n int) string {
	small := [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := [...]string{2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
	rest := func(n int, joined string) string {
		if n == 0 {
			return ""
		}
		return joined + englishCardinal(n)
	}
	switch {
	case n < 20:
		return small[n]
	case n < 100:
		return tens[n/10] + rest(n%10, "-")
	case n < 1000:
		return small[n/100] + " hundred" + rest(n%100, " and ")
	case n < 1_000_000:
		return englishCardinal(n/1000) + " thousand" + englishRest(n%1000)
	case n < 1_000_000_000:
		return englishCardinal(n/1_000_000) + " million" + englishRest(n%1_000_000)
	}
	return englishCardinal(n/1_000_000_000) + " billion" + englishRest(n%1_000_000_000)
}

// englishRest is what follows thousands and more: « and » before a small rest.
func englishRest(n int) string {
	switch {
	case n == 0:
		return ""
	case n < 100:
		return " and " + englishCardinal(n)
	}
	return " " + englishCardinal(n)
}

// englishOrdinal is « first », « twenty-second ».
func englishOrdinal(n int) string {
	said := englishCardinal(n)
	at := strings.LastIndexAny(said, " -") + 1
	head, last := said[:at], said[at:]
	odd := map[string]string{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
	switch {
	case odd[last] != "":
		return head + odd[last]
	case strings.HasSuffix(last, "y"):
		return head + strings.TrimSuffix(last, "y") + "ieth"
	}
	return head + last + "th"
}

func englishDigit(r rune) string { return englishCardinal(int(r - '0')) }

func englishSign(r rune) string {
	if '0' <= r && r <= '9' {
		return englishDigit(r)
	}
	return string(r)
}

var leftDigits = regexp.MustCompile(`\d+`)

// englishNumbers says all digits that are left.
func englishNumbers(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range leftDigits.FindAllStringIndex(text, -1) {
		b.WriteString(text[at:m[0]])
		if m[0] > 0 && inWord(lastRune(text[:m[0]])) {
			b.WriteByte(' ')
		}
		digits := text[m[0]:m[1]]
		if len(digits) >= 5 || digits[0] == '0' && len(digits) > 1 { // a postcode or a code
			b.WriteString(signs(digits, englishDigit))
		} else {
			b.WriteString(englishCardinal(number(digits)))
		}
		if at = m[1]; at < len(text) && inWord(firstRune(text[at:])) {
			b.WriteByte(' ')
		}
	}
	b.WriteString(text[at:])
	return b.String()
}
