package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/change"
)

// settingsVillage has settings of its own, with comments, some of them in the region's place.
func settingsVillage(t testing.TB) *premises {
	t.Helper()
	files := village()
	files["bundle.yaml"] = `format: 1
region: demo
service: Essai
start: accueil
line: {text: "01 02 03 04 05", tel: "+33102030405"}

delays:
  pickup: 300s  # cinq minutes
  call: 3m
  dated: 3

busy: 10  # affluence

campaigns:
  metier: {besoin: metier}  # affiche de mars

reprompt:
  no_match: [rephrase, list, human]
  no_input: {voice: [6s, 6s], chat: [15m]}  # silences
  expire: 72h
`
	files["regions/demo/region.yaml"] = "service: Essai de la région\ndelays: {call: 2m}  # ici, plus court\n" + files["regions/demo/region.yaml"]
	return premisesOf(t, built(t, files))
}

func (p *person) settings() url.Values {
	p.t.Helper()
	return untouched(formOf(p.t, p.reads(settingsPath), `id="settings-form"`))
}

func (p *premises) settingsDiffer() string {
	s := p.draft()
	return change.Sentences(p.differs(s.Draft), 20)
}

func TestSettingsThatNobodyTouchedStayAsTheyAre(t *testing.T) {
	for name, p := range map[string]*premises{"village": settingsVillage(t), "bare village": openVillage(t), "reference": openPremises(t)} {
		claire := p.as("claire")
		was := p.draft().ID
		form := claire.settings()
		if len(form) < 20 {
			t.Errorf("%s: %d fields only: %v", name, len(form), form)
		}
		claire.saves(settingsPath, form)
		if p.draft().ID != was {
			t.Errorf("%s: a save of nothing makes a version: %s", name, p.settingsDiffer())
		}
	}
}

// Each setting is changed where it is served from, and the difference says so in words.
func TestSettingsAreChangedWhereTheyAreServed(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	for _, c := range []struct {
		set              map[string]string
		file, path, want string
		said             string
	}{
		{map[string]string{"=busy": "25"}, "bundle.yaml", "busy", "25", "affluence changée"},
		{map[string]string{":delays/pickup": "4"}, "bundle.yaml", "delays/pickup", "4m", "délais : attente d'une personne changée"},
		{map[string]string{":delays/call": "90", ":delays/call=": "s"}, "regions/demo/region.yaml", "delays/call", "90s", "Réglages de la région : délais : attente au téléphone changée"},
		{map[string]string{":delays/owner": "8"}, "bundle.yaml", "delays/owner", "8m", "délais : silence de la conseillère ou du conseiller ajouté"},
		{map[string]string{"=delays/dated": "5"}, "bundle.yaml", "delays/dated", "5", "réponse promise changée"},
		{map[string]string{"=service": "Cap"}, "regions/demo/region.yaml", "service", "Cap", "nom du service changé"},
		{map[string]string{"=banner": "Bonjour."}, "bundle.yaml", "banner", "Bonjour.", "bandeau ajouté"},
		{map[string]string{"=line/text": "02 61 91 00 01", "=line/tel": "+33261910001"}, "regions/demo/region.yaml", "line/tel", "+33261910001", "numéro du service"},
		{map[string]string{":reprompt/expire": "2"}, "bundle.yaml", "reprompt/expire", "48h", "fin sans réponse changée"},
	} {
		form := claire.settings()
		for name, value := range c.set {
			form.Set(name, value)
		}
		claire.saves(settingsPath, form)
		if got := p.text(c.file, strings.Split(c.path, "/")...); got != c.want {
			t.Errorf("%s: %q, not %q", c.path, got, c.want)
		}
		if said := p.settingsDiffer(); !strings.Contains(said, c.said) {
			t.Errorf("%s: nobody says %q: %s", c.path, c.said, said)
		}
		if what := p.draft().Version.What; !strings.Contains(what, c.said[strings.LastIndex(c.said, " : ")+1:]) {
			t.Errorf("%s: the history says %q", c.path, what)
		}
	}
	files := p.draft().Draft.Files()
	for _, kept := range []string{"# cinq minutes", "# affluence", "# affiche de mars", "# silences"} {
		if !strings.Contains(string(files["bundle.yaml"]), kept) {
			t.Errorf("%s is gone:\n%s", kept, files["bundle.yaml"])
		}
	}
	if region := string(files["regions/demo/region.yaml"]); !strings.Contains(region, "# ici, plus court") {
		t.Errorf("a comment is gone:\n%s", region)
	}
	if errors := p.proved().Errors(); errors != 0 {
		t.Errorf("%d errors: %v", errors, p.proved().Found())
	}
}

