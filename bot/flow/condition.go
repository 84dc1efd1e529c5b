package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Match says whether every cell holds. get gives an answer's value, "" when it is not known; for a
// cell on opening hours it is asked for Cell.Key ("open:accueil", "open:{file}") and says "oui".
func (c Condition) Match(get func(answer string) string) bool { return c.Fails(get) < 0 }

// Fails is the first cell that does not hold, or -1; get is as for Match.
func (c Condition) Fails(get func(answer string) string) int {
	for i := range c {
		if !c[i].holds(get) {
			return i
		}
	}
	return -1
}

// Decide is the first row of a table that is true, from 1; 0 for none. get is as for Match.
func (t *Table) Decide(get func(answer string) string) int {
	for i := range t.Rows {
		if t.Rows[i].When.Match(get) {
			return i + 1
		}
	}
	return 0
}

func (c *Cell) holds(get func(answer string) string) bool {
	switch {
	case c.Any:
		return true
	case c.Answer == "open":
		return (get(c.Key) == "oui") != c.Not
	}
	return c.Match(get(c.Answer))
}

// Match says whether one value, "" for not answered, is what the cell asks for.
func (c Cell) Match(value string) bool {
	if c.Any {
		return true
	}
	found := c.Empty && value == "" || value != "" && slices.Contains(c.Values, value)
	return found != c.Not
}

// A Written is a cell as it is written, not yet held against the options of its answer.
type Written struct {
	Cell
	Range    bool // <18, 18..25: Values are not known
	From, To int  // of a range; To is 0 for no end
}

// ReadCell reads what is written in a cell; the error says in French what is wrong with it.
func ReadCell(answer, raw string) (Written, error) {
	c, b, err := compileCell(answer, raw)
	if b == nil || err != nil {
		return Written{Cell: c}, err
	}
	return Written{c, true, b.From, b.To}, nil
}

// bounds is what a cell such as "<18" or "18..25" asks of a number; To is 0 for no end.
type bounds struct{ From, To int }

// compileCell reads one cell: *, a|b, !a|b, -, !-, <18, <=17, >25, >=26, 18..25. A comparison comes
// back as bounds, for the caller to expand into the options that lie inside.
func compileCell(answer, raw string) (Cell, *bounds, error) {
	c := Cell{Answer: answer, Raw: raw, Key: answer}
	text := strings.TrimSpace(raw)
	if text == "*" {
		c.Any = true
		return c, nil, nil
	}
	if text == "" {
		return c, nil, fmt.Errorf(`une case vide est ambiguë : "*" pour n'importe quoi, "-" pour une question sans réponse`)
	}
	if b, ok, err := compileBounds(text); ok || err != nil {
		return c, b, err
	}
	text, c.Not = strings.CutPrefix(text, "!")
	for value := range strings.SplitSeq(text, "|") {
		value = strings.TrimSpace(value)
		switch {
		case value == "":
			return c, nil, fmt.Errorf("il manque une valeur dans %q", raw)
		case value == "*" || strings.HasPrefix(value, "!"):
			return c, nil, fmt.Errorf("%q : %q ne se combine pas avec d'autres valeurs", raw, value)
		case value == "-":
			c.Empty = true
		case slices.Contains(c.Values, value):
			return c, nil, fmt.Errorf("%q : la valeur %q est écrite deux fois", raw, value)
		default:
			c.Values = append(c.Values, value)
		}
	}
	if answer == "open" && len(c.Values) == 1 {
		c.Key = "open:" + c.Values[0]
	}
	return c, nil, nil
}

// compileBounds reads a comparison; ok is false when text is none.
func compileBounds(text string) (b *bounds, ok bool, err error) {
	sign := text[:len(text)-len(strings.TrimLeft(text, "<>="))]
	low, high, isRange := strings.Cut(text, "..")
	if sign == "" && !isRange {
		return nil, false, nil
	}
	if sign == "" {
		from, err1 := strconv.Atoi(low)
		to, err2 := strconv.Atoi(high)
		if err1 != nil || err2 != nil || to < from || from < 0 {
			return nil, true, fmt.Errorf(`%q n'est pas un intervalle ; écrivez par exemple "18..25"`, text)
		}
		return &bounds{from, to}, true, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(text[len(sign):]))
	if err != nil || n < 0 {
		return nil, true, fmt.Errorf(`%q n'est pas une comparaison ; écrivez par exemple "<18" ou ">=26"`, text)
	}
	switch sign {
	case "<":
		if n == 0 {
			return nil, true, fmt.Errorf("%q n'est jamais vrai", text)
		}
		return &bounds{0, n - 1}, true, nil
	case "<=":
		return &bounds{0, n}, true, nil
	case ">":
		return &bounds{n + 1, 0}, true, nil
	case ">=":
		return &bounds{n, 0}, true, nil
	}
	return nil, true, fmt.Errorf(`%q : signe inconnu ; les signes sont <, <=, > et >=`, text)
}
