package speech

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

func lastRune(text string) rune  { r, _ := utf8.DecodeLastRuneInString(text); return r }
func firstRune(text string) rune { r, _ := utf8.DecodeRuneInString(text); return r }

// Words and forms that rules look for.
const (
	frenchMonths  = `janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre`
	frenchDays    = `lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche`
	frenchPeriods = `heure|jour|semaine|mois|trimestre|semestre|année|an`
	thousands     = `\d{1,3}(?: \d{3})+` // written in groups of three
)

// frenchAddresses are how addresses are read aloud in France.
func frenchAddresses() addressBook {
	return addressBook{"arobase", "point", "tiret", "tiret bas", "barre oblique", frenchSign}
}

// frenchRules are applied one after another; what one has put into words has no digits for the next.
var frenchRules = flat(
	[]rule{
		found(mailForm, func(m []string) string { return frenchAddresses().say(m[0]) }),
		found(pageForm, func(m []string) string { return frenchAddresses().say(m[0]) }),
		found(dossierForm, func(m []string) string { return dossierNumber(m[0], frenchSign) }),
	},
	frenchTimes(),
	frenchCalls(),
	frenchQuantities(),
	frenchAbbreviations(),
	[]rule{
		whole(frenchNumbers),
		found(`(?:\p{Lu}\.){2,}`, func(m []string) string { return spell(strings.ReplaceAll(m[0], ".", ""), frenchSign) }),
		found(`\p{Lu}{2,}`, func(m []string) string { return acronym(m[0], frenchSign) }),
	},
)

