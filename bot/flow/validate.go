package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A validator holds a file against its shape and collects every fault. step and
// within say where it is.
type validator struct {
	faults Faults
	step   string
	within string // the record, announced: carte "vae" :

	published bool // a release that was taken when less was checked is not refused for it
}

func (v *validator) fault(at Pos, format string, args ...any) {
	v.coded("", at, format, args...)
}

// coded is fault for what is said in other words where there are forms.
func (v *validator) coded(code Code, at Pos, format string, args ...any) {
	v.faults.add(newFault(code, at, v.step, v.within, format, args))
}

// check holds the value of one key ("" in a list) against its shape.
func (v *validator) check(key string, e *entry, s *shape) {
	n := e.value
	if n.style == void && n.kind == scalar {
		v.coded(EmptyField, e.pos, "%s est vide : il faut %s", v.subject(key), s.is.french())
		return
	}
	switch s.is {
	case record:
		v.mapping(key, n, s, v.record)
	case table, pairs:
		v.mapping(key, n, s, v.table)
	case list, rows:
		if n.kind != sequence {
			v.wrongKind(key, n, s)
			return
		}
		for _, item := range n.entries {
			v.check("", item, s.each)
		}
	default:
		if n.kind != scalar {
			v.wrongKind(key, n, s)
			return
		}
		v.scalar(key, e, s)
	}
}

func (v *validator) subject(key string) subject { return subject(key) }

// A subject is a key as a sentence begins with it.
type subject string

func (s subject) String() string {
	if s == "" {
		return "cette case"
	}
	return fmt.Sprintf("%q", string(s))
}

func (v *validator) mapping(key string, n *node, s *shape, read func(string, *node, *shape)) {
	if n.kind != mapping {
		v.wrongKind(key, n, s)
		return
	}
	read(key, n, s)
}

// wrongKind explains a value of another kind; {carte} without quotation marks is the usual one.
func (v *validator) wrongKind(key string, n *node, s *shape) {
	if n.kind == mapping && n.inline && len(n.entries) == 1 && n.entries[0].value.style == void {
		name := n.entries[0].key.text
		v.coded(Unquoted, n.pos, `écrivez "{%s}" entre guillemets`, name)
		return
	}
	if first := n.list(); key == "" && n.kind == mapping && !n.inline && len(first) == 1 && first[0].value.kind == scalar {
		v.coded(Unquoted, n.pos, `écrivez "%s:%s" entre guillemets`, first[0].key.text, first[0].value.text)
		return
	}
	v.coded(WrongSort, n.pos, "%s : il faut %s", v.subject(key), s.is.french())
}

func (v *validator) record(_ string, n *node, s *shape) {
	for _, e := range n.entries {
		field := s.field(e.key.text)
		if field == nil {
			v.coded(UnknownKey, e.pos, "clé inconnue %q%s", e.key.text, instead(e.key.text, s.names()))
			continue
		}
		v.check(e.key.text, e, field)
	}
	for _, k := range s.keys {
		if k.must && n.get(k.name) == nil {
			v.coded(MissingKey, n.pos, "il manque la clé %q", k.name)
		}
	}
}

func (v *validator) table(_ string, n *node, s *shape) {
	if len(n.entries) == 0 && s.is == table {
		v.coded(NoRecord, n.pos, "il n'y a aucune ligne ici")
	}
	if len(n.entries) == 0 && s == whenShape && !v.published {
		v.coded(EmptyCondition, n.pos, "cette condition est vide : elle serait toujours vraie")
	}
	step, within := v.step, v.within
	for _, e := range n.entries {
		v.id(e.key, s)
		switch s.name {
		case "":
		case "étape":
			v.step = e.key.text
		default:
			v.within = fmt.Sprintf("%s %q : ", s.name, e.key.text)
		}
		if s.each != nil {
			v.check(e.key.text, e, s.each)
		}
		v.step, v.within = step, within
	}
}

// reserved are ids that libraries below give a meaning of their own.
func reserved(id string) bool {
	switch id {
	case "id", "description", "hash", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other",
		"event", "state", "return":
		return true
	}
	return false
}

