package proof_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/bot/proof"
)

// The reference bundle, on every publication and at the first sight of a release. The budget is 300 ms
// of processor time.
func BenchmarkProof(b *testing.B) {
	p := reference(b, "")
	b.Run("reference", func(b *testing.B) {
		before := processor(b)
		for b.Loop() {
			proof.Prove(p)
		}
		b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "processor-ms/op")
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

// processor is the time that this process has had of the processors: on a machine that others share, what
// a clock on the wall says is theirs too.
func processor(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// grown is the good bundle with steps more before its age: rows of three branches, of a question, a
// condition on its answer and an information each, that come together again.
func grown(accueil string, steps int) string {
	var answers, more strings.Builder
	branches := max(1, (steps-14)/3)
	next := func(i int) string {
		if i+3 < branches {
			return fmt.Sprintf("q%d", i+3)
		}
		return "age"
	}
	for i := range branches {
		fmt.Fprintf(&answers, "  q%d: {type: choice, keep: session}\n", i)
		fmt.Fprintf(&more, "  q%d:\n    ask: Que voulez-vous (%d) ?\n    options:\n      a: {text: Ceci}\n      b: {text: Cela}\n      c: {text: Autre chose, then: %s}\n    then: s%d\n", i, i, next(i), i)
		fmt.Fprintf(&more, "  s%d: {if: [{when: {q%d: a, besoin: \"!vae\"}, then: i%d}], else: %s}\n", i, i, i, next(i))
		fmt.Fprintf(&more, "  i%d: {say: Voici une information., then: %s}\n", i, next(i))
	}
	options := ""
	for i := range min(3, branches) {
		options += fmt.Sprintf("      b%d: {text: Branche %d, then: q%d}\n", i, i, i)
	}
	accueil = strings.Replace(accueil, "  majeur:", answers.String()+"  majeur:", 1)
	accueil = strings.Replace(accueil, "      autre: {text: Autre chose, sets: {majeur: oui}}\n", "      autre: {text: Autre chose, sets: {majeur: oui}}\n"+options, 1)
	return strings.Replace(accueil, "  tri: {route", more.String()+"  tri: {route", 1)
}
