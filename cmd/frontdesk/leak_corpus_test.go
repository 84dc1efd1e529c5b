package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"frontdesk/bot"
)

// A said line is one thing that the corpus has somebody write; keys are a telephone's.
type saidLine struct {
	by    string // "citizen", or a counsellor's name
	words string
	keys  bool
}

// A corpusTalk is what is written in one conversation of the corpus, and on which channel.
type corpusTalk struct {
	channel bot.ChannelName
	lines   []saidLine
}

// fewestTalks and fewestLines are how much there is at least to write.
const fewestTalks, fewestLines = 60, 400

var marginLine = regexp.MustCompile(`^([A-Za-z]+): (?:\((?:notes|transfers [^)]*|refuses [^)]*|procedure [^)]*)\) )?(.+)$`)

// corpus is everything that people write in the transcripts, and in the public list of utterances
// where it is there.
func corpus(t *testing.T) []corpusTalk {
	t.Helper()
	files, err := filepath.Glob("../../testdata/transcripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []corpusTalk
	lines := 0
	for _, file := range files {
		talk := readCorpus(t, file)
		lines += len(talk.lines)
		all = append(all, talk)
	}
	if len(all) < fewestTalks || lines < fewestLines {
		t.Fatalf("%d conversations with %d lines: that is not the corpus", len(all), lines)
	}
	return append(all, utterances(t)...)
}

func readCorpus(t *testing.T, file string) corpusTalk {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	talk := corpusTalk{channel: "web"}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if channel, is := strings.CutPrefix(line, "channel "); is {
			talk.channel = bot.ChannelName(channel)
		}
		m := marginLine.FindStringSubmatch(line)
		if m == nil || m[1] == "time" || m[1] == "duty" || m[1] == "system" || strings.HasPrefix(m[2], "(") {
			continue
		}
		if option, is := strings.CutPrefix(m[2], "["); is { // a button: its number says as much
			talk.lines = append(talk.lines, saidLine{m[1], strings.TrimSuffix(option, "]"), talk.channel == "phone"})
			continue
		}
		talk.lines = append(talk.lines, saidLine{m[1], strings.ReplaceAll(m[2], `\n`, "\n"), false})
	}
	return talk
}

// utterances are the public ones, each of which begins a conversation that goes on to an answer later.
func utterances(t *testing.T) []corpusTalk {
	t.Helper()
	f, err := os.Open("../../../shared/data/utterances.tsv")
	if err != nil {
		t.Log("without the public utterances, which are not here")
		return nil
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord = '\t', true, -1
	records, err := rows.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []corpusTalk
	for _, r := range records[1:] {
		talk := corpusTalk{channel: "web", lines: []saidLine{{by: "citizen", words: r[0]}}}
		for _, words := range []string{"recevoir une réponse plus tard", "non", "par e-mail", "marie@exemple.fr", "oui", "Madame Martin"} {
			talk.lines = append(talk.lines, saidLine{by: "citizen", words: words})
		}
		all = append(all, talk)
	}
	return all
}

// A marker makes what people write unmistakable, and knows all that must be found nowhere.
type marker struct {
	n      int
	secret []string // addresses, tokens, tickets: each in one form
	ids    []string // conversations: in keys by design, and nowhere else
}

// What every mark has. No text of the service has it, and random bytes have it once in a million runs.
const (
	markWord  = "zqxjwk"
	markPhone = "6399855" // then two digits: of the numbers that are kept for fiction
	markTexts = "6399856" // and two more hundreds of them, for who writes by text
	markMore  = "6399857"
	markNet   = "198.51.100."
)

var (
	anyPhone = regexp.MustCompile(`(?:\+33 ?|0)[1-9](?:[ .]?\d\d){4}`)
	anyMail  = regexp.MustCompile(`\S+@\S+\.\w+`)
)

func (m *marker) word() string {
	m.n++
	word := []byte(markWord)
	for n := m.n; n > 0; n /= 20 {
		word = append(word, "bcdfghjklmnpqrstvwxz"[n%20])
	}
	return string(word)
}

func (m *marker) phone() string {
	m.n++
	return fmt.Sprintf("0%s%02d", markPhone[:7], m.n%100)
}

// mark makes a line unmistakable where that does not change what it is: an address is another address;
// words get one more, in front or behind; a number or a command of one word stays.
func (m *marker) mark(words string) string {
	switch {
	case anyMail.MatchString(words):
		return anyMail.ReplaceAllString(words, m.word()+"@"+markWord+".example")
	case anyPhone.MatchString(words):
		return anyPhone.ReplaceAllString(words, m.phone())
	case len(strings.Fields(words)) < 2 || !strings.ContainsFunc(words, unicode.IsLetter):
		return words
	case m.n%2 == 0:
		return m.word() + " " + words
	}
	return words + " " + m.word()
}

// found says what of all that people wrote stands in a text, with what is around it.
func (m *marker) found(text string, ids bool) []string {
	// Numbers may have been put in groups, and bytes may be escaped: both are looked through.
	folded := strings.ToLower(text)
	bare := strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "%20", "").Replace(folded)
	secrets := m.secret
	if ids {
		secrets = append(secrets[:len(secrets):len(secrets)], m.ids...)
	}
	var all []string
	look := func(in, what string) {
		if i := strings.Index(in, strings.ToLower(what)); i >= 0 {
			all = append(all, fmt.Sprintf("%q in …%q…", what, in[max(0, i-60):min(len(in), i+60)]))
		}
	}
	look(folded, markWord)
	look(bare, markPhone)
	look(bare, markTexts)
	look(bare, markMore)
	look(folded, markNet)
	for _, secret := range secrets {
		look(folded, secret)
	}
	return all
}