// What follows a misunderstanding is in order; waits are added and taken away.
func TestRepromptsAreInOrder(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	form := claire.settings()
	form["=reprompt/no_match"] = []string{"list", "human", "", ""}
	form[":reprompt/no_input/voice"] = []string{"6", "", "8"}
	form[":reprompt/no_input/sms"], form[":reprompt/no_input/sms="] = []string{"2"}, []string{"d"}
	form[":reprompt/no_input/chat"] = []string{"", ""}
	claire.saves(settingsPath, form)
	want := "no_match: [list, human]\nno_input: {voice: [6s, 8s], sms: [48h]}  # silences\nexpire: 72h"
	if got := strings.TrimSpace(p.draft().Draft.Record("bundle.yaml", "reprompt")); got != want {
		t.Errorf("the reprompts are\n%s", got)
	}
	if page := claire.reads(settingsPath); strings.Contains(page, `value="goto:`) {
		t.Error("no step may be gone to from everywhere")
	}
}

// A region gets a value of its own, which is the one that was typed, and goes back to the common one.
func TestARegionGetsItsOwnSetting(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	do := func(what string, set map[string]string) {
		t.Helper()
		form := claire.settings()
		form.Set("do", what)
		for name, value := range set {
			form.Set(name, value)
		}
		claire.saves(settingsPath, form)
	}
	do("region:busy", map[string]string{"=busy": "30"})
	do("region:delays/dated", map[string]string{"=delays/dated": "2"})
	if common, own := p.text("bundle.yaml", "busy"), p.text("regions/demo/region.yaml", "busy"); common != "10" || own != "30" {
		t.Errorf("common %s, the region's %s", common, own)
	}
	page := claire.reads(settingsPath)
	if !strings.Contains(page, `value="commun:busy"`) || strings.Contains(page, `value="region:busy"`) || !strings.Contains(page, `value="region:delays/pickup"`) {
		t.Error("the page does not say where the value is from")
	}
	do("commun:busy", map[string]string{"=busy": "40"})
	do("commun:delays/dated", nil)
	do("commun:delays/call", nil)
	do("commun:line", nil)
	if got := strings.TrimSpace(p.draft().Draft.Record("regions/demo/region.yaml", "delays") + p.text("regions/demo/region.yaml", "busy") + p.text("regions/demo/region.yaml", "line")); got != "" {
		t.Errorf("the region still has %q", got)
	}
	if p.text("bundle.yaml", "busy") != "10" || p.text("bundle.yaml", "delays", "call") != "3m" {
		t.Error("the common value was changed")
	}
	if errors := p.proved().Errors(); errors != 0 {
		t.Errorf("%d errors: %v", errors, p.proved().Found())
	}
}

// A campaign is a word and the answers that are picked for it.
func TestCampaignsArePicked(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	do := func(set map[string]string) {
		t.Helper()
		form := claire.settings()
		for name, value := range set {
			form.Set(name, value)
		}
		claire.saves(settingsPath, form)
	}
	do(map[string]string{"do": "ajouter:campaigns", "nouveau-mot": "Forum Été", "nouveau-donne": "besoin", "nouveau-donne=": "emploi", "nouveau-ou": "commun"})
	do(map[string]string{"+campaigns/forum-ete": "age", "+campaigns/forum-ete=": "majeur", "=campaigns/metier/besoin": "autre"})
	if got := strings.TrimSpace(p.draft().Draft.Record("bundle.yaml", "campaigns")); got != "metier: {besoin: autre}  # affiche de mars\nforum-ete: {besoin: emploi, age: majeur}" {
		t.Errorf("the campaigns are\n%s", got)
	}
	do(map[string]string{"nouveau-mot": "metier", "nouveau-donne": "besoin", "nouveau-donne=": "metier", "nouveau-ou": "region"})
	if page := claire.reads(settingsPath); !strings.Contains(page, "remplacée pour la région") {
		t.Error("the page does not say that the region has its own word")
	}
	do(map[string]string{"do": "retirer:campaigns/metier"})
	do(map[string]string{"do": "retirer:campaigns/forum-ete/age"})
	if got := strings.TrimSpace(p.draft().Draft.Record("bundle.yaml", "campaigns")); got != "metier: {besoin: autre}  # affiche de mars\nforum-ete: {besoin: emploi}" {
		t.Errorf("the campaigns are\n%s", got)
	}
	was := p.draft().ID
	do(map[string]string{"do": "ajouter:campaigns", "nouveau-mot": "salon"})
	if p.draft().ID != was {
		t.Error("a word that says nothing is added")
	}
	do(map[string]string{"do": "retirer:campaigns/metier"})
	do(map[string]string{"do": "retirer:campaigns/forum-ete"})
	if _, is := p.draft().Draft.At("bundle.yaml", "campaigns"); is {
		t.Error("an empty table is left")
	}
	if errors := p.proved().Errors(); errors != 0 {
		t.Errorf("%d errors: %v", errors, p.proved().Found())
	}
}

