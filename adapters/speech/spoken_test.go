package speech

import (
	"strings"
	"testing"
)

// Each line is read aloud as its right side, by a French person who knows the service.
var frenchSpoken = [][2]string{
	// telephone numbers, in pairs
	{"Appelez le 02 61 91 00 00.", "Appelez le zéro deux, soixante et un, quatre-vingt-onze, zéro zéro, zéro zéro."},
	{"02.61.91.90.35", "zéro deux, soixante et un, quatre-vingt-onze, quatre-vingt-dix, trente-cinq"},
	{"Votre numéro : 0612345678.", "Votre numéro : zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit."},
	{"+33 6 12 34 56 78", "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"},
	{"+33612345678", "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"},
	{"+33 (0)2 61 91 00 00", "zéro deux, soixante et un, quatre-vingt-onze, zéro zéro, zéro zéro"},
	{"le 07 01 05 80 71", "le zéro sept, zéro un, zéro cinq, quatre-vingts, soixante et onze"},
	{"0 800 123 006", "zéro, huit cents, cent vingt-trois, zéro zéro six"},
	{"+44 20 7946 0018", "plus, quatre, quatre, deux, zéro, sept, neuf, quatre, six, zéro, zéro, un, huit"},
	// short numbers
	{"Idées de suicide : le 3114, jour et nuit.", "Idées de suicide : le trente et un, quatorze, jour et nuit."},
	{"Idées de suicide : le 31 14, jour et nuit.", "Idées de suicide : le trente et un, quatorze, jour et nuit."},
	{"le 3919", "le trente-neuf, dix-neuf"},
	{"le 39 19.", "le trente-neuf, dix-neuf."},
	{"le 30 18", "le trente, dix-huit"},
	{"Appelez le 3949.", "Appelez le trente-neuf, quarante-neuf."},
	{"le 3631 répond", "le trente-six, trente et un répond"},
	{"Aide aux victimes : le 116 006.", "Aide aux victimes : le cent seize, zéro zéro six."},
	{"le 116006", "le cent seize, zéro zéro six"},
	{"le 15, le 18 ou le 112", "le quinze, le dix-huit ou le cent douze"},
	{"le 17 ou le 114", "le dix-sept ou le cent quatorze"},
	{"le 115 et le 119", "le cent quinze et le cent dix-neuf"},
	// codes and dossiers
	{"Votre code : 482 913 5570.", "Votre code : quatre, huit, deux; neuf, un, trois; cinq, cinq, sept, zéro."},
	{"4829135570", "quatre, huit, deux, neuf, un, trois, cinq, cinq, sept, zéro"},
	{"Votre dossier : OR-ED8Q-BAKY-K.", "Votre dossier : O, R; E, D, huit, Q; B, A, K, i grec; K."},
	{"OR-7F3K-2", "O, R; sept, F, trois, K; deux"},
	{"OR-W234-5678-9", "O, R; double vé, deux, trois, quatre; cinq, six, sept, huit; neuf"},
	{"le code 482913", "le code quatre, huit, deux, neuf, un, trois"},
	// hours
	{"demain à 9 h 30", "demain à neuf heures trente"},
	{"à 9h30", "à neuf heures trente"},
	{"à 14 h.", "à quatorze heures."},
	{"à 1 h", "à une heure"},
	{"à 21 h", "à vingt et une heures"},
	{"à 0 h 05", "à zéro heure cinq"},
	{"à 12 h 01", "à douze heures une"},
	{"de 9h-12h", "de neuf heures à douze heures"},
	{"13:45", "treize heures quarante-cinq"},
	{"ouvert 24 h/24 et 7 j/7", "ouvert vingt-quatre heures sur vingt-quatre et sept jours sur sept"},
	{"de 8h-12h/14h-18h", "de huit heures à douze heures, quatorze heures à dix-huit heures"},
	{"9:30-12:00 / 14:00-17:00", "neuf heures trente à douze heures, quatorze heures à dix-sept heures"},
	{"une formation de 120 h", "une formation de cent vingt heures"},
	{"60 h", "soixante heures"},
	{"121 h", "cent vingt et une heures"},
	{"1 035 h", "mille trente-cinq heures"},
	{"7,5 h par jour", "sept virgule cinq heures par jour"},
	{"35 h/semaine", "trente-cinq heures par semaine"},
	{"120 h / an", "cent vingt heures par an"},
	{"vos messages 24 heures", "vos messages vingt-quatre heures"},
	// dates, years
	{"le 26/11/2026", "le vingt-six novembre deux mille vingt-six"},
	{"le 01/12/2026", "le premier décembre deux mille vingt-six"},
	{"le 2026-02-09", "le neuf février deux mille vingt-six"},
	{"le 01/12/26", "le premier décembre deux mille vingt-six"},
	{"né le 3/5/98", "né le trois mai mille neuf cent quatre-vingt-dix-huit"},
	{"le 3/12", "le trois décembre"},
	{"du 3/12 au 5/1", "du trois décembre au cinq janvier"},
	{"mardi 1/12", "mardi premier décembre"},
	{"le 33/12", "le trente-trois sur douze"},
	{"jusqu'au 1/3 du salaire", "jusqu'au un sur trois du salaire"},
	{"au 4/5 temps", "au quatre sur cinq temps"},
	{"avant le 26/11", "avant le vingt-six novembre"},
	{"lundi 30 novembre à 9 h", "lundi trente novembre à neuf heures"},
	{"mardi 1er décembre", "mardi premier décembre"},
	{"depuis 1998", "depuis mille neuf cent quatre-vingt-dix-huit"},
	{"lundi 5 janvier 2026 à 18 h", "lundi cinq janvier deux mille vingt-six à dix-huit heures"},
	// ordinals
	{"un stage de 3e ou de 2de", "un stage de troisième ou de seconde"},
	{"la 1re et la 5ème", "la première et la cinquième"},
	{"le 21e et le 9e", "le vingt et unième et le neuvième"},
	{"la 80e fois", "la quatre-vingtième fois"},
	// quantities
	{"50 % des aides", "cinquante pour cent des aides"},
	{"3,5 %", "trois virgule cinq pour cent"},
	{"1,05", "un virgule zéro cinq"},
	{"1 200 €", "mille deux cents euros"},
	{"12,50 €", "douze euros cinquante"},
	{"1 €", "un euro"},
	{"500 €/mois", "cinq cents euros par mois"},
	{"500 €/semaine", "cinq cents euros par semaine"},
	{"15 €/h", "quinze euros par heure"},
	{"40 €/séance", "quarante euros par séance"},
	{"2 jours/semaine", "deux jours par semaine"},
	{"3 séances / mois", "trois séances par mois"},
	{"1 200,50 €", "mille deux cents euros cinquante"},
	{"12,00 €", "douze euros"},
	{"1,50 €", "un euro cinquante"},
	{"120 000,50 €", "cent vingt mille euros cinquante"},
	{"1 200,5 km", "mille deux cents virgule cinq kilomètres"},
	{"n° 5", "numéro cinq"},
	{"nº 5", "numéro cinq"},
	{"nº12", "numéro douze"},
	{"de 16-25 ans", "de seize à vingt-cinq ans"},
	{"La mission locale aide les 16-25 ans.", "La mission locale aide les seize vingt-cinq ans."},
	{"1 rue de l'Exemple, 35000 Rennes", "un rue de l'Exemple, trente-cinq mille Rennes"},
	{"bac+3 et plus", "bac plus trois et plus"},
	{"bac + 5", "bac plus cinq"},
	{"1 personne est avant vous.", "une personne est avant vous."},
	{"31 minutes", "trente et une minutes"},
	{"11 personnes", "onze personnes"},
	{"71 places", "soixante et onze places"},
	{"1 jour ouvré", "un jour ouvré"},
	{"30 min", "trente minutes"},
	{"à environ 3 km", "à environ trois kilomètres"},
	{"35000 Rennes", "trente-cinq mille Rennes"},
	{"06000 Nice", "zéro six mille Nice"},
	{"01250", "zéro un, deux cent cinquante"},
	{"7/10", "sept sur dix"},
	{"tapez 0. Pour réécouter, tapez *.", "tapez zéro. Pour réécouter, tapez étoile."},
	{"puis #", "puis dièse"},
	// abbreviations
	{"Prenez RDV au CIO.", "Prenez rendez-vous au C I O."},
	{"la VAE, un CAP, un BTS ou un BUT", "la V A E, un C A P, un B T S ou un B U T"},
	{"le CPF et le CEP", "le C P F et le C E P"},
	{"le BAFA, le Greta et l'AFPA", "le Bafa, le Greta et l'Afpa"},
	{"ENIC-NARIC", "Enic-Naric"},
	{"un DAEU", "un D A E U"},
	{"la CNIL", "la Cnil"},
	{"le C.I.O.", "le C I O"},
	{"France Travail répond par SMS", "France Travail répond par S M S"},
	{"HUMAIN, EFFACER ou DONNÉES", "humain, effacer ou données"},
	{"M. Le Goff et Mme Diallo", "monsieur Le Goff et madame Diallo"},
	{"M. et Mme Martin", "monsieur et madame Martin"},
	{"M. de La Tour, M. des Essarts", "monsieur de La Tour, monsieur des Essarts"},
	{"M. le maire", "monsieur le maire"},
	{"M. d’Arcy", "monsieur d'Arcy"},
	{"conseiller/conseillère", "conseiller ou conseillère"},
	{"Dr Martin", "docteur Martin"},
	{"St-Malo, Ste-Anne", "Saint-Malo, Sainte-Anne"},
	{"la VAE, le CPF, etc.", "la V A E, le C P F, et cetera"},
	{"psy-EN", "psy E N"},
	{"le site Parcoursup", "le site parcours supe"},
	// addresses
	{"nom@exemple.fr", "nom, arobase, exemple, point F R"},
	{"jean-paul.le_goff35@mail.region.bzh", "jean, tiret, paul, point le, tiret bas, goff trente-cinq, arobase, mail, point region, point B Z H"},
	{"sur apec.fr, puis", "sur apec, point F R, puis"},
	{"1jeune1solution.gouv.fr", "un jeune une solution, point gouv, point F R"},
	{"https://www.service-civique.gouv.fr/", "service, tiret, civique, point gouv, point F R"},
	// what stays, and what an engine must not take for a command
	{"Que cherchez-vous ?", "Que cherchez-vous ?"},
	{"Dit-elle « oui » ?", "Dit-elle oui ?"},
	{"l’école", "l'école"},
	{"a [[b]] \x01c\nd", "a ((b)) c d"},
	{"B2 et A1", "B deux et A un"},
	{"merci 🙂.", "merci."},
	{"Il a 17 ans et demi.", "Il a dix-sept ans et demi."},
}

