package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/render"
)

// forbidden are statements that no card may make (service.md §7), as patterns, and why.
var forbidden = map[string]string{
	`(?i)depuis 2025`:                          "the enrolment of 2025 is not for everybody",
	`[0-9] ?(€|euros)|(?i)plafond`:             "no amount and no ceiling without a source of less than three months",
	`(?i)proposera une solution|avez droit`:    "no promise",
	`(?i)pendant les vacances`:                 "the CIO's hours in the holidays are not known",
	`(?i)décisions? (restent|reste) à l'école`: "false after the bac",
	`(?i)intelligence artificielle`:            "false where a voice is synthesised",
	`(?i)parcours france vae est obligatoire`:  "there is no single rule for VAE",
	`(?i)fastt.{0,40}(opco|formation payée)`:   "FASTT is a social fund",
	`(?i)dava n'existe plus`:                   "DAVA still exists",
	`(?i)\b119\b|\b3919\b`:                     "never in what may be read by somebody else",
}

// Cards say short sentences, in an SMS without the letters that double its price, and nothing that may
// not be said.
func TestCardsAreShortPlainAndTrueToTheList(t *testing.T) {
	b := referenceProgram(t).Bundle
	if len(b.Cards) < 90 {
		t.Errorf("%d cards", len(b.Cards))
	}
	var refused []*regexp.Regexp
	for _, pattern := range slices.Sorted(maps.Keys(forbidden)) {
		refused = append(refused, regexp.MustCompile(pattern))
	}
	for _, id := range slices.Sorted(maps.Keys(b.Cards)) {
		for _, channel := range []string{"", "@sms", "@voice"} {
			text := b.Texts["card."+id+channel].Text
			for _, sentence := range sentences(text) {
				if n := len(strings.Fields(sentence)); n > 14 {
					t.Errorf("%s%s: %d words: %s", id, channel, n, sentence)
				}
			}
			for _, r := range refused {
				if found := r.FindString(text); found != "" {
					t.Errorf("%s%s says %q: %s", id, channel, found, forbidden[r.String()])
				}
			}
		}
		if sms := b.Texts["card."+id+"@sms"].Text; sms == "" {
			t.Errorf("%s: no SMS", id)
		} else if _, gsm := render.Segments(sms); !gsm {
			t.Errorf("%s: its SMS costs the double", id)
		}
		if b.Demonstration && !b.Cards[id].Demo {
			t.Errorf("%s does not say that it is an example", id)
		}
	}
}

// sentences are what stands between stops; a colon ends one too, and a dot in an address does not.
func sentences(text string) []string {
	return regexp.MustCompile(`[.?!:] `).Split(text+" ", -1)
}

// The mandate of a network that ends is not spoken of beyond its end.
func TestNoCardOutlivesTheConventionItSpeaksOf(t *testing.T) {
	b := referenceProgram(t).Bundle
	for _, table := range b.Tables {
		network, card := slices.Index(table.Sets, b.As(flow.AsNetwork)), slices.Index(table.Sets, b.As(flow.AsCard))
		if network < 0 || card < 0 {
			continue
		}
		for _, row := range table.Rows {
			if row.Values[network] != "apec" {
				continue
			}
			last := b.Structures["apec"].Offers[0].To
			if c := b.Cards[row.Values[card]]; c.Expires.After(last) {
				t.Errorf("%s: until %s, but the convention ends on %s", c.ID, c.Expires, last)
			}
		}
	}
}

// The row that POURQUOI names is the one that explain names.
func TestWhyAndExplainNameTheSameRow(t *testing.T) {
	const at = "2026-11-24T10:00"
	_, talk, _ := command(t, "emploi\nau chômage\n40\nnon\npourquoi\n", "rehearse", "--at", at)
	_, rule, found := strings.Cut(talk, "Règle appliquée : ")
	rule, _, _ = strings.Cut(rule, ".")
	if !found || !strings.Contains(talk, "car ce service aide les personnes sans emploi") {
		t.Fatalf("no rule in\n%s", talk)
	}
	_, said, stderr := command(t, "", "explain", "--at", at, "besoin=emploi", "situation=chomage", "age=40", "profil=non")
	if !strings.HasPrefix(said, "table "+strings.Replace(rule, " ", ", ligne ", 1)+" ") {
		t.Errorf("POURQUOI says %q, explain\n%s%s", rule, said, stderr)
	}
}