// id checks how a record is called.
func (v *validator) id(key *node, s *shape) {
	if s.ids == freeID {
		return
	}
	if what := looksLike(key.text); key.style == plain && what != "" {
		v.coded(UnquotedName, key.pos, `%s est lu comme %s : écrivez "%s" entre guillemets`, key.text, what, key.text)
		return
	}
	if s.ids == digitID {
		return
	}
	switch {
	case key.text == "":
		v.fault(key.pos, "un identifiant est vide")
	case !wellFormed(key.text, s.ids == dashedID):
		v.fault(key.pos, "l'identifiant %q n'est pas admis : minuscules sans accent, chiffres et _ seulement", key.text)
	case reserved(key.text):
		v.fault(key.pos, "l'identifiant %q est réservé : prenez un autre nom", key.text)
	case s.name == "variante" && slices.Contains([]string{"voice", "sms", "retry", "why", "error", "also"}, key.text):
		v.coded(VariantName, key.pos, "la variante ne peut pas s'appeler %q : ce nom désigne un canal ou une relance", key.text)
	}
}

func wellFormed(id string, dashes bool) bool {
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && (r != '-' || !dashes) {
			return false
		}
	}
	return id != ""
}

func (v *validator) scalar(key string, e *entry, s *shape) {
	n := e.value
	switch s.is {
	case prose, phrase, word, cell, opening:
		v.text(key, e, s)
	case whole:
		if number, err := strconv.Atoi(n.text); err != nil || number < 0 || n.style != plain {
			v.wrongKind(key, n, s)
		}
	case truth:
		if n.style != plain || n.text != "true" && n.text != "false" {
			v.wrongKind(key, n, s)
		}
	case span:
		if d, err := time.ParseDuration(n.text); err != nil || d <= 0 {
			v.wrongKind(key, n, s)
		}
	case day:
		if _, err := time.Parse(time.DateOnly, n.text); err != nil {
			v.wrongKind(key, n, s)
		}
	case moment:
		if _, err := parseMoment(n.text, time.UTC); err != nil {
			v.wrongKind(key, n, s)
		}
	}
}

// text checks a scalar that is a string, however YAML would have read it.
func (v *validator) text(key string, e *entry, s *shape) {
	n := e.value
	what := ""
	if n.style == plain {
		what = looksLike(n.text)
	}
	switch {
	case what != "":
		v.coded(Misread, n.pos, `%s est lu comme %s : écrivez "%s" entre guillemets`, n.text, what, n.text)
	case n.style == plain && strings.Contains(n.text, ": "):
		v.coded(ColonInText, n.pos, "le texte contient deux-points suivi d'une espace : mettez-le entre guillemets")
	case n.style == plain && len(e.trail) > 0 && s.is == prose:
		v.coded(CutText, n.pos, `le texte est coupé par "#" après %s : mettez tout le texte entre guillemets`, quote(n.text))
	case strings.TrimSpace(n.text) == "":
		v.coded(EmptyField, n.pos, "%s est vide : il faut %s", v.subject(key), s.is.french())
	case len(s.only) > 0 && !slices.Contains(s.only, n.text):
		v.coded(NotAmong, n.pos, "%s ne peut pas être %q%s", v.subject(key), n.text, instead(n.text, s.only))
	}
}

// looksLike says what another reader of YAML would make of an unquoted scalar, or "".
func looksLike(s string) string {
	if len(s) <= len("false") {
		switch strings.ToLower(s) {
		case "true", "false", "yes", "no", "on", "off":
			return "vrai ou faux"
		case "null", "~", "":
			return "rien"
		case ".inf", "-.inf", "+.inf", ".nan":
			return "un nombre"
		}
	}
	digits := strings.TrimLeft(s, "+-.")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return ""
	}
	if len(s) >= len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil && (len(s) == len(time.DateOnly) || s[10] == 'T' || s[10] == ' ') {
			return "une date"
		}
	}
	bare := strings.ReplaceAll(s, "_", "")
	if _, err := strconv.ParseFloat(bare, 64); err == nil {
		return "un nombre"
	}
	if _, err := strconv.ParseInt(bare, 0, 64); err == nil {
		return "un nombre"
	}
	if h, m, ok := strings.Cut(bare, ":"); ok && strings.Trim(h+strings.ReplaceAll(m, ":", ""), "0123456789") == "" {
		return "une heure ou un nombre"
	}
	return ""
}

// parseMoment reads a date with or without an hour, as the clock on the wall shows it.
func parseMoment(s string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q n'est pas une date", s)
}
