package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

func TestFlowsAtTheCommandLine(t *testing.T) {
	d := newDeployment(t)
	firstDir, first := saying(t, "À bientôt.")
	secondDir, second := saying(t, "Bonne journée.")
	h := d.open(firstDir)
	flows := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", append(append([]string{"flows"}, args...), "--redis-url", d.url, "--key-file", d.key)...)
		if code != want {
			t.Fatalf("flows %v: exit %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout + stderr
	}
	says := func(text string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in\n%s", part, text)
			}
		}
	}
	folder := t.TempDir()
	says(flows(0, "publish", secondDir, "--by", "claire", "--reason", "plus aimable", "--releases-dir", folder), second.Hash, "rollback "+first.Hash[:12])
	soon(t, "the release in the service", func() bool { return h.serves() == second.Hash })
	says(flows(1, "publish", filepath.Join(folder, second.Hash+".zip")), publish.ErrLive.Error())
	says(flows(1, "publish", faultyDir(t)), `étape "oubli"`)
	says(flows(1, "publish", filepath.Join(folder, "nowhere")), "ni dossier, ni archive ZIP")
	says(flows(1, "rollback", "ffff"), publish.ErrNotServed.Error())
	says(flows(0, "rollback", first.Hash[:8]), first.Hash)
	soon(t, "the release before", func() bool { return h.serves() == first.Hash })

	copied := filepath.Join(t.TempDir(), "copy")
	says(flows(0, "export", second.Hash[:8], "--to", copied), second.Hash)
	if b := bundle(t, copied); b.Hash != second.Hash {
		t.Error("an exported folder is another release")
	}
	says(flows(1, "export", "--to", copied), "n'est pas vide")
	archive := filepath.Join(t.TempDir(), "live.zip")
	says(flows(0, "export", "--to", archive), first.Hash)

	thirdDir, third := saying(t, "Merci.")
	says(flows(0, "import", thirdDir), third.Hash)
	at := time.Now().Add(48 * time.Hour).In(third.Zone)
	says(flows(0, "publish", third.Hash, "--at", at.Format("2006-01-02 15:04")), "Programmé pour le "+at.Format("02/01/2006 à 15:04"))
	says(flows(1, "publish", third.Hash, "--at", "2020-01-01 10:00"), publish.ErrPast.Error())
	plans, err := h.press.Plans(t.Context())
	if err != nil || len(plans) != 1 {
		t.Fatalf("plans %+v, %v", plans, err)
	}
	says(flows(0, "releases"), first.Hash[:12], "en service", "plus aimable", "programmée", plans[0].ID)
	says(flows(0, "cancel", plans[0].ID), "Annulé")

	says(flows(0, "journal"), "5 lignes, la chaîne est entière", "claire", "rollback")
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(flows(0, "journal", "--csv"), "\uFEFF")))
	rows.Comma = ';'
	if all, err := rows.ReadAll(); err != nil || len(all) != 6 || all[2][2] != "claire" {
		t.Errorf("%d rows, %v", len(all), err)
	}
}

