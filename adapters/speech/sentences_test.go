package speech

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"Bonjour. Je suis un robot. Tapez 0.":                       "Bonjour.|Je suis un robot.|Tapez 0.",
		"Que cherchez-vous ? Pour la VAE, tapez 1.":                 "Que cherchez-vous ?|Pour la VAE, tapez 1.",
		"C'est M. Le Goff. Il répond au 02.61.91.00.00. Merci !":    "C'est M. Le Goff.|Il répond au 02.61.91.00.00.|Merci !",
		"Avec J. Martin, 4 av. Foch, p. ex. demain. 15 ou 112.":     "Avec J. Martin, 4 av. Foch, p. ex. demain.|15 ou 112.",
		"Le site apec.fr aide. Idées de suicide : le 31 14.\nMerci": "Le site apec.fr aide.|Idées de suicide : le 31 14.|Merci",
		"¿Qué prefiere? ¡Gracias! Adiós.":                           "¿Qué prefiere?|¡Gracias!|Adiós.",
		"هل تريد؟ نعم. شكرا.":                                       "هل تريد؟|نعم.|شكرا.",
		"Un instant… Merci.":                                        "Un instant…|Merci.",
		" ":                                                         "",
	} {
		got := Sentences(text)
		if strings.Join(got, "|") != want {
			t.Errorf("%q has the sentences %q", text, got)
		}
		if joined := strings.Join(got, " "); joined != words(text) || !slices.Equal(Sentences(joined), got) {
			t.Errorf("%q is %q when joined", text, joined)
		}
	}
}
