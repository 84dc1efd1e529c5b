package sms

import "strings"

// Lengths of a number that can be written back to, without its plus (ITU-T E.164). Shorter ones are
// services, which are machines.
const shortestNumber, longestNumber = 8, 15

// number is a sender's in its international form: "06 12 34 56 78", "0033612345678" and "33612345678" are
// all "+33612345678". false: it is a name, a short number, or nothing.
func number(raw, country string) (string, bool) {
	raw = strings.TrimSpace(raw)
	digits := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "", "-", "", "(0)", "", "(", "", ")", "").Replace(raw)
	plus := strings.HasPrefix(digits, "+")
	digits = strings.TrimPrefix(digits, "+")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	switch {
	case plus:
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case digits[0] == '0':
		digits = country + digits[1:]
	}
	if len(digits) < shortestNumber || len(digits) > longestNumber || digits[0] == '0' {
		return "", false
	}
	return "+" + digits, true
}
