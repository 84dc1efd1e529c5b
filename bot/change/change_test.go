package change_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/flows"
	"frontdesk/locales"
)

func reference(t testing.TB) *flow.Draft {
	t.Helper()
	d, err := flow.ReadDraft(flows.Files, locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func edited(t testing.TB, d *flow.Draft, changes ...flow.Change) *flow.Draft {
	t.Helper()
	d, err := d.Edit(changes...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told prints items as a supervisor reads them.
func told(items []change.Item) string {
	var b strings.Builder
	for _, i := range items {
		fmt.Fprintf(&b, "%s | %s\n", i.Group, i.What)
		if i.Was != "" {
			fmt.Fprintf(&b, "  - %s\n", i.Was)
		}
		if i.Is != "" {
			fmt.Fprintf(&b, "  + %s\n", i.Is)
		}
	}
	return b.String()
}

// The sentences are kept in testdata/sentences.txt; UPDATE=1 writes them anew.
func TestSentences(t *testing.T) {
	was := reference(t)
	step := func(path ...string) flow.Place { return flow.In("accueil.yaml", append([]string{"steps"}, path...)...) }
	table := func(path ...string) flow.Place {
		return flow.In("routing.yaml", append([]string{"tables", "aiguillage"}, path...)...)
	}
	setting := func(path ...string) flow.Place { return flow.In("bundle.yaml", path...) }
	region := func(path ...string) flow.Place { return flow.In("regions/bretagne/region.yaml", path...) }
	cells := []string{"vae", "travail", "26..29", "!interim", "-", "vae", "conseil_vae", "vae", "vae"}
	var out bytes.Buffer
	for _, c := range []struct {
		name    string
		changes []flow.Change
	}{
		{"un texte", []flow.Change{flow.SetText(step("bonjour", "say"), "Bonjour, ici {service}. Je suis un robot.")}},
		{"un choix ajouté", []flow.Change{flow.Insert(step("besoin", "options", "stage"), "{text: Trouver un stage, then: aiguillage}", flow.Last())}},
		{"un choix retiré", []flow.Change{flow.Remove(step("besoin", "options", "vae"))}},
		{"des choix dans un autre ordre", []flow.Change{flow.Move(step("besoin", "options", "vae"), flow.Before("emploi"))}},
		{"une suite", []flow.Change{flow.SetText(step("besoin", "options", "vae", "then"), "direct")}},
		{"des mots", []flow.Change{flow.SetList(step("besoin", "options", "vae", "also"), "diplôme par l'expérience")}},
		{"une ligne ajoutée", []flow.Change{flow.InsertRow(table("rows", "x"), cells, flow.Before("0"))}},
		{"une ligne retirée", []flow.Change{flow.Remove(table("rows", "2"))}},
		{"une ligne déplacée", []flow.Change{flow.Move(table("rows", "5"), flow.Before("2"))}},
		{"une case", []flow.Change{flow.SetText(table("rows", "1", "5"), "mission-locale")}},
		{"une carte", []flow.Change{flow.SetText(flow.In("cards.yaml", "cards", "collegien", "expires"), "2027-06-01"),
			flow.SetText(flow.In("cards.yaml", "cards", "collegien", "title"), "La suite du collège")}},
		{"une carte retirée", []flow.Change{flow.Remove(flow.In("cards.yaml", "cards", "collegien"))}},
		{"une carte ajoutée", []flow.Change{flow.Insert(flow.In("cards.yaml", "cards", "neuve"), "{title: Une carte, text: \"Un texte.\"}", flow.Last())}},
		{"des horaires", []flow.Change{flow.SetText(flow.In("hours.yaml", "queues", "accueil", "sam"), "09:00-12:00")}},
		{"une traduction", []flow.Change{flow.SetText(flow.In("locales/accueil.en.yaml", "accueil.bonjour", "other"), "Hello.")}},
		{"un cas", []flow.Change{flow.Remove(step("apres_voix", "if", "1"))}},
		{"une étape", []flow.Change{flow.Insert(step("merci"), "{say: \"Merci.\", then: utile}", flow.Last())}},
		{"l'affluence", []flow.Change{flow.SetText(setting("busy"), "15")}},
		{"plus d'affluence", []flow.Change{flow.SetText(setting("busy"), "0")}},
		{"des délais", []flow.Change{flow.SetText(setting("delays", "pickup"), "4m"), flow.SetText(setting("delays", "call"), "150s"), flow.SetText(setting("delays", "owner"), "15m"),
			flow.SetText(setting("delays", "citizen"), "20m"), flow.SetText(setting("delays", "dated"), "5"), flow.SetText(setting("delays", "reopen"), "360h"),
			flow.SetText(setting("delays", "hold"), "8s"), flow.SetText(setting("delays", "follow"), "168h")}},
		{"une attente sur une étape", []flow.Change{flow.SetText(step("direct", "handoff", "wait"), "90s")}},
		{"des relances", []flow.Change{flow.SetList(setting("reprompt", "no_match"), "rephrase", "human"), flow.SetList(setting("reprompt", "no_input", "voice"), "8s", "6s"),
			flow.SetList(setting("reprompt", "no_input", "chat"), "10m", "20m"), flow.SetList(setting("reprompt", "no_input", "sms"), "48h"), flow.SetText(setting("reprompt", "expire"), "24h")}},
		{"le nom de la région", []flow.Change{flow.SetText(region("service"), "Cap Orientation"), flow.SetText(region("banner"), "Essai."),
			flow.SetText(region("line", "text"), "02 61 91 00 01"), flow.SetText(region("territories", "35", "name"), "Ille et Vilaine")}},
		{"une région qui a les siens", []flow.Change{flow.SetText(region("busy"), "20"), flow.SetText(region("delays", "pickup"), "2m")}},
		{"des campagnes", []flow.Change{flow.SetText(setting("campaigns", "salon", "besoin"), "metier"), flow.SetText(setting("campaigns", "vae", "besoin"), "emploi"),
			flow.Remove(setting("campaigns", "parcoursup", "situation")), flow.Remove(setting("campaigns", "apprentissage"))}},
		{"la première campagne d'une région, et plus aucune commune", []flow.Change{flow.SetText(region("campaigns", "salon", "besoin"), "metier"), flow.Remove(setting("campaigns"))}},
		{"un réseau", []flow.Change{flow.SetList(flow.In("networks.yaml", "networks", "opco", "was"), "OPCA")}},
	} {
		fmt.Fprintf(&out, "# %s\n%s\n", c.name, told(change.Between(was, edited(t, was, c.changes...))))
	}
	renamed, err := was.Rename(flow.StepRecord, "accueil.situation", "accueil.situation_actuelle")
	if err != nil {
		t.Fatal(err)
	}
	renamed = edited(t, renamed, flow.SetText(step("situation_actuelle", "ask"), "Que faites-vous aujourd'hui ?"))
	fmt.Fprintf(&out, "# une étape renommée\n%s\n", told(change.Between(was, renamed)))
	deleted, err := was.Delete(flow.StepRecord, "accueil.direct", "accueil.besoin")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "# une étape supprimée, une autre à sa place\n%s\n", told(change.Between(was, deleted)))
	const golden = "testdata/sentences.txt"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("the sentences are now:\n%s", out.String())
	}
	for _, sign := range []string{"then:", "{text", "[", "- {"} {
		if strings.Contains(out.String(), sign) {
			t.Errorf("the signs of files are shown: %q", sign)
		}
	}
}

func TestNothingChangedSaysNothing(t *testing.T) {
	was := reference(t)
	if items := change.Between(was, reference(t)); len(items) != 0 {
		t.Errorf("%v", items)
	}
}

func TestChangedWordsAreMarked(t *testing.T) {
	show := func(pieces []change.Piece) string {
		var b strings.Builder
		for _, p := range pieces {
			if p.Marked {
				fmt.Fprintf(&b, "<%s>", p.Text)
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	for _, c := range []struct{ was, is, before, after string }{
		{"Quel est votre besoin ?", "Quel est votre besoin principal ?", "Quel est votre besoin ?", "Quel est votre besoin <principal >?"},
		{"Tapez un.", "Tapez deux.", "Tapez <un.>", "Tapez <deux.>"},
		{"", "Bonjour.", "", "<Bonjour.>"},
		{"Même texte.", "Même texte.", "Même texte.", "Même texte."},
		{"a b c d", "a x c", "a <b c d>", "a <x c>"},
	} {
		before, after := change.Mark(c.was, c.is)
		if show(before) != c.before || show(after) != c.after {
			t.Errorf("%q → %q: %s → %s", c.was, c.is, show(before), show(after))
		}
		joined := func(pieces []change.Piece) (all string) {
			for _, p := range pieces {
				all += p.Text
			}
			return all
		}
		if joined(before) != c.was || joined(after) != c.is {
			t.Errorf("words are lost: %q, %q", joined(before), joined(after))
		}
	}
}
