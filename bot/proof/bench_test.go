package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/bot/proof"
)

// The reference bundle, on every publication and at the first sight of a release. The budget is 300 ms.
func BenchmarkProof(b *testing.B) {
	p := reference(b, "")
	b.Run("reference", func(b *testing.B) {
		for b.Loop() {
			proof.Prove(p)
		}
	})
	for _, steps := range []int{20, 100, 500} {
		files, _ := changed(b, "")
		files["accueil.yaml"] = grown(files["accueil.yaml"], steps)
		p := compiled(b, files)
		b.Run(fmt.Sprint(len(p.Bundle.Steps)), func(b *testing.B) {
			for b.Loop() {
				proof.Prove(p)
			}
		})
	}
}

// grown is the good bundle with branches of three steps each behind its first question: a question
// with three answers, a choice by age, an information.
func grown(accueil string, steps int) string {
	var options, answers, more strings.Builder
	branches := max(1, (steps-14)/3)
	for i := range branches {
		fmt.Fprintf(&answers, "  r%d: {type: choice, keep: session}\n", i)
		next := fmt.Sprintf("r%d", i+1)
		if (i+1)%3 == 0 || i+1 == branches {
			next = "age"
		}
		if i%3 == 0 && i/3 < 5 {
			fmt.Fprintf(&options, "      b%d: {text: Branche %d, then: r%d}\n", i, i, i)
		}
		if i%3 == 0 && i/3 >= 5 { // further branches hang on those before
			fmt.Fprintf(&more, "")
		}
		if (i+1)%3 == 0 && i+13 < branches {
			next = fmt.Sprintf("r%d", i+13)
		}
		fmt.Fprintf(&more, "  r%d:\n    ask: Que voulez-vous %d ?\n    options:\n      a: {text: Ceci}\n      b: {text: Cela}\n      c: {text: Autre chose}\n    then: s%d\n", i, i, i)
		fmt.Fprintf(&more, "  s%d: {if: [{when: {r%d: a, besoin: \"!vae\"}, then: i%d}], else: i%d}\n", i, i, i, i)
		fmt.Fprintf(&more, "  i%d: {say: Voici une information., then: %s}\n", i, next)
	}
	accueil = strings.Replace(accueil, "  majeur:", answers.String()+"  majeur:", 1)
	accueil = strings.Replace(accueil, "      autre: {text: Autre chose, sets: {majeur: oui}}\n", "      autre: {text: Autre chose, sets: {majeur: oui}}\n"+options.String(), 1)
	return strings.Replace(accueil, "  tri: {route", more.String()+"  tri: {route", 1)
}
