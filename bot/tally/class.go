package tally

import "strings"

// A Sense is what a class of answer was to the question that stood there.
type Sense int

// The senses.
const (
	Other    Sense = iota // an arrival, a command, a word to the desk, a counsellor's act
	Answered              // an answer that goes on
	Missed                // not understood, or refused by a check
	Silent                // nothing came
)

// SenseOf is the sense of a class.
func SenseOf(class string) Sense {
	head, _, _ := strings.Cut(class, ":")
	switch head {
	case "option", "value", "skip", "filled", "meant":
		return Answered
	case "no_match", "invalid":
		return Missed
	case "no_input":
		return Silent
	case "timer":
		if class == "timer:silence" {
			return Silent
		}
	}
	return Other
}

// Leads says whether a turn of a class leads on to another step by the flow itself.
func Leads(class string) bool {
	return class == "arrived" || SenseOf(class) == Answered || strings.HasPrefix(class, "no_match:goto")
}
