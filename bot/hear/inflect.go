package hear

import "strings"

// conjugation is the endings of the regular verbs of a language whose
// infinitive ends in a certain way, folded.
type conjugation struct{ infinitive, endings string }

// conjugated lists the endings of regular verbs. Where a language has another
// kind of grammar, a word is written with "*".
func conjugated(language string) []conjugation {
	switch language {
	case "fr":
		return []conjugation{
			{"er", "e es ons ez ent er ee ees ais ait ions iez aient a as erent erai eras era erons erez eront erais erait eraient ant"},
			{"ir", "is it ir i ie ies issons issez issent issais issait issaient irai ira iront irait issant"},
			{"re", "s - ons ez ent re u ue us ues ais ait aient rai ra ront rait ant"},
		}
	case "es":
		return []conjugation{
			{"ar", "o as a amos an ar e aste o aron ado ada ados adas aba aban ando ara aria arme arte arse arle"},
			{"er", "o es e emos en er i iste io ieron ido ida idos ia ian iendo era eria erme erse erle"},
			{"ir", "o es e imos en ir i iste io ieron ido ida idos ia ian iendo ira iria irme irse irle"},
		}
	case "pt":
		return []conjugation{
			{"ar", "o as a amos am ar ei aste ou aram ado ada ados adas ava avam ando ara aria"},
			{"er", "o es e emos em er i este eu eram ido ida idos ia iam endo era eria"},
			{"ir", "o es e imos em ir i iste iu iram ido ida idos ia iam indo ira iria"},
		}
	case "en":
		return []conjugation{{"e", "e es ed ing"}, {"y", "y ies ied ying"}, {"", "- s es ed ing"}}
	}
	return nil
}

// inflected is every form of a regular verb, its infinitive among them.
func inflected(verb, language string) []string {
	for _, c := range conjugated(language) {
		stem, regular := strings.CutSuffix(verb, c.infinitive)
		if !regular || len(stem) < 2 {
			continue
		}
		forms := strings.Fields(c.endings)
		for i, end := range forms {
			forms[i] = stem + softened(stem, end, language) + strings.TrimPrefix(end, "-")
		}
		return forms
	}
	return []string{verb}
}

// softened is the e that keeps a French g soft before a or o: "egorgeait".
func softened(stem, end, language string) string {
	if language == "fr" && strings.HasSuffix(stem, "g") && (end[0] == 'a' || end[0] == 'o') {
		return "e"
	}
	return ""
}
