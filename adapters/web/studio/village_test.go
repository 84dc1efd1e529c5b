package studio

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// A village is a bundle that is small, right, and has one of everything: what a test breaks is all that is
// wrong with it, and the proof of it takes no time.
func village() map[string]string {
	return map[string]string{
		"accueil.yaml": `flow: accueil
title: Accueil
start: bonjour

answers:
  besoin: {type: choice, keep: case, label: Besoin, as: need}
  age: {type: choice, keep: case, label: Âge}
  reseau: {type: choice, keep: case, label: Réseau, as: network}

steps:
  bonjour: {say: Bonjour., then: besoin}
  besoin:
    ask: Que cherchez-vous ?
    why: Pour vous répondre.
    budget: triage
    options:
      emploi: {text: Un emploi, also: [travail]}
      metier: {text: Un métier}
      autre: {text: Autre chose}
    then: age
  age:
    ask: Quel âge avez-vous ?
    why: Pour vous répondre.
    budget: triage
    options:
      mineur: {text: Moins de 18 ans}
      majeur: {text: 18 ans ou plus}
    then: orienter
  orienter: {route: orientation, then: info}
  info: {say: Voici une information., card: info, then: passer}
  passer:
    handoff: {to: lead, mode: direct, wait: 4m}
    text: Une personne va vous répondre.
    on: {closed: ferme, unstaffed: ferme, timeout: ferme}
  ferme: {say: L'accueil est fermé., voice: "Danger : {15}, {17} ou {112}. L'accueil est fermé.", then: fin}
  fin: {end: informed, text: Merci. Appelez le 02 61 91 00 00.}

interrupts:
  humain: {priority: 100, do: human, words: [humain, conseiller], key: "0", then: passer}
`,
		"bundle.yaml":                  "format: 1\nregion: demo\nservice: Essai\nstart: accueil\n",
		"networks.yaml":                "networks:\n  region: {name: Accueil}\n",
		"routing.yaml":                 "tables:\n  orientation:\n    columns: [besoin, age]\n    sets: [reseau]\n    rows:\n      - [emploi, \"*\", region]\n      - [\"*\", \"*\", region]\n",
		"cards.yaml":                   "cards:\n  info: {title: L'orientation, text: L'orientation est gratuite., source: Région, url: \"https://region.example\", checked: 2026-11-02, expires: 2027-11-02, owner: Essai, demonstration: true}\n",
		"regions/demo/hours.yaml":      "queues:\n  accueil: {lun-ven: \"09:00-17:00\"}\n",
		"regions/demo/region.yaml":     "line: {text: \"02 61 91 00 00\", tel: \"+33261910000\"}\nterritories:\n  \"35\": {name: Ille-et-Vilaine, in: en Ille-et-Vilaine}\n",
		"regions/demo/structures.yaml": "structures:\n  accueil-regional:\n    name: Accueil\n    network: region\n    lead: true\n    territories: [\"*\"]\n    offers: [{id: api, from: 2026-01-01}]\n    hours: accueil\n    contacts: [desk]\n",
		"safety.yaml":                  "owner: Essai\nreviewed: 2026-11-02\nnumbers: {\"15\": {label: SAMU}, \"17\": {label: Police}, \"112\": {label: Urgences}}\n\ndangers:\n  urgence: {grade: immediate, numbers: [\"15\"], words: [au secours], text: Appelez le 15.}\n",
	}
}

// built loads the files of a bundle, with the names in order as a release has them.
func built(t testing.TB, files map[string]string) *flow.Bundle {
	t.Helper()
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	var out strings.Builder
	out.WriteString("frontdesk release 1\n")
	for _, name := range names {
		fmt.Fprintf(&out, "%s %d\n%s", name, len(files[name]), files[name])
	}
	b, err := flow.Unpack([]byte(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openVillage(t testing.TB) *premises { t.Helper(); return premisesOf(t, built(t, village())) }

func TestTheVillageIsRight(t *testing.T) {
	for _, f := range openVillage(t).proved().Found().Errors() {
		t.Errorf("%s", f)
	}
}
