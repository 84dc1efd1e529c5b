package studio

import (
	"regexp"
	"strings"

	"frontdesk/bot/flow"
)

// A usage is one place that uses a record, with the form that changes it and what that is part of.
type usage struct {
	usedAt
	File string
}

// usages are the places that use something, as its own page lists them.
func usages(d *flow.Draft, uses []flow.Use) []usage {
	all := make([]usage, len(uses))
	for i, at := range placesOf(d, uses) {
		all[i] = usage{at, uses[i].File}
	}
	return all
}

// keyedWay is a way on as the files call it: la suite "on: closed".
var keyedWay = regexp.MustCompile(`^la suite "(else|no_match|on: [a-z]+)"`)

// inForm calls a way on as the form of its step does.
func inForm(what string) string {
	return keyedWay.ReplaceAllStringFunc(what, func(way string) string {
		keys := strings.Split(strings.TrimSuffix(strings.TrimPrefix(way, `la suite "`), `"`), ": ")
		return `la suite "` + labelOf(keys).Label + `"`
	})
}