var englishSpoken = [][2]string{
	{"Call 02 61 91 00 00.", "Call zero two, six one, nine one, zero zero, zero zero."},
	{"+33 6 12 34 56 78", "zero six, one two, three four, five six, seven eight"},
	{"the 31 14, day and night", "the three one one four, day and night"},
	{"call 3919", "call three nine one nine"},
	{"15, 17 or 112", "fifteen, seventeen or one one two"},
	{"116 006", "one one six, zero zero six"},
	{"code 482 913 5570", "code four, eight, two; nine, one, three; five, five, seven, zero"},
	{"OR-ED8Q-BAKY-K", "O, R; E, D, eight, Q; B, A, K, Y; K"},
	{"tomorrow at 9:30 am", "tomorrow at nine thirty A M"},
	{"at 9:05 am or 2 pm", "at nine oh five A M or two P M"},
	{"Monday 30 November at 9 am", "Monday the thirtieth of November at nine A M"},
	{"Monday 5 January 2026 at 6 pm", "Monday the fifth of January twenty twenty-six at six P M"},
	{"26/11/2026", "the twenty-sixth of November twenty twenty-six"},
	{"in 1998 and in 2005", "in nineteen ninety-eight and in two thousand and five"},
	{"the 3rd and the 21st", "the third and the twenty-first"},
	{"50% of €1,200", "fifty percent of one thousand two hundred euros"},
	{"12 € and €1", "twelve euros and one euro"},
	{"16-25 year olds", "sixteen to twenty-five year olds"},
	{"35000 Rennes", "three, five, zero, zero, zero Rennes"},
	{"For the VAE, press 1.", "For the V A E, press one."},
	{"Mr Le Goff, Mrs Diallo", "mister Le Goff, missus Diallo"},
	{"name@example.org", "name, at, example, dot org"},
	{"the CIO, e.g. in Brest", "the C I O, for example in Brest"},
	{"101 places", "one hundred and one places"},
}

