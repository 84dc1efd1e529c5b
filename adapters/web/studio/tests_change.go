package studio

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/transcript"
	"frontdesk/bot/workshop"
)

// changeTest accepts what is said now, renames a test or deletes it. The form carries the text that it was
// drawn from: whoever was first wins, and the other is told.
func (s *Studio) changeTest(w http.ResponseWriter, r *http.Request) {
	file, verb, name := testsDir+r.PathValue("test")+".txt", r.PathValue("verb"), sentenceOf(r.FormValue("nom"))
	what, did := map[string]string{"accepter": "accepté", "renommer": "renommé", "supprimer": "supprimé"}[verb],
		map[string]string{"accepter": "accepte", "renommer": "test-renomme", "supprimer": "test-retire"}[verb]
	if what == "" {
		s.missing(w, r)
		return
	}
	deed := map[string]string{"accepter": workshop.JournalSaved, "renommer": workshop.JournalRenamed, "supprimer": workshop.JournalDeleted}[verb]
	_, err := s.Workshop.SaveAs(r.Context(), author(r), deed, "test « "+newTest(file, "").ID()+" » "+what, func(now *workshop.State) (*flow.Draft, error) {
		raw, is := now.Draft.Files()[file]
		if !is || r.FormValue("etag") != etagOf(string(raw)) {
			return nil, unplayable("Une autre personne a changé ce test entre-temps. Rien n'a été changé. Relisez-le.")
		}
		t := newTest(file, strings.ReplaceAll(string(raw), "\r\n", "\n"))
		switch verb {
		case "accepter":
			return s.accept(now.Draft, t)
		case "renommer":
			return renameTest(now.Draft, t, name)
		}
		return now.Draft.Edit(flow.RemoveFile(file))
	})
	s.tested(w, r, err, did)
}

// accept writes a test as it goes now.
func (s *Studio) accept(d *flow.Draft, t test) (*flow.Draft, error) {
	c := s.checks.of(d)
	if c.Program == nil {
		return nil, unplayable("Le brouillon ne peut pas être lu. Le test reste comme il est.")
	}
	script, err := transcript.Parse(t.Text)
	if err != nil {
		return nil, unplayable("Le fichier du test ne peut pas être lu : " + err.Error())
	}
	got, _, err := perform(script, c.Program)
	if err != nil {
		return nil, unplayable("Le test ne va pas jusqu'au bout. " + stopped(err) + " Enregistrez-le de nouveau depuis un essai.")
	}
	return d.Edit(flow.WriteFile(t.File, got))
}

func renameTest(d *flow.Draft, t test, name string) (*flow.Draft, error) {
	if name == "" || len(name) > 300 {
		return nil, unplayable("Écrivez en une phrase ce que ce test montre.")
	}
	if fileName(name) == t.ID() {
		return d.Edit(flow.WriteFile(t.File, t.renamed(name)))
	}
	return d.Edit(flow.WriteFile(fileFor(d, name), t.renamed(name)), flow.RemoveFile(t.File))
}

// etagOf is the hash of a test's text.
func etagOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
