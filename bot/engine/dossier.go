package engine

import (
	"crypto/sha256"
	"encoding/binary"

	"frontdesk/bot"
)

// alphabet of dossier numbers: no letter or digit that is mistaken for another when read aloud in
// French or written by hand (no I, L, O, U, Z, 0, 1; Crockford's idea). It has 29 signs, a prime, so
// that the check sign sees every single fault.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXY"

// dossier makes the public number of a conversation's nth case, such as OR-7F3K-9Q2M-V. It opens
// nothing. Eight signs hold 38 bits: among 100,000 open cases the chance of two alike is about 1 %.
// The last sign is a check (see CheckDossier).
func dossier(conversation string, nth int) string {
	sum := sha256.Sum256(binary.AppendVarint([]byte("dossier:"+conversation+":"), int64(nth)))
	n := binary.BigEndian.Uint64(sum[:8])
	b := []byte("OR-xxxx-xxxx-c")
	for _, i := range [...]int{3, 4, 5, 6, 8, 9, 10, 11} {
		b[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	b[13] = checkSign(b[3:12])
	return string(b)
}

// HasDossier says whether a number is, or was, one of the conversation's: a paper of an earlier case
// leads to it too, and to the tombstone of what was erased.
func HasDossier(s *bot.Session, number string) bool {
	if s.Dossier == number {
		return true
	}
	for nth := range s.Version + 1 {
		if dossier(string(s.ID), int(nth)) == number {
			return true
		}
	}
	return false
}

// CheckDossier says whether a number can have been given out: one wrong sign, or two neighbours
// exchanged, is noticed.
func CheckDossier(number string) bool {
	return len(number) == 14 && number[:3] == "OR-" && number[7] == '-' && number[12] == '-' &&
		number[13] == checkSign([]byte(number[3:12]))
}

// checkSign weighs each sign by its place, modulo the size of the alphabet.
func checkSign(body []byte) byte {
	sum, weight := 0, 1
	for _, c := range body {
		if c == '-' {
			continue
		}
		weight++
		sum += weight * indexOf(c)
	}
	return alphabet[sum%len(alphabet)]
}

func indexOf(c byte) int {
	for i := range len(alphabet) {
		if alphabet[i] == c {
			return i
		}
	}
	return -1
}
