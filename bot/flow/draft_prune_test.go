package flow

import (
	"strings"
	"testing"
)

// What is left empty by a removal goes with it where nothing needs it; where a rule needs it the fault says so.
func TestRemovalsLeaveNothingEmpty(t *testing.T) {
	step := func(keys ...string) Place { return In("accueil.yaml", append([]string{"steps"}, keys...)...) }
	for _, c := range []struct {
		name    string
		changes []Change
		at      Place // of what would be empty
		there   bool
		fault   Code // of the whole, "" for none
	}{
		{"urgent when something", []Change{Remove(step("direct", "handoff", "urgent", "danger"))}, step("direct", "handoff", "urgent"), false, ""},
		{"what a choice fills", []Change{Remove(step("besoin", "options", "autre", "sets", "majeur"))}, step("besoin", "options", "autre", "sets"), false, ""},
		{"when a choice is offered", []Change{Remove(step("age", "options", "a26", "only", "besoin"))}, step("age", "options", "a26", "only"), false, ""},
		{"the last other text", []Change{Remove(step("age", "variants", "vae"))}, step("age", "variants"), false, ""},
		{"who reread", []Change{Remove(In("safety.yaml", "dangers", "suicide", "reread", "fr", "by")), Remove(In("safety.yaml", "dangers", "suicide", "reread", "fr", "on"))},
			In("safety.yaml", "dangers", "suicide", "reread"), false, ""},
		{"emptied, and filled again", []Change{Remove(step("direct", "handoff", "urgent", "danger")), SetText(step("direct", "handoff", "urgent", "besoin"), "vae")},
			step("direct", "handoff", "urgent"), true, ""},
		{"whom a hand-off asks for", []Change{Remove(step("relation", "handoff", "to")), Remove(step("relation", "handoff", "mode"))}, step("relation", "handoff"), true, MissingKey},
		{"when another text is said", []Change{Remove(step("age", "variants", "vae", "when", "besoin"))}, step("age", "variants", "vae", "when"), true, EmptyCondition},
		{"when a way is taken", []Change{Remove(step("choix", "if", "1", "when", "lieu.departement"))}, step("choix", "if", "1", "when"), true, EmptyCondition},
		{"all steps", removals(withTexts(t), "accueil.yaml", "steps"), In("accueil.yaml", "steps"), true, NoRecord},
	} {
		d, err := withTexts(t).Edit(c.changes...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if _, there := d.At(c.at.File, c.at.Path...); there != c.there {
			t.Errorf("%s: %s is there: %v\n%s", c.name, c.at, there, d.Files()[c.at.File])
		}
		_, err = d.Bundle("")
		if has := strings.Contains(codesOf(err), string(c.fault)); c.fault == "" && err != nil || !has {
			t.Errorf("%s: %v (%s), want %q", c.name, err, codesOf(err), c.fault)
		}
	}
}

// A release that was published when an empty condition was none is served on.
func TestAnEmptyConditionOfAReleaseIsServed(t *testing.T) {
	d, err := withTexts(t).Edit(SetYAML(In("accueil.yaml", "steps", "age", "options", "a26", "only"), "{besoin: vae}"))
	if err != nil {
		t.Fatal(err)
	}
	b := mustLoad(t, d)
	for name, file := range b.Sources {
		b.Sources[name] = []byte(strings.ReplaceAll(string(file), "only: {besoin: vae}", "only: {}"))
	}
	if _, err := Unpack(Pack(b)); err != nil {
		t.Errorf("a release: %v", err)
	}
	edited, err := OpenDraft(b.Sources)
	if err == nil {
		_, err = edited.Bundle("")
	}
	if !strings.Contains(codesOf(err), string(EmptyCondition)) {
		t.Errorf("a draft: %v", err)
	}
}

func removals(d *Draft, file string, path ...string) []Change {
	v, _ := d.At(file, path...)
	var all []Change
	for _, key := range v.Keys() {
		all = append(all, Remove(In(file, append(append([]string{}, path...), key)...)))
	}
	return all
}

func codesOf(err error) string {
	faults, _ := err.(Faults)
	all := ""
	for _, f := range faults {
		all += string(f.Code) + " "
	}
	return all
}
