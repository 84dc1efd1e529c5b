package translation

import "slices"

// allForms are the plural forms of CLDR, in their order.
var allForms = []string{"zero", "one", "two", "few", "many", "other"}

// A tongue is what there is to know of a language to write it.
type tongue struct {
	french, own string
	forms       []string // that whole numbers take (CLDR plurals), without "other" and without that of millions
	rtl         bool
}

func tongues() map[string]tongue {
	one := []string{"one"}
	slavic := []string{"one", "few", "many"}
	return map[string]tongue{
		"fr": {"français", "français", one, false}, "en": {"anglais", "English", one, false}, "es": {"espagnol", "español", one, false},
		"pt": {"portugais", "português", one, false}, "it": {"italien", "italiano", one, false}, "de": {"allemand", "Deutsch", one, false},
		"nl": {"néerlandais", "Nederlands", one, false}, "tr": {"turc", "Türkçe", one, false}, "ro": {"roumain", "română", []string{"one", "few"}, false},
		"uk": {"ukrainien", "українська", slavic, false}, "ru": {"russe", "русский", slavic, false}, "pl": {"polonais", "polski", slavic, false},
		"br": {"breton", "brezhoneg", []string{"one", "two", "few", "many"}, false}, "zh": {"chinois", "中文", nil, false},
		"ar": {"arabe", "العربية", []string{"zero", "one", "two", "few", "many"}, true},
		"fa": {"persan", "فارسی", one, true}, "ps": {"pachto", "پښتو", one, true}, "ur": {"ourdou", "اردو", one, true}, "he": {"hébreu", "עברית", []string{"one", "two"}, true},
	}
}

// Name is a language's name in French, and in the language itself.
func Name(language string) (french, own string) {
	if t, known := tongues()[language]; known {
		return t.french, t.own
	}
	return language, language
}

// Dir is the way a language is written: "rtl" or "ltr".
func Dir(language string) string {
	if tongues()[language].rtl {
		return "rtl"
	}
	return "ltr"
}

// Wanted are the forms that a text has in the language: "other" alone where the source counts nothing, and
// those that are there already.
func (t *Text) Wanted(language string) []string {
	plural := len(t.Source) > 1 || len(t.Forms) > 1
	known, is := tongues()[language]
	if !is {
		known.forms = []string{"one"}
	}
	var forms []string
	for _, name := range allForms {
		if name == "other" || plural && slices.Contains(known.forms, name) || formIn(t.Forms, name) != "" {
			forms = append(forms, name)
		}
	}
	return forms
}

// FormName says in French when a form is used.
func FormName(form string) string {
	return map[string]string{"zero": "zéro", "one": "un", "two": "deux", "few": "quelques", "many": "beaucoup", "other": "autres nombres"}[form]
}
