package studio

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/transcript"
)

// A test is a conversation that goes with the draft: a transcript under tests/, whose first line is a comment
// that says what it shows.
type test struct {
	File string // tests/un-parent.txt
	Name string
	Text string
}

// ID is the test's name in addresses.
func (t test) ID() string { return strings.TrimSuffix(path.Base(t.File), ".txt") }

const testsDir = "tests/"

// testsOf are the tests of a draft, by name.
func testsOf(d *flow.Draft) []test {
	var all []test
	for name, text := range d.Files() {
		if strings.HasPrefix(name, testsDir) && strings.HasSuffix(name, ".txt") {
			all = append(all, newTest(name, strings.ReplaceAll(string(text), "\r\n", "\n")))
		}
	}
	slices.SortFunc(all, func(a, b test) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.File, b.File)) })
	return all
}

func newTest(file, text string) test {
	t := test{File: file, Text: text}
	if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "#") {
		t.Name = strings.TrimSpace(strings.TrimLeft(first, "# "))
	}
	t.Name = cmp.Or(t.Name, t.ID())
	return t
}

// renamed is the test's text under another name.
func (t test) renamed(name string) string {
	if first, rest, _ := strings.Cut(t.Text, "\n"); strings.HasPrefix(first, "#") {
		return "# " + name + "\n" + rest
	}
	return "# " + name + "\n" + t.Text
}

// sentenceOf is a name on one line.
func sentenceOf(text string) string { return strings.Join(strings.Fields(text), " ") }

// fileName is a file's name made of a sentence.
func fileName(name string) string {
	var b strings.Builder
	for _, r := range unaccented.Replace(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return cmp.Or(strings.Trim(b.String(), "-"), "test")
}

// fileFor is a file that no test has yet.
func fileFor(d *flow.Draft, name string) string {
	files, base := d.Files(), testsDir+fileName(name)
	file := base + ".txt"
	for n := 2; files[file] != nil; n++ {
		file = base + "-" + itoa(n) + ".txt"
	}
	return file
}

// onChannel is a transcript whose person comes another way.
func onChannel(text, channel string) string {
	var out strings.Builder
	said := false
	for l := range strings.Lines(text) {
		key, _, _ := strings.Cut(strings.TrimSpace(l), " ")
		if key == "channel" && !strings.HasPrefix(l, " ") {
			continue
		}
		out.WriteString(l)
		if key == "at" && !said {
			out.WriteString("channel " + channel + "\n")
			said = true
		}
	}
	return out.String()
}

// bare is a transcript without what the service did the last time.
func bare(text string) string {
	var out strings.Builder
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "\t") {
			out.WriteString(l)
		}
	}
	return out.String()
}

// channelOf is how the person of a transcript comes.
func channelOf(s *transcript.Script) string {
	if s.World.Channel == "telegram" {
		return "web"
	}
	return string(s.World.Channel)
}