func TestWhatAVoiceReads(t *testing.T) {
	for language, lines := range map[string][][2]string{"fr": frenchSpoken, "en": englishSpoken} {
		for _, l := range lines {
			if got := spoken(language, l[0]); got != l[1] {
				t.Errorf("%s: %q is read\n     %q, not\n     %q", language, l[0], got, l[1])
			}
		}
	}
}

// A number keeps its digits in languages whose engine reads them; codes are taken apart in all.
func TestOtherLanguagesKeepTheirNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"Espere 5 minutos.":           "Espere 5 minutos.",
		"Llame al 02 61 91 00 00":     "Llame al 02 61 91 00 00",
		"Expediente OR-ED8Q-BAKY-K.":  "Expediente O, R; E, D, 8, Q; B, A, K, Y; K.",
		"482 913 5570":                "4, 8, 2; 9, 1, 3; 5, 5, 7, 0",
		"  «¿Qué»\u00a0 prefiere?\n ": "¿Qué prefiere?",
	} {
		if got := spoken("es", text); got != want {
			t.Errorf("%q is read %q, not %q", text, got, want)
		}
	}
}

// The telephone spaces numbers to dial before it hands a text on: said twice over, it stays the same.
func TestWhatIsSpokenStaysSo(t *testing.T) {
	for language, lines := range map[string][][2]string{"fr": frenchSpoken, "en": englishSpoken} {
		for _, l := range lines {
			once := spoken(language, l[0])
			if twice := spoken(language, once); twice != once && !strings.ContainsAny(once, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				t.Errorf("%s: %q is read %q, and that %q", language, l[0], once, twice)
			}
			if strings.ContainsAny(once, "0123456789") {
				t.Errorf("%s: digits are left in %q", language, once)
			}
		}
	}
}

func TestFrenchNumbers(t *testing.T) {
	for n, want := range map[int]string{
		0: "zéro", 16: "seize", 17: "dix-sept", 20: "vingt", 21: "vingt et un", 22: "vingt-deux", 61: "soixante et un", 70: "soixante-dix",
		71: "soixante et onze", 77: "soixante-dix-sept", 80: "quatre-vingts", 81: "quatre-vingt-un", 90: "quatre-vingt-dix", 91: "quatre-vingt-onze",
		99: "quatre-vingt-dix-neuf", 100: "cent", 101: "cent un", 200: "deux cents", 201: "deux cent un", 280: "deux cent quatre-vingts",
		1000: "mille", 1001: "mille un", 2000: "deux mille", 80_000: "quatre-vingt mille", 200_000: "deux cent mille",
		1_000_000: "un million", 3_000_200: "trois millions deux cents", 80_000_000: "quatre-vingts millions", 2_000_000_001: "deux milliards un",
	} {
		if got := frenchCardinal(n); got != want {
			t.Errorf("%d is %q, not %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "premier", 2: "deuxième", 4: "quatrième", 5: "cinquième", 9: "neuvième", 11: "onzième", 21: "vingt et unième",
		80: "quatre-vingtième", 100: "centième", 200: "deux centième", 1000: "millième"} {
		if got := frenchOrdinal(n); got != want {
			t.Errorf("ordinal %d is %q, not %q", n, got, want)
		}
	}
}

// Whatever is written can be spoken, without digits in French and English, and without what an engine
// would take for a command.
func FuzzSpoken(f *testing.F) {
	for _, l := range append(frenchSpoken, englishSpoken...) {
		f.Add(l[0])
	}
	f.Add("0" + strings.Repeat("9", 400) + " h 99 €/" + "\xff\x00[[")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxText {
			return
		}
		for _, language := range []string{"fr", "en", "es"} {
			said := spoken(language, text)
			if strings.Contains(said, "[[") || strings.ContainsFunc(said, func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q holds a command", said)
			}
			if language != "es" && strings.ContainsAny(said, "0123456789") {
				t.Errorf("%s: digits are left in %q", language, said)
			}
		}
	})
}

func BenchmarkSpoken(b *testing.B) {
	for b.Loop() {
		spoken("fr", "Nous vous appelons avant lundi 30 novembre à 9 h 30, depuis le 02 61 91 00 00. Votre dossier : OR-ED8Q-BAKY-K.")
	}
}
