package hear

import "testing"

type reader func(Utterance) (int, bool)

func checkNumbers(t *testing.T, name, language string, read reader, cases map[string]int) {
	t.Helper()
	for text, want := range cases {
		got, ok := read(Listen(language, text))
		if !ok {
			got = none
		}
		if got != want {
			t.Errorf("%s(%q) = %d, want %d", name, text, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	checkNumbers(t, "Number", "fr", Number, map[string]int{
		"17": 17, "17.": 17, "１７": 17, "dix-sept": 17, "dix sept ans": 17, "soixante et onze": 71, "quatre-vingt-dix-neuf": 99, "quatre-vingts": 80, "quatre vingt un": 81,
		"vingt et un": 21, "soixante-dix": 70, "soixante-quinze": 75, "septante deux": 72, "cent": 100, "cent deux": 102, "zéro": 0, "un": 1, "seize": 16, "trente-deux": 32,
		"j'ai 17 ans": 17, "17ans": 17, "17 an": 17, "il a 15 ans": 15, "environ 40": 40, "g 17 an": 17, "mon fils a 15 ans": 15, "j'ai un fils de 17 ans": 17, "elle vient d'avoir 16 ans": 16,
		"17 ans et demi": 17, "17, 17 ans": 17, "J’ai dix-sept ans.": 17, "150": 150, "une": 1, "à peu près 30 ans": 30,
		"bientôt 18": none, "17 ou 18": none, "151": none, "2008": none, "moins de 15 ans": none, "": none, "ans": none, "17 bananes": none, "17.5": none, "pas 17": none,
		"depuis 2 ans": none, "35000": none, "plus de 60": none, "entre 17 et 20": none,
	})
	checkNumbers(t, "Number", "en", Number, map[string]int{
		"twenty one": 21, "twenty-one": 21, "I'm 17 years old": 17, "one hundred and five": 105, "about 40": 40, "17yo": 17, "he is fifteen": 15, "almost 18": none, "ninety nine": 99,
	})
	checkNumbers(t, "Number", "uk", Number, map[string]int{"17": 17, "dix-sept": 17, "seventeen": 17, "٢٠": 20})
}

func TestAge(t *testing.T) {
	checkNumbers(t, "Age", "fr", Age, map[string]int{
		"17 ans": 17, "g 17 an": 17, "g 17 an jai arreter le lycee": 17, "âgé de 17": 17, "âgée de 17 ans": 17, "dix-sept ans": 17, "J'ai 17 ans et je cherche une formation": 17,
		"lycéen 16 ans, Rennes": 16, "17ans": 17, "mon fils de 15 ans": 15, "j'ai 45 ans, salarié depuis 10 ans": 45, "ma fille a 9 ans": 9, "cinquante-huit ans": 58, "17 yo": 17, "âge : 17": 17,
		"j'ai 2 enfants et 35 ans": 35, "17 ans, j'habite à Rennes 35000": 17,
		"depuis 2 ans": none, "il y a 3 ans": none, "pendant 5 ans": none, "bac +3": none, "2 ans d'expérience": none, "dans 2 ans": none, "15 ans d'expérience": none, "j'ai 20 ans de métier": none,
		"une formation de 3 ans": none, "plus de 60 ans": none, "18-25 ans": none, "entre 18 et 25 ans": none, "bientôt 18 ans": none, "17": none, "dix-sept": none, "18 ans bientôt": none, "18 ans dans 2 mois": none, "": none, "tous les 2 ans": none, "ya 3 ans": none, "jusqu'à 18 ans": none,
		"j'ai 45 ans et mon fils a 15 ans": none, "ça fait 10 ans": none, "il y a dix ans": none, "un contrat de 12 ans": none,
		"caissière vingt ans": none, "boulanger depuis l'âge de 15 ans": none, "22 printemps": 22, "24 piges": 24, "trente-neuf ans, salariée": 39, "à quarante ans": 40,
	})
	checkNumbers(t, "Age", "en", Age, map[string]int{
		"17yo": 17, "17 years old": 17, "I'm 17 years old and I left school": 17, "i'm 17 and dropped out of school": 17, "she is 15": 15, "I am 20 minutes late": none, "the bus is 17": none, "aged 17": 17, "seventeen years old": 17, "17 y.o.": 17, "19, no diploma, what now": 19, "5 years ago": none, "for 10 years": none, "10 years of experience": none,
	})
}

func checkTexts(t *testing.T, name string, read func(Utterance) (string, bool), cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		got, ok := read(Listen("fr", text))
		if got != want || ok != (want != "") {
			t.Errorf("%s(%q) = %q, %v, want %q", name, text, got, ok, want)
		}
	}
}

func TestPostcode(t *testing.T) {
	checkTexts(t, "Postcode", Postcode, map[string]string{
		"35000": "35000", "35 000": "35000", "35.000": "35000", "35000 Rennes": "35000", "j'habite à Rennes (35000)": "35000", "97400": "97400", "98800": "98800", "20200": "20200", "01000": "01000",
		"３５０００": "35000", "35000, 35000": "35000", "0612345678 35000": "35000", "06 12 34 56 78 35000 Rennes": "35000", "g 17 ans 56000": "56000", "né en 2007, 29200 Brest": "29200", "2007 29200": "29200",
		"0612345678": "", "06 12 34 56 78": "", "2024 1": "", "350000": "", "3500": "", "00123": "", "99000": "", "96000": "", "35000 ou 56000": "", "": "", "35000 euros": "", "35 000 €": "", "12345678901": "",
		"06 123 45678": "", "15/09/2007": "",
	})
}

func TestPhone(t *testing.T) {
	checkTexts(t, "Phone", Phone, map[string]string{
		"0612345678": "+33612345678", "06 12 34 56 78": "+33612345678", "06.12.34.56.78": "+33612345678", "06-12-34-56-78": "+33612345678", "+33 6 12 34 56 78": "+33612345678",
		"+33(0)6 12 34 56 78": "+33612345678", "0033612345678": "+33612345678", "33612345678": "+33612345678", "mon numéro est le 07 12 34 56 78 merci": "+33712345678", "02 99 12 34 56": "+33299123456",
		"0 6 1 2 3 4 5 6 7 8": "+33612345678", "0612345678, 35000 Rennes": "+33612345678", "06 12 34 56 78 35000": "+33612345678", "0912345678": "+33912345678", "0612345678 ou 0612345678": "+33612345678",
		"0812345678": "", "061234567": "", "06123456789": "", "612345678": "", "+44 20 7946 0958": "", "0612345678 ou 0712345678": "", "35000": "", "": "", "0012345678": "", "3114": "", "06 12 34 56 78 90": "",
	})
}

func TestEmail(t *testing.T) {
	checkTexts(t, "Email", Email, map[string]string{
		"jean.dupont@exemple.fr": "jean.dupont@exemple.fr", "Mon mail : Jean_D+35@Exemple.FR.": "Jean_D+35@exemple.fr", "<a@b.fr>": "a@b.fr", "a@b.fr et a@b.fr": "a@b.fr", "a-b@c-d.co.uk,": "a-b@c-d.co.uk",
		"l'adresse est mailto:x@y.org": "x@y.org", "a@b": "", "@b.fr": "", "a@.fr": "", "a@b.c": "", "a b.fr": "", "a@b.fr ou c@d.fr": "", "a..b@c.fr": "", "a@b@c.fr": "", "": "", "a@-b.fr": "", "a@b.12": "",
	})
}
