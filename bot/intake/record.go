package intake

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/bot/directory"
)

// A record is one of a file's, under the names that its producer gives. Reading a value that cannot be what
// it should refuses the record; the first reason is the one that is told.
type record struct {
	line    int
	values  map[string]any
	cells   bool // of a table: every value is a text, lists are written in one
	refused string
	aside   bool
	remarks []string
}

func (r *record) refuse(format string, args ...any) {
	if r.refused == "" {
		r.refused = fmt.Sprintf(format, args...)
	}
}

func (r *record) remark(format string, args ...any) {
	r.remarks = append(r.remarks, fmt.Sprintf(format, args...))
}

func (r *record) has(name string) bool { _, there := r.values[name]; return there }

// text is a value that must be a text or a number where there is one. A tab or space around it is dirt.
func (r *record) text(name string) string {
	switch v := r.values[name].(type) {
	case nil:
	case string:
		if utf8.RuneCountInString(v) > longestText {
			r.refuse("%s a plus de %d caractères ; le raccourcir", name, longestText)
			return ""
		}
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	default:
		r.refuse("%s doit être un texte", name)
	}
	return ""
}

// must is a text that cannot be left out.
func (r *record) must(name string) string {
	text := r.text(name)
	if text == "" {
		r.refuse("il manque %s ; le remplir", name)
	}
	return text
}

// first is the first of several names that has a text.
func (r *record) first(names ...string) string {
	for _, name := range names {
		if text := r.text(name); text != "" {
			return text
		}
	}
	return ""
}

// bounded is a text that must have so many characters, where there is one.
func (r *record) bounded(name, text string, least, most int) string {
	if n := utf8.RuneCountInString(text); text != "" && (n < least || n > most) {
		r.refuse("%s a %d caractères ; il en faut de %d à %d", name, n, least, most)
	}
	return text
}

// list is a value that is a list of texts. In a table's cell it stands as JSON, as {a,b}, or as a|b.
func (r *record) list(name string) []string {
	var all []string
	switch v := r.values[name].(type) {
	case nil:
	case []any:
		for _, item := range v {
			text, is := item.(string)
			if !is {
				r.refuse("%s doit être une liste de textes", name)
				return nil
			}
			all = append(all, strings.TrimSpace(text))
		}
	case string:
		if !r.cells {
			r.refuse("%s doit être une liste, entre crochets", name)
			return nil
		}
		return r.cell(name, strings.TrimSpace(v))
	default:
		r.refuse("%s doit être une liste", name)
	}
	return all
}

func (r *record) cell(name, text string) []string {
	if strings.HasPrefix(text, "[") {
		var all []string
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			r.refuse("%s : la liste « %s » ne se lit pas ; écrire [\"a\",\"b\"], ou a|b", name, clip(text))
		}
		return all
	}
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		text = strings.ReplaceAll(strings.TrimSuffix(inner, "}"), ",", "|")
	}
	var all []string
	for item := range strings.SplitSeq(text, "|") {
		if item = strings.Trim(strings.TrimSpace(item), `"`); item != "" {
			all = append(all, item)
		}
	}
	return all
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

// day is a date, as 2025-02-14, 14/02/2025, or with an hour behind; as it is kept: 2025-02-14.
func (r *record) day(name string) string { return r.dayOf(name, r.text(name)) }

func (r *record) dayOf(name, text string) string {
	if text == "" {
		return ""
	}
	date := text[:min(len(text), len(time.DateOnly))]
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.Parse(layout, date); err == nil && (len(text) == len(date) || text[len(date)] == 'T' || text[len(date)] == ' ') {
			return t.Format(time.DateOnly)
		}
	}
	r.refuse("%s : « %s » n'est pas une date ; écrire 2026-11-24, ou 24/11/2026", name, clip(text))
	return ""
}

// number is a decimal number, with a point or a comma.
func (r *record) number(name string) (float64, bool) {
	text := r.text(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		r.refuse("%s : « %s » n'est pas un nombre", name, clip(text))
	}
	return n, err == nil
}

// point is a place on the globe, where both degrees are given and can be.
func (r *record) point(lat, lon string) *directory.Point {
	y, hasY := r.number(lat)
	x, hasX := r.number(lon)
	switch {
	case hasX != hasY:
		r.refuse("il faut %s et %s, ou aucun des deux", lat, lon)
	case !hasX:
		return nil
	case y < -90 || y > 90 || x < -180 || x > 180:
		r.refuse("%s %v, %s %v : ce point n'est pas sur la Terre ; les deux sont peut-être échangés", lat, y, lon, x)
	}
	return &directory.Point{Lat: y, Lon: x}
}

// code is a commune's code of five signs.
func (r *record) code(name, text string) string {
	if text == "" {
		return ""
	}
	digits := strings.Trim(text[:1]+text[min(2, len(text)):], "0123456789") == ""
	if len(text) != 5 || !digits || !strings.ContainsAny(text[1:2], "0123456789AB") {
		r.refuse("%s : « %s » n'est pas un code de commune ; il a cinq signes, comme 35238 ou 2A004", name, clip(text))
		return ""
	}
	return text
}

// postcode is five digits; a spreadsheet may have taken the zero before four.
func (r *record) postcode(name, text string) string {
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case text == "":
		return ""
	case len(text) == 4 && digits:
		r.remark("%s : « %s » a perdu son zéro ; lu 0%s", name, text, text)
		return "0" + text
	case len(text) != 5 || !digits:
		r.refuse("%s : « %s » n'est pas un code postal ; il a cinq chiffres", name, clip(text))
		return ""
	}
	return text
}

// web is an address that a browser opens.
func (r *record) web(name, text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(text) > 2083 {
		r.refuse("%s : « %s » n'est pas une adresse web ; elle commence par https://", name, clip(text))
		return ""
	}
	return text
}

// mail is an address of somebody who can be written to.
func (r *record) mail(name, text string) string {
	if text == "" {
		return ""
	}
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text {
		r.refuse("%s : « %s » n'est pas une adresse e-mail", name, clip(text))
		return ""
	}
	return text
}

// yes is oui or non, true or false, 1 or 0.
func (r *record) yes(name string) bool {
	switch v := r.values[name].(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "oui", "true", "1":
			return true
		case "non", "false", "0", "":
			return false
		}
	}
	r.refuse("%s : écrire oui ou non", name)
	return false
}

// phone writes a number as people read it, in pairs where it is French. Two numbers in one cell are one too
// many, and the first stays.
func phone(text string) string {
	text = strings.NewReplacer("(", "", ")", "", ".", " ", "-", " ", "\u00a0", " ").Replace(text)
	digits := strings.ReplaceAll(text, " ", "")
	if rest, french := strings.CutPrefix(digits, "+33"); french {
		digits = "0" + strings.TrimPrefix(rest, "0")
	}
	if strings.Trim(digits, "0123456789") != "" || len(digits) < 10 || digits[0] != '0' {
		return strings.Join(strings.Fields(text), " ")
	}
	return digits[:2] + " " + digits[2:4] + " " + digits[4:6] + " " + digits[6:8] + " " + digits[8:10]
}