// Whatever becomes live at the command line, or from files, says which programmed publications it has ended.
func TestAnEndedPlanIsSaidByWhoeverEndsIt(t *testing.T) {
	d := newDeployment(t)
	firstDir, first := saying(t, "À bientôt.")
	secondDir, second := saying(t, "Bonne journée.")
	thirdDir, third := saying(t, "Merci.")
	h := d.open(firstDir)
	_, _ = h.end()
	people := staffFile(t, []bot.Actor{{ID: "claire", Name: "Claire Kerouedan", Structures: []bot.StructureID{"accueil"}}})
	flows := func(args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", append(append([]string{"flows"}, args...), "--redis-url", d.url, "--key-file", d.key)...)
		if code != 0 {
			t.Fatalf("flows %v: exit %d\n%s%s", args, code, stdout, stderr)
		}
		return stdout + stderr
	}
	at := time.Now().Add(48 * time.Hour).In(third.Zone)
	hour := at.Format("02/01/2006 à 15\u00a0h\u00a004")
	const lost = "Ne se fera pas : la version en ligne a changé. Programmez-la de nouveau."
	if said := flows("publish", thirdDir, "--at", at.Format("2006-01-02 15:04"), "--by", "claire"); strings.Contains(said, "empêche") {
		t.Error(said)
	}
	if said := flows("publish", secondDir, "--at", at.Add(time.Hour).Format("2006-01-02 15:04"), "--by", "partie", "--staff", people); !strings.Contains(said, "La première faite empêche l'autre. Version "+third.Hash[:12]+", programmée par Claire Kerouedan pour le "+hour) {
		t.Error(said)
	}
	if said := flows("releases"); strings.Contains(said, "ne se fera pas") {
		t.Error(said)
	}
	said := flows("publish", secondDir, "--staff", people)
	if !strings.Contains(said, lost+" Version "+third.Hash[:12]+", programmée par Claire Kerouedan pour le "+hour) || !strings.Contains(said, "frontdesk flows cancel ") || strings.Count(said, lost) != 1 {
		t.Error("of two plans one is ended, and the other is what is live:", said)
	}
	if said := flows("releases"); strings.Count(said, "ne se fera pas : la version en ligne a changé") != 1 {
		t.Error(said)
	}
	flows("publish", thirdDir, "--at", at.Add(2*time.Hour).Format("2006-01-02 15:04"), "--by", "partie")
	if said := flows("rollback", first.Hash, "--staff", people+" that is not there"); !strings.Contains(said, lost+" Version "+third.Hash[:12]+", programmée par partie pour le ") || strings.Contains(said, "Claire") {
		t.Error("going back:", said)
	}
	flows("publish", secondDir, "--at", at.Add(3*time.Hour).Format("2006-01-02 15:04"), "--by", "partie")
	if h = d.open(thirdDir); h.serves() != third.Hash {
		t.Fatal("files that are new are not published")
	}
	// those of the second version, of which one was made on the first when that was live before; the third one's is done
	if log := h.text.String(); strings.Count(log, "a programmed publication cannot be made any more") != 2 || strings.Count(log, "-"+second.Hash[:8]) != 2 {
		t.Errorf("log %s", log)
	}
}

// The publication is made by the running service, at its time.
func TestAProgrammedPublicationIsMadeByTheService(t *testing.T) {
	d := newDeployment(t)
	firstDir, _ := saying(t, "À bientôt.")
	_, second := saying(t, "Bonne journée.")
	a, b := d.open(firstDir), d.open(firstDir)
	if _, err := a.press.Schedule(t.Context(), second, time.Now().Add(1500*time.Millisecond), publish.Order{Expected: a.serves(), Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	soon(t, "the release at both", func() bool { return a.serves() == second.Hash && b.serves() == second.Hash })
	var made int
	if err := a.store.Journal(t.Context(), func(l bot.JournalLine) error {
		if l.Deed == bot.JournalPublished && l.After == second.Hash {
			made++
		}
		return nil
	}); err != nil || made != 1 {
		t.Errorf("in the journal %d times, %v", made, err)
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 7, 6, 15, 0, 0, 0, zone)
	for text, want := range map[string]time.Time{
		"19:00":                time.Date(2027, 7, 6, 19, 0, 0, 0, zone),
		"09:30":                time.Date(2027, 7, 7, 9, 30, 0, 0, zone),
		"2027-07-08 19:00":     time.Date(2027, 7, 8, 19, 0, 0, 0, zone),
		"08/07/2027 19:00":     time.Date(2027, 7, 8, 19, 0, 0, 0, zone),
		"2027-07-08T17:00:00Z": time.Date(2027, 7, 8, 19, 0, 0, 0, zone),
	} {
		if got, err := readTime(text, now, zone); err != nil || !got.Equal(want) {
			t.Errorf("%s is %s, %v; want %s", text, got, err, want)
		}
	}
	if got, err := readTime("demain", now, zone); err == nil {
		t.Errorf("demain is %s", got)
	}
}

func TestAnArchiveOfTheFolderItselfIsReadToo(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "brouillon"), os.DirFS(guichet)); err != nil {
		t.Fatal(err)
	}
	files, err := top(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Open("bundle.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := top(os.DirFS(t.TempDir())); err == nil {
		t.Error("an empty archive is a bundle")
	}
}
