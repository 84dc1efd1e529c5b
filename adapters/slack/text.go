package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Slack's texts are written in a markup of its own (mrkdwn). What a counsellor writes is turned into
// the plain text that a person reads; what a person writes never becomes markup.

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
)

// escaped is a text in which Slack finds no link, no mention and no call to everybody.
func escaped(text string) string { return escaper.Replace(text) }

// What a byte of mrkdwn is part of.
const (
	asText  byte = iota
	asCode       // between backticks: no marker and no emoji counts there
	asToken      // <…>: a link or a mention
	asMark       // a sign that only says how the text looks
)

// plain is a counsellor's message without Slack's markup: links and channels as people write them,
// emoji as characters, nobody's member id, and none of the signs for bold, italic, struck or code.
// Signs that are not in pairs stay: they are what was written.
func plain(mrkdwn string) string {
	kinds := make([]byte, len(mrkdwn))
	markRegions(mrkdwn, kinds)
	for _, sign := range []byte("*_~") {
		markPairs(mrkdwn, kinds, sign)
	}
	var b strings.Builder
	for at := 0; at < len(mrkdwn); {
		end := at + 1
		for end < len(mrkdwn) && kinds[end] == kinds[at] && (kinds[at] != asToken || mrkdwn[end] != '<') {
			end++
		}
		switch part := mrkdwn[at:end]; kinds[at] {
		case asText:
			b.WriteString(unescaper.Replace(emojis(part)))
		case asCode:
			b.WriteString(unescaper.Replace(part))
		case asToken:
			b.WriteString(token(part[1 : len(part)-1]))
		case asMark:
		}
		at = end
	}
	return b.String()
}

// markRegions finds code and tokens, in which no other sign counts. Code may hold tokens.
func markRegions(s string, kinds []byte) {
	for at := 0; at < len(s); {
		switch {
		case strings.HasPrefix(s[at:], "```"):
			at = markCode(s, kinds, at, "```", "")
		case s[at] == '`':
			at = markCode(s, kinds, at, "`", "\n")
		default:
			at = markToken(s, kinds, at)
		}
	}
}

// markToken marks the token that begins at at, if one does, and returns where to go on.
func markToken(s string, kinds []byte, at int) int {
	if s[at] != '<' {
		return at + 1
	}
	end := strings.IndexAny(s[at+1:], "<>\n")
	if end <= 0 || s[at+1+end] != '>' || !meant(s[at+1:at+1+end]) {
		return at + 1
	}
	fill(kinds[at:at+end+2], asToken)
	return at + end + 2
}

// markCode marks the code that begins at at, if it ends, and returns where to go on. until ends it
// before its time.
func markCode(s string, kinds []byte, at int, tick, until string) int {
	from := at + len(tick)
	length := strings.Index(s[from:], tick)
	if length <= 0 || until != "" && strings.Contains(s[from:from+length], until) {
		return from
	}
	to := from + length
	fill(kinds[at:from], asMark)
	fill(kinds[from:to], asCode)
	fill(kinds[to:to+len(tick)], asMark)
	for i := from; i < to; {
		i = markToken(s[:to], kinds, i)
	}
	return to + len(tick)
}

func fill(kinds []byte, kind byte) {
	for i := range kinds {
		kinds[i] = kind
	}
}

// markPairs marks the pairs of a sign that stand around words of one line, as Slack sees them: nothing
// like a letter outside, no space inside.
func markPairs(s string, kinds []byte, sign byte) {
	open := -1
	for at := range len(s) {
		switch {
		case s[at] == '\n':
			open = -1
		case s[at] != sign || kinds[at] != asText:
		case open >= 0 && at > open+1 && closes(s, at):
			kinds[open], kinds[at] = asMark, asMark
			open = -1
		case opens(s, at):
			open = at
		}
	}
}

func opens(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at+1:])
	return !wordly(before) && at+1 < len(s) && !unicode.IsSpace(after) && after != rune(s[at])
}

func closes(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at+1:])
	return !unicode.IsSpace(before) && !wordly(after)
}

func wordly(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// meant says whether what stands between < and > is a link or a mention. A < that somebody typed is
// escaped, so that it begins neither.
func meant(inside string) bool {
	if strings.IndexByte("@#!", inside[0]) >= 0 {
		return true
	}
	target, _, _ := strings.Cut(inside, "|")
	scheme, rest, is := strings.Cut(target, ":")
	return is && rest != "" && strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz+.-") == "" && scheme != ""
}

// token is what a person reads in place of <…>.
func token(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	label = unescaper.Replace(label)
	switch target[0] {
	case '@': // a colleague: the person does not get to know who
		return "@…"
	case '#':
		if labelled && label != "" {
			return "#" + label
		}
		return "#…"
	case '!':
		return special(target[1:], label)
	}
	return link(unescaper.Replace(target), label)
}

// special is a call to a group or a date.
func special(name, label string) string {
	if label != "" {
		return label
	}
	if name == "channel" || name == "here" || name == "everyone" {
		return "@" + name
	}
	return "@…"
}

func link(target, label string) string {
	for _, scheme := range []string{"mailto:", "tel:"} {
		if address, is := strings.CutPrefix(target, scheme); is {
			target = address
		}
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(target, "https://"), "http://"), "/")
	if label == "" || label == target || strings.TrimSuffix(label, "/") == bare {
		return target
	}
	return label + " (" + target + ")"
}

// emojis turns :names: that are known into characters; others stay as they were written.
func emojis(s string) string {
	if !strings.Contains(s, ":") {
		return s
	}
	var b strings.Builder
	for {
		from := strings.IndexByte(s, ':')
		if from < 0 {
			break
		}
		length := strings.IndexByte(s[from+1:], ':')
		if length < 0 {
			break
		}
		name := s[from+1 : from+1+length]
		char := characters[name]
		if char == "" && !strings.HasPrefix(name, "skin-tone-") {
			b.WriteString(s[:from+1+length]) // the second colon may begin another name
			s = s[from+1+length:]
			continue
		}
		b.WriteString(s[:from])
		b.WriteString(char)
		s = s[from+length+2:]
	}
	b.WriteString(s)
	return b.String()
}
