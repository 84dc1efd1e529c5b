package flow

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot/hear"
	"frontdesk/flows"
)

const hearingSets = "../../testdata/hearing/"

// A told is one line of a set: what somebody wrote, and what it is.
type told struct{ text, language, grade, number string }

func readTold(t testing.TB, name string) []told {
	t.Helper()
	data, err := os.ReadFile(hearingSets + name)
	if err != nil {
		t.Fatal(err)
	}
	var all []told
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) == 4 && cells[0] != "text" {
			all = append(all, told{cells[0], cells[1], cells[2], cells[3]})
		}
	}
	if len(all) < 150 {
		t.Fatalf("%s has %d lines", name, len(all))
	}
	return all
}

func referenceSafety(t testing.TB) *Safety {
	t.Helper()
	b, err := Load(flows.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	return &b.Safety
}

func (s *Safety) danger(id string) *Danger {
	i := slices.IndexFunc(s.Dangers, func(d *Danger) bool { return d.ID == id })
	return s.Dangers[i]
}

// numbers are those of every danger that was heard.
func (s *Safety) numbers(heard hear.Alarm) []string {
	all := slices.Clone(s.danger(heard.Danger).Numbers)
	for _, id := range heard.Also {
		all = append(all, s.danger(id).Numbers...)
	}
	return all
}

// Nobody in immediate danger is left without the numbers, nobody in another without an answer, and the
// number that is right for them is among those that are given.
func TestEveryDangerIsHeard(t *testing.T) {
	s := referenceSafety(t)
	for _, set := range []string{"dangers.tsv", "dangers_others.tsv"} {
		misses, wrong, lines := 0, 0, readTold(t, set)
		for _, l := range lines {
			alarm, ok := s.Hearing.Hear(l.text)
			switch {
			case !ok && l.grade != string(Immediate):
				misses++
				t.Logf("not heard: %s", l.text)
			case !ok || l.grade == string(Immediate) && s.danger(alarm.Danger).Grade != Immediate:
				t.Errorf("%q is immediate danger, heard as %q", l.text, alarm.Danger)
			case !slices.Contains(s.numbers(alarm), strings.ReplaceAll(l.number, " ", "")):
				wrong++
				t.Logf("%s: %q has not the number %s", l.text, alarm.Danger, l.number)
			}
		}
		if misses*50 > len(lines) || wrong*50 > len(lines) {
			t.Errorf("%s: of %d lines %d are not heard and %d have another number", set, len(lines), misses, wrong)
		}
	}
}

// What is said in other words is heard almost always: these messages were
// written class by class, to find what the words of a class leave out, and
// fresh ones round after round, each before the words were made to hear them.
func TestClassesOfDangerAreHeard(t *testing.T) {
	s := referenceSafety(t)
	misses, lesser, immediate := 0, 0, 0
	lines := append(readTold(t, "dangers_classes.tsv"), readTold(t, "dangers_fresh.tsv")...)
	for _, l := range lines {
		alarm, ok := s.Hearing.Hear(l.text)
		if !ok {
			misses++
			t.Logf("not heard: %s", l.text)
		}
		if l.grade != string(Immediate) {
			continue
		}
		immediate++
		if !ok || s.danger(alarm.Danger).Grade != Immediate {
			lesser++
		}
	}
	if misses*100 > len(lines) || lesser*50 > immediate {
		t.Errorf("of %d lines %d are not heard; of %d immediate ones %d are not heard as such", len(lines), misses, immediate, lesser)
	}
}

func TestWaysOfSpeakingAreNoAlarm(t *testing.T) {
	s := referenceSafety(t)
	for _, set := range []string{"nearmisses.tsv", "nearmisses_others.tsv", "nearmisses_classes.tsv", "nearmisses_fresh.tsv"} {
		alarms, lines := 0, readTold(t, set)
		for _, l := range lines {
			if alarm, ok := s.Hearing.Hear(l.text); ok {
				alarms++
				t.Logf("%q is heard as %s: %q by %q", l.text, alarm.Danger, alarm.Words, alarm.Pattern)
			}
		}
		if alarms*50 > len(lines) {
			t.Errorf("%s: %d false alarms in %d lines", set, alarms, len(lines))
		}
	}
}

func TestTheWordsThatDecidedAreTold(t *testing.T) {
	s := referenceSafety(t)
	for said, want := range map[string]hear.Alarm{
		"Bonjour, je veux vraiment mourir":  {Danger: "suicide", Language: "fr", Words: "veux vraiment mourir"},
		"je ne veux pas mourir":             {Danger: "detresse", Language: "fr", Words: "veux pas mourir", Softened: "denied"},
		"j'ai 13 ans, mon copain me frappe": {Danger: "enfant", Language: "fr", Words: "mon copain me frappe", Softened: "minor"},
		"kocam beni dövüyor":                {Danger: "violence", Language: "tr", Words: "kocam beni dovuyor"},
	} {
		got, _ := s.Hearing.Hear(said)
		got = hear.Alarm{Danger: got.Danger, Language: got.Language, Words: got.Words, Softened: got.Softened}
		if got.Danger != want.Danger || got.Language != want.Language || got.Softened != want.Softened || got.Words != want.Words {
			t.Errorf("%q: %+v, want %+v", said, got, want)
		}
	}
}

// Nothing that people write, however long, costs much or breaks anything.
func TestAnythingCanBeHeard(t *testing.T) {
	s := referenceSafety(t)
	for _, text := range []string{"", " ", "\x00\xff", strings.Repeat("je veux ", 20_000), strings.Repeat("a", 100_000), strings.Repeat("é*", 5_000),
		strings.Repeat("jveux", 2_000), "su" + strings.Repeat("*", 500) + "cide", strings.Repeat("موت ", 5_000), "👍", "2"} {
		s.Hearing.Hear(text)
	}
	if _, ok := s.Hearing.Hear(strings.Repeat("je cherche une formation de cuisine ", 300) + "et je veux mourir"); !ok {
		t.Error("danger at the end of a long text is not heard")
	}
}

func TestAPatternThatCannotBeReadIsNamedByItsLine(t *testing.T) {
	const head = "owner: A\nreviewed: 2026-11-02\nnumbers:\n  \"15\": {label: Samu, always: true}\ndangers:\n  vital: {grade: immediate, numbers: [\"15\"], words: [je saigne], text: \"Appelez le {15}.\"}\nhearing:\n  fr:\n    classes:\n      veux: \"veux, veut\"\n    dangers:\n"
	for body, want := range map[string]string{
		"      vital: {now: [\"{veu} mourir\"]}\n":     `safety.yaml:12: hearing "fr", "vital" : la classe {veu} n'existe pas, ou est écrite plus bas : "{veu} mourir"`,
		"      vital: {now: [\"… mourir\"]}\n":         `safety.yaml:12: hearing "fr", "vital" : le premier et le dernier mot doivent être dits : ni « ? » au début, ni « … » au bord : "… mourir"`,
		"      noyade: {now: [\"je me noie\"]}\n":      `safety.yaml:12: hearing "fr", "noyade" : ce danger n'existe pas dans "dangers" : ""`,
		"      vital: {now: [\"{veux mourir\"]}\n":     `safety.yaml:12: hearing "fr", "vital" : une accolade est seule, ou au milieu d'un mot : on écrit {mots} : "{veux mourir"`,
		"      vital: {now: [\"veux|| mourir ou\"]}\n": `safety.yaml:12: hearing "fr", "vital" : il manque un mot à côté de « | » : "veux|| mourir ou"`,
	} {
		l := &loader{trees: map[string]*node{}, b: &Bundle{Source: "fr", Zone: time.UTC, Texts: map[string]Text{}}}
		tree, faults := parseTree("safety.yaml", []byte(head+body))
		if faults != nil {
			t.Fatal(faults)
		}
		l.trees["safety.yaml"] = tree
		l.readSafety()
		if len(l.faults) == 0 || l.faults[0].String() != want {
			t.Errorf("got %v\nwant %s", l.faults, want)
		}
	}
}

func TestTheLanguageIsTold(t *testing.T) {
	for _, set := range []string{"dangers.tsv", "nearmisses.tsv", "dangers_others.tsv", "nearmisses_others.tsv"} {
		wrong, unsure, lines := 0, 0, readTold(t, set)
		for _, l := range lines {
			switch got := hear.Language(l.text); {
			case got == l.language, got == "" && l.language == "fr":
			case got == "":
				unsure++ // three words may be too few: the conversation's own language stays
			default:
				wrong++
				t.Logf("%q is in %s, told as %q", l.text, l.language, got)
			}
		}
		if wrong*50 > len(lines) || unsure*10 > len(lines) {
			t.Errorf("%s: of %d lines the language of %d is told wrong, of %d not told", set, len(lines), wrong, unsure)
		}
	}
	for _, short := range []string{"HUMAIN", "0", "2", "???", "👍", "Paris", "[message vocal 0:42]", ""} {
		if got := hear.Language(short); got != "" && got != "fr" {
			t.Errorf("%q is told as %q", short, got)
		}
	}
	for text, want := range map[string]string{"我想找工作": hear.Other, "Я ищу работу, вы мне поможете? Это срочно": hear.Other, "سلام، من دنبال کار هستم": hear.Other, "Where can I study?": "en"} {
		if got := hear.Language(text); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

func BenchmarkDanger(b *testing.B) {
	s := referenceSafety(b)
	lines := append(readTold(b, "dangers_others.tsv"), readTold(b, "nearmisses_others.tsv")...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Hearing.Hear(lines[i%len(lines)].text)
	}
}

func BenchmarkLanguage(b *testing.B) {
	lines := readTold(b, "nearmisses_others.tsv")
	for i := 0; b.Loop(); i++ {
		hear.Language(lines[i%len(lines)].text)
	}
}
