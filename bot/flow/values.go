package flow

import (
	"strconv"
	"strings"
	"time"
)

// What follows reads values out of a tree that has its shape; what is missing reads as zero.

func (n *node) at(key string) *node {
	if e := n.get(key); e != nil {
		return e.value
	}
	return nil
}

// list gives the lines of a mapping or the items of a list.
func (n *node) list() []*entry {
	if n == nil {
		return nil
	}
	return n.entries
}

func (n *node) str(key string) string {
	if v := n.at(key); v != nil {
		return strings.TrimSpace(v.text)
	}
	return ""
}

func (n *node) truth(key string) bool { return n.str(key) == "true" }

func (n *node) whole(key string) int {
	i, _ := strconv.Atoi(n.str(key))
	return i
}

func (n *node) span(key string, otherwise time.Duration) time.Duration {
	if d, err := time.ParseDuration(n.str(key)); err == nil {
		return d
	}
	return otherwise
}

func (n *node) day(key string, zone *time.Location) time.Time {
	at, _ := parseMoment(n.str(key), zone)
	return at
}

func (n *node) words(key string) []string { return n.at(key).strings() }

func (n *node) strings() []string {
	var words []string
	for _, e := range n.list() {
		words = append(words, strings.TrimSpace(e.value.text))
	}
	return words
}

func (n *node) phone(key string) Phone {
	v := n.at(key)
	return Phone{Text: v.str("text"), Tel: v.str("tel")}
}

// place gives where a key stands, or the record when it is not written.
func (n *node) place(key string) Pos {
	if e := n.get(key); e != nil {
		return e.value.pos
	}
	if n == nil {
		return Pos{}
	}
	return n.pos
}