func flat(lists ...[]rule) []rule {
	var all []rule
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// whole is a rule that rewrites the text as a whole.
func whole(say func(string) string) rule {
	return rule{regexp.MustCompile(`(?s)^.+$`), func(m []string) string { return say(m[0]) }}
}

func frenchTimes() []rule {
	return []rule{
		found(`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, func(m []string) string { return frenchDate(m[1], m[2], m[3]) }),
		found(`(\d{1,2})/(\d{1,2})/(\d\d)`, func(m []string) string { return frenchDate(m[1], m[2], century(m[3])+m[3]) }),
		found(`(\d{4})-(\d\d)-(\d\d)`, func(m []string) string { return frenchDate(m[3], m[2], m[1]) }),
		found(`(?i)(le|au|du|`+frenchDays+`) (\d{1,2})/(\d{1,2})( (?:temps|tarif|du|des|de)\b)?`, func(m []string) string {
			if m[4] != "" { // a part of something
				return ""
			}
			return behind(m[1], frenchDate(m[2], m[3], ""))
		}),
		found(`(\d\d)/(\d\d)`, func(m []string) string { return frenchDate(m[1], m[2], "") }),
		found(`(?i)1(?:er)? (`+frenchMonths+`)`, func(m []string) string { return "premier " + m[1] }),
		always(`24 ?h ?/ ?24(?: ?h)?`, "vingt-quatre heures sur vingt-quatre"),
		always(`7 ?j ?/ ?7(?: ?j)?`, "sept jours sur sept"),
		found(`(\d+ ?\pL+) ?/ ?(`+frenchPeriods+`|h)`, func(m []string) string { return m[1] + " par " + period(m[2]) }),
		found(`(\d+,\d+) ?[hH]`, func(m []string) string { return m[1] + " heures" }),
		found(`(`+thousands+`|\d+) ?[hH](?: ?([0-5]\d))?( ?[-–/] ?)?`, func(m []string) string { return frenchHour(digitsOf(m[1]), m[2], m[3]) }),
		found(`(\d{1,2}):([0-5]\d)( ?[-–/] ?)?`, func(m []string) string { return frenchHour(m[1], m[2], m[3]) }),
	}
}

// frenchDate is « premier décembre deux mille vingt-six », or "" for what is no date.
func frenchDate(day, month, year string) string {
	d, m := number(day), number(month)
	if d < 1 || d > 31 || m < 1 || m > 12 {
		return ""
	}
	said := frenchCardinal(d)
	if d == 1 {
		said = "premier"
	}
	said += " " + strings.Split(frenchMonths, "|")[m-1]
	if year != "" {
		said += " " + frenchCardinal(number(year))
	}
	return said
}

// century is that of a year of two digits: births are of this one and the one before, dates to come of this.
func century(year string) string {
	if number(year) > 50 {
		return "19"
	}
	return "20"
}

// behind puts what is said after a word, or says nothing.
func behind(word, said string) string {
	if said == "" {
		return ""
	}
	return word + " " + said
}

// period is the one that something is counted by.
func period(name string) string {
	if name == "h" {
		return "heure"
	}
	return name
}

// frenchHour is « neuf heures trente », with « à » where another follows a dash and a pause where one follows a
// stroke. More than two days are no time of day but an amount.
func frenchHour(hour, minute, sign string) string {
	h := number(hour)
	if h < 0 || h > 48 && minute != "" {
		return ""
	}
	said := frenchCardinal(h)
	if strings.HasSuffix(said, "un") {
		said += "e"
	}
	said += " heure"
	if h > 1 {
		said += "s"
	}
	if n := number(minute); n > 0 {
		said += " " + frenchCardinal(n)
		if n%10 == 1 && n != 11 {
			said += "e"
		}
	}
	switch strings.TrimSpace(sign) {
	case "":
	case "/":
		said += ", "
	default:
		said += " à "
	}
	return said
}

func frenchCalls() []rule {
	return []rule{
		found(`0 ?8\d\d \d{3} \d{3}`, func(m []string) string { return "zéro, " + frenchGroups(digitsOf(m[0])[1:], 3) }),
		found(phoneForm, func(m []string) string { return frenchGroups("0"+digitsOf(m[1]), 2) }),
		found(`\+\d(?: ?\d){7,16}`, func(m []string) string { return "plus, " + signs(digitsOf(m[0]), frenchDigit) }),
		found(codeForm, func(m []string) string { return grouped(m[0], frenchDigit) }),
		found(`116 ?(\d{3})`, func(m []string) string { return "cent seize, " + frenchGroup(m[1]) }),
		found(`3114|31 14|3919|39 19|3018|30 18|3949|39 49|3646|36 46|3939|39 39|3977|39 77|3928|39 28`, func(m []string) string { return frenchGroups(digitsOf(m[0]), 2) }),
		found(`(?i)(le|au|du|appelez|composez|numéro) (3[0-9]{3})`, func(m []string) string { return m[1] + " " + frenchGroups(m[2], 2) }),
	}
}

func frenchQuantities() []rule {
	return []rule{
		always(`1ers?`, "premier"),
		always(`1(?:re|ère)s?`, "première"),
		always(`2n?ds?`, "second"),
		always(`2n?des?`, "seconde"),
		found(`(\d{1,4})(?:ième|ème|eme|e|è)s?`, func(m []string) string { return frenchOrdinal(number(m[1])) }),
		found(`(\d+) ?(km|min|mn|kg)`, func(m []string) string { return m[1] + " " + frenchUnit(m[2], m[1]) }),
		found(`(`+thousands+`|\d+),(\d\d) ?(?:€|euros?)`, func(m []string) string { return euros(digitsOf(m[1]), m[2]) }),
		found(`(`+thousands+`),(\d+)`, func(m []string) string { return behind(frenchThousands(m[1]), "virgule "+frenchGroup(m[2])) }),
		found(`(`+thousands+`)`, func(m []string) string { return frenchThousands(m[1]) }),
		always(`1 ?€`, "un euro"),
		found(` ?€ ?/ ?(\pL+)`, func(m []string) string { return " euros par " + period(m[1]) }),
		always(` ?€`, " euros"),
		found(`(\d+),(\d+)`, func(m []string) string { return m[1] + " virgule " + frenchGroup(m[2]) }),
		always(` ?%`, " pour cent"),
		always(`[nN]° ?`, "numéro "),
		found(`[nN]º ?(\d+)`, func(m []string) string { return "numéro " + m[1] }), // which is a letter
		always(` ?°C?`, " degrés"),
		found(`(?i)(les|des|aux) (\d+) ?[-–] ?(\d+)`, func(m []string) string { return m[1] + " " + m[2] + " " + frenchGroup(m[3]) }),
		found(`(\d+) ?[-–] ?(\d+)`, func(m []string) string { return m[1] + " à " + m[2] }),
		found(`(\d+) ?/ ?(\d+)`, func(m []string) string { return m[1] + " sur " + m[2] }),
	}
}

// frenchThousands is a quantity written in groups of three.
func frenchThousands(text string) string {
	n := number(digitsOf(text))
	if n < 0 {
		return ""
	}
	return frenchCardinal(n)
}

// euros is an amount of money, or "" for what is too long.
func euros(amount, cents string) string {
	n := number(amount)
	if n < 0 {
		return ""
	}
	said := frenchCardinal(n) + " euro"
	if n > 1 {
		said += "s"
	}
	if c := number(cents); c > 0 {
		said += " " + frenchCardinal(c)
	}
	return said
}

func frenchUnit(short, amount string) string {
	unit := map[string]string{"km": "kilomètre", "kg": "kilo", "min": "minute", "mn": "minute"}[short]
	if number(amount) > 1 {
		unit += "s"
	}
	return unit
}

func frenchAbbreviations() []rule {
	return []rule{
		found(`M\. (\p{Lu}\pL*|et|ou|des|de|du|le|la|[dl]'\pL+)`, func(m []string) string { return "monsieur " + m[1] }),
		always(`MM\.`, "messieurs"), always(`Mme`, "madame"), always(`Mmes`, "mesdames"), always(`Mlle`, "mademoiselle"),
		found(`Dr\.? (\p{Lu}\pL*)`, func(m []string) string { return "docteur " + m[1] }),
		found(`S(te?)([- ])(\p{Lu}\pL*)`, func(m []string) string {
			return map[string]string{"t": "Saint", "te": "Sainte"}[m[1]] + m[2] + m[3]
		}),
		always(`(?i)rdv`, "rendez-vous"), always(`(?i)tél\.?`, "téléphone"), always(`(?i)p\. ?ex\.`, "par exemple"),
		always(`(?i)c\.-à-d\.`, "c'est-à-dire"), always(`(?i)etc\.?`, "et cetera"), always(`[Bb]d\.?`, "boulevard"),
		always(`(?i)av\.`, "avenue"), always(`(?i)svp`, "s'il vous plaît"), always(`(?i)h/f|f/h`, "femme ou homme"),
		always(`(?i)psy-?EN`, "psy E N"), always(`(?i)parcoursup`, "parcours supe"), always(`et/ou`, "et, ou"),
		always(` ?\+ ?`, " plus "), always(` ?& ?`, " et "), always(` ?= ?`, " égale "), always(`\*`, " étoile "), always(`#`, " dièse "),
		found(`(\pL+)/(\pL+)`, func(m []string) string { return m[1] + " ou " + m[2] }),
	}
}