// What is wrong stands at its field, here and on the page of checks, and is said in the words of the page.
func TestWrongSettingsAreMarked(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	form := claire.settings()
	form.Set("=busy", "beaucoup")
	form.Set(":delays/call", "deux")
	form[":reprompt/no_input/voice"] = []string{"6", "x", ""}
	form.Set("=line/tel", "0261910000000000")
	claire.saves(settingsPath, form)
	p.proved()
	page, checks := claire.reads(settingsPath), claire.reads("/studio/controles")
	for _, input := range []string{"=busy", "=delays/call", "=reprompt/no_input/voice", "=line/tel"} {
		if !strings.Contains(page, `id="`+input+`-faute"`) {
			t.Errorf("nothing is marked at %s", input)
		}
		if !strings.Contains(checks, settingsPath+"#"+input) {
			t.Errorf("the checks do not lead to %s", input)
		}
	}
	for _, said := range []string{"« Affluence au-delà de » ne peut pas être lu : écrivez un nombre entier.", "« Au téléphone, attente au plus » ne peut pas être lu"} {
		if !strings.Contains(page, said) {
			t.Errorf("nobody says %s", said)
		}
	}
	if !strings.Contains(page, `value="deux"`) || !strings.Contains(page, `value="beaucoup"`) {
		t.Error("what was typed is lost")
	}
}

// Two people who change different settings both keep theirs; of the same one the second is asked.
func TestTwoPeopleChangeSettings(t *testing.T) {
	p := settingsVillage(t)
	claire, sacha := p.as("claire"), p.as("sacha")
	mine, theirs := claire.settings(), sacha.settings()
	theirs.Set("=busy", "20")
	theirs.Set(":delays/owner", "07")
	sacha.saves(settingsPath, theirs)
	mine.Set(":reprompt/expire", "4")
	mine.Set(":delays/pickup", "9")
	claire.saves(settingsPath, mine)
	if p.text("bundle.yaml", "busy") != "20" || p.text("bundle.yaml", "reprompt", "expire") != "96h" {
		t.Error("one of two changes is lost")
	}
	if owner, pickup := p.text("bundle.yaml", "delays", "owner"), p.text("bundle.yaml", "delays", "pickup"); owner != "7m" || pickup != "9m" {
		t.Errorf("of two delays that two people changed one is lost: %q and %q", owner, pickup)
	}
	mine.Set("=busy", "30")
	w := claire.sends(settingsPath, mine)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Deux changements à la fois") {
		t.Fatalf("%d: nobody is asked", w.Code)
	}
	if p.text("bundle.yaml", "busy") != "20" {
		t.Error("the first change is overwritten")
	}
	claire.saves("/studio/enregistrer", untouched(formOf(t, w.Body.String(), `action="/studio/enregistrer"`)))
	if p.text("bundle.yaml", "busy") != "30" {
		t.Error("the conflict cannot be decided")
	}
}

// A coordinator and a reader see the settings and change none.
func TestOnlyEditorsChangeSettings(t *testing.T) {
	p := settingsVillage(t)
	form := p.as("claire").settings()
	form.Set("=busy", "99")
	for _, who := range []string{"reader", "coordinator", "translator"} {
		page := p.as(who).reads(settingsPath)
		if strings.Count(page, `<fieldset class="group setting-rows" disabled>`) != len(settingGroups())+1 {
			t.Errorf("%s may write on the page", who)
		}
		if w := p.as(who).sends(settingsPath, form); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", who, w.Code)
		}
		other := url.Values{"fichier": {"bundle.yaml"}, "place": {""}, "=busy": {"99"}, "version": {p.draft().ID}, "etag": {p.draft().Draft.ETag("bundle.yaml")}}
		if w := p.as(who).sends("/studio/enregistrer", other); w.Code != http.StatusForbidden {
			t.Errorf("%s, the other way: %d", who, w.Code)
		}
	}
	if p.text("bundle.yaml", "busy") != "10" {
		t.Error("a setting was changed")
	}
}
