package transcript

import (
	"cmp"
	"strings"
)

// Says is the line of a citizen who writes or says words.
func Says(words string) string { return "citizen: " + cmp.Or(escape(words), `\s`) }

// escape writes words so that they stand on one line and unescape gives them back.
func escape(words string) string {
	s := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(words)
	if rest, is := strings.CutSuffix(s, " "); is {
		s = rest + `\s`
	}
	if s == "" {
		return s
	}
	switch s[0] {
	case ' ':
		return `\s` + s[1:]
	case '(', '[':
		return `\` + s
	}
	return s
}

// unescape reads what escape wrote. A backslash before anything else stands for itself.
func unescape(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\s`, " ", `\(`, "(", `\[`, "[").Replace(text)
}

// flat puts what the service said on one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }
