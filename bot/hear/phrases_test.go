package hear

import (
	"strings"
	"testing"
)

var commands = NewPhrases([]Phrase{
	{"stop", "stop"}, {"stop", "arrêt"}, {"stop", "arrêter"}, {"aide", "aide"}, {"aide", "help"}, {"humain", "humain"}, {"humain", "conseiller"},
	{"humain", "quelqu'un"}, {"humain", "parler à quelqu'un"}, {"humain", "je veux parler à un conseiller"}, {"effacer", "effacer"}, {"effacer", "effacer mes données"},
	{"données", "mes données"}, {"retour", "retour"}, {"langue", "українська"},
})

var danger = NewPhrases([]Phrase{
	{"suicide", "suicide"}, {"suicide", "me tuer"}, {"suicide", "me tue"}, {"suicide", "en finir"}, {"suicide", "mourir"}, {"suicide", "veux mourir"}, {"suicide", "envie de mourir"},
	{"suicide", "plus envie de vivre"}, {"suicide", "j'en ai fini"}, {"coups", "on me frappe"}, {"coups", "me frappe"}, {"coups", "me bat"}, {"suicide", "kill myself"}, {"suicide", "want to die"},
	{"viol", "viol"}, {"suicide", "je ne veux plus vivre"},
})

func TestWhole(t *testing.T) {
	for text, want := range map[string]string{
		"stop": "stop", "stoooop": "stop", "STOP": "stop", "Stop !": "stop", "STOP svp": "stop", "stop merci": "stop", "stop stop": "stop", "arrêt": "stop", "arrêtez": "stop",
		"humain s'il vous plaît": "humain", "un humain": "humain", "HUMAIN": "humain", "un conseiller svp": "humain", "conseillère": "humain", "bonjour, conseiller": "humain",
		"je veux parler à un conseiller": "humain", "jveux parler à un conseiller s'il te plaît": "humain", "parler a qqn": "humain", "quelquun": "humain",
		"conseillier": "humain", "effacr": "effacer", "humian": "humain", "effacer mes données": "effacer", "УКРАЇНСЬКА": "langue", "aide": "aide", "de l'aide": "aide",
		"arrêt maladie": "", "je suis en arrêt maladie": "", "arrêter le lycée": "", "arrêt de travail": "", "aide à domicile": "", "aide-soignante": "", "stopper": "",
		"je veux un conseiller": "", "pas de conseiller": "", "stop humain": "", "": "", "svp": "", "le": "", "👍": "", "donc": "", "ne pas effacer": "", "stp": "",
		"conseiller en insertion": "", "demain": "", "retard": "",
	} {
		if got, ok := commands.Whole(Listen("fr", text)); got != want || ok != (want != "") {
			t.Errorf("Whole(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestWithin(t *testing.T) {
	type found struct {
		key     string
		negated bool
	}
	for text, want := range map[string]found{
		"je veux mourir": {"suicide", false}, "je veux mouriiir": {"suicide", false}, "je ne veux pas mourir": {"suicide", true}, "jveux mourir": {"suicide", false}, "je veux vraiment mourir": {"suicide", false},
		"j'en ai pas fini": {"suicide", true}, "je n'en ai pas fini": {"suicide", true}, "j'en ai fini": {"suicide", false}, "je n'ai pas envie de mourir": {"suicide", true},
		"je pense au suicide": {"suicide", false}, "je ne pense pas au suicide": {"suicide", true}, "JE VAIS ME TUER": {"suicide", false}, "jvai me tué": {"suicide", false},
		"il me frappe": {"coups", false}, "il m'a frappé": {"", false}, "on me frappe tous les jours": {"coups", false}, "mon mari me frape": {"coups", false},
		"je n'arrive pas à ne pas penser au suicide": {"suicide", false}, "on ne me frappe pas": {"coups", true}, "on me frappe pas": {"coups", true}, "je ne veux plus vivre": {"suicide", false},
		"je veux plus vivre": {"suicide", false}, "il ne me frappe plus": {"coups", true}, "je ne vais pas bien, j'ai envie de mourir": {"suicide", false}, "je vais pas bien envie de mourir": {"suicide", false},
		"je n'ai plus envie de vivre": {"suicide", false}, "g plus envie de vivre": {"suicide", false}, "je ne veux pas mourir mais il me frappe": {"coups", false},
		"sans envie de mourir": {"suicide", true}, "je veux en finir": {"suicide", false}, "finir mes études": {"", false}, "je ne trouve pas de stage, je veux mourir": {"suicide", false},
		"violet": {"", false}, "un viol": {"viol", false}, "nourrir": {"", false}, "mourrir": {"suicide", false}, "suiside": {"suicide", false}, "non je veux mourir": {"suicide", false},
		"i want to die": {"suicide", false}, "i don't want to die": {"suicide", true}, "i want to kill myself": {"suicide", false}, "": {"", false},
		"pas question, je veux mourir": {"suicide", false}, "se suicider": {"suicide", false}, "bonjour": {"", false},
	} {
		language := "fr"
		if strings.HasPrefix(text, "i ") {
			language = "en"
		}
		key, negated, ok := danger.Within(Listen(language, text))
		if got := (found{key, negated}); got != want || ok != (want.key != "") {
			t.Errorf("Within(%q) = %v, %v, want %v", text, got, ok, want)
		}
	}
}

func TestYesNo(t *testing.T) {
	const yes, no, neither = 'y', 'n', '?'
	for text, want := range map[string]rune{
		"oui": yes, "Oui.": yes, "ouais": yes, "oui oui": yes, "yep": yes, "ok": yes, "OK merci": yes, "d'accord": yes, "daccord": yes, "bien sûr": yes, "volontiers": yes,
		"tout à fait": yes, "je veux bien": yes, "👍": yes, "👍🏽": yes, "yes please": yes, "pourquoi pas": yes, "oui s'il vous plaît": yes, "oui je veux bien": yes,
		"pas de problème": yes, "oui, je suis au lycée": yes, "wi": yes, "carrément": yes, "c'est ça": yes, "так": yes, "oui pourquoi pas": yes, "ah oui": yes,
		"si": yes, "sure": yes, "of course": yes, "ça marche": yes, "exactement": yes, "ouiiii": yes, "ouii": yes, "mais oui": yes, "i think so": yes, "nooooon": no, "mais non": no, "i don't think so": no, "oui j'ai pas compris": neither, "oui stp": yes,
		"non": no, "nan": no, "Non merci": no, "pas du tout": no, "surtout pas": no, "👎": no, "no thanks": no, "no": no, "nope": no, "non non": no, "non, je ne veux pas": no,
		"je ne veux pas": no, "bien sûr que non": no, "pas vraiment": no, "jamais": no, "non pas du tout": no, "no thank you": no, "ні": no, "je préfère pas": no, "absolument pas": no, "non c'est pas la peine": no,
		"je ne sais pas": neither, "jsp": neither, "oui et non": neither, "peut-être": neither, "": neither, "1": neither, "2": neither, "je suis salarié": neither, "non mais oui": neither,
		"oui mais pas maintenant": neither, "ça dépend": neither, "aucune idée": neither, "bonjour": neither, "merci": neither, "👍👎": neither, "🙂": neither, "i don't know": neither, "maybe": neither,
	} {
		y, ok := YesNo(Listen("fr", text))
		if y && !ok {
			t.Errorf("YesNo(%q) says yes and is not sure", text)
		}
		got := neither
		switch {
		case ok && y:
			got = yes
		case ok:
			got = no
		}
		if got != want {
			t.Errorf("YesNo(%q) = %c, want %c", text, got, want)
		}
	}
}
