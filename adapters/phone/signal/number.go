package signal

import (
	"net/url"
	"slices"
	"strings"
)

// Lines that a person in danger calls, from where they are; a robot that called them would send help to
// the trunk's address. The list: 15, 17, 18, 112, 114 (text), 115, 119, 191, 196, 197, 3114, 3919, and
// the harmonised numbers 116 000–116 999.
var emergencyLines = []string{"15", "17", "18", "112", "114", "115", "119", "191", "196", "197", "3114", "3919"}

// emergency says whether the user part of a URI is such a line, however it is written: with spaces or
// dots, an escape, a parameter, the country's code or leading zeros.
func emergency(user, country string) bool {
	digits := dialled(user)
	national := digits
	for _, prefix := range []string{"+" + country, "00" + country} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			national = rest
		}
	}
	for _, n := range []string{strings.TrimPrefix(digits, "+"), national} {
		n = strings.TrimLeft(n, "0")
		if slices.Contains(emergencyLines, n) || len(n) == 6 && strings.HasPrefix(n, "116") {
			return true
		}
	}
	return false
}

// dialled keeps what a telephone dials of the user part of a URI: an initial + and digits. A name is
// empty.
func dialled(user string) string {
	if plain, err := url.PathUnescape(user); err == nil {
		user = plain
	}
	user = strings.TrimPrefix(user, "tel:")
	user, _, _ = strings.Cut(user, ";")
	var b strings.Builder
	for i, r := range strings.TrimSpace(user) {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" .-()/\u00a0", r):
		default:
			return ""
		}
	}
	return b.String()
}

// Overseas numbers are written as national ones, and have a calling code of their own (ARCEP, national
// numbering plan).
var overseas = map[string]string{
	"0262": "262", "0263": "262", "0269": "262", "0692": "262", "0693": "262", "0639": "262",
	"0590": "590", "0690": "590", "0691": "590",
	"0594": "594", "0694": "594",
	"0596": "596", "0696": "596", "0697": "596",
}

// e164 is the user part of a URI as an international number, or empty: an extension and a short number
// are none.
func e164(user, country string) string {
	n := dialled(user)
	switch {
	case strings.HasPrefix(n, "+"):
	case strings.HasPrefix(n, "00"):
		n = "+" + n[2:]
	case strings.HasPrefix(n, "0") && len(n) == 10:
		code := country
		if own := overseas[n[:4]]; own != "" && country == "33" {
			code = own
		}
		n = "+" + code + n[1:]
	case strings.HasPrefix(n, country) && len(n) == len(country)+9:
		n = "+" + n
	default:
		return ""
	}
	if len(n) < 8 || len(n) > 16 || n[1] == '0' {
		return ""
	}
	return n
}
