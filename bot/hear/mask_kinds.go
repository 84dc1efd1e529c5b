package hear

import (
	"strconv"
	"strings"
)

// A social security number (NIR): sex, year, month, département, commune, order, and a key of two
// digits: 97 less the rest of the other thirteen by 97, where Corsica's 2A counts as 19 and 2B as 18
// (INSEE). People write it as one block, key apart, or grouped with the sex alone in front.
var (
	nirGroups  = places(1, 3, 5, 7, 10, 13)
	nirKeyOnly = places(13)
	nirSex     = places(1)
)

func nir(signs []glyph) int {
	if s, spaces, ok := together(signs, 15); ok && nirSpaced(spaces) && nirShaped(s) && nirKey(s) {
		return 15
	}
	s, spaces, ok := together(signs, 13) // the key left out, or wrong
	if !ok || spaces&^nirGroups != 0 || spaces != 0 && spaces&nirSex == 0 || !nirStrict(s) {
		return 0
	}
	if spaces != 0 {
		if _, _, ok := together(signs, 15); ok && signs[13].after == spaced && signs[14].after == joined && isDigit(signs[13].c) && isDigit(signs[14].c) {
			return 15
		}
	}
	return 13
}

func nirSpaced(spaces uint64) bool {
	return spaces == 0 || spaces == nirKeyOnly || spaces&^nirGroups == 0 && spaces&nirSex != 0
}

// nirShaped checks what can be checked without a key: sex (3, 4, 7 and 8 are provisional), month
// (from 20 on it is unknown) and département.
func nirShaped(s string) bool {
	return strings.IndexByte("123478", s[0]) >= 0 && onlyDigits(s[:6]) && onlyDigits(s[7:]) &&
		(isDigit(s[6]) || s[5] == '2' && (s[6] == 'A' || s[6] == 'B')) &&
		nirMonth(s[3:5]) && s[5:7] != "00"
}

func nirMonth(mm string) bool {
	n, _ := strconv.Atoi(mm)
	return n >= 1 && n <= 12 || n == 20 || n >= 30 && n <= 42 || n >= 50
}

// nirStrict is for one without a key: nothing unusual.
func nirStrict(s string) bool {
	if !nirShaped(s) || s[0] > '2' || s[3:5] > "12" || s[10:13] == "000" {
		return false
	}
	return !isDigit(s[6]) || s[5:7] <= "95" || s[5:7] >= "97"
}

func nirKey(s string) bool {
	body := s[:13]
	if !isDigit(s[6]) {
		body = s[:5] + map[byte]string{'A': "19", 'B': "18"}[s[6]] + s[7:13]
	}
	n, _ := strconv.ParseInt(body, 10, 64)
	key, _ := strconv.ParseInt(s[13:15], 10, 64)
	return 97-n%97 == key
}

// A payment card has 13 to 19 digits of which the last is Luhn's (ISO/IEC 7812), and begins as the
// networks' do. Of 14 digits none is taken for one: that is a company's SIRET, which Luhn checks too.
// It is written as one block or in fours, an American Express card as 4-6-5.
var cardFours = places(4, 8, 12, 16)

func card(signs []glyph) int {
	for n := 19; n >= 13; n-- {
		s, spaces, ok := together(signs, n)
		if !ok || !onlyDigits(s) || !cardSpaced(n, spaces) || !cardBegins(s) || !luhn(s) {
			continue
		}
		return n
	}
	return 0
}

func cardSpaced(n int, spaces uint64) bool {
	fours := cardFours & (1<<n - 1)
	return spaces == 0 || n >= 16 && spaces == fours || n == 15 && spaces == places(4, 10)
}

func cardBegins(s string) bool {
	four, _ := strconv.Atoi(s[:4])
	switch len(s) {
	case 13:
		return s[0] == '4'
	case 14:
		return false
	case 15:
		return s[:2] == "34" || s[:2] == "37"
	}
	return strings.IndexByte("456", s[0]) >= 0 || four >= 2221 && four <= 2720 || four >= 3528 && four <= 3589
}

// luhn doubles each second digit from the right; the sum of all digits ends in 0.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// An IBAN is a country, two check digits and as many signs as the country's have; moved behind the
// rest and read as a number, 97 leaves 1 (ISO 13616). These are the countries of SEPA.
const ibanLengths = "AD24AT20BE16BG22CH21CY28CZ24DE22DK18EE20ES24FI18FR27GB22GR27HR21HU28IE22IS26IT27LI21LT20LU20LV21MC27MT31NL18NO15PL28PT25RO24SE24SI19SK24SM27VA22"

func iban(signs []glyph) int {
	if len(signs) < 15 || isDigit(signs[0].c) || isDigit(signs[1].c) || signs[1].after != joined {
		return 0
	}
	n := ibanLength(signs[0].c, signs[1].c)
	if n == 0 {
		return 0
	}
	s, _, ok := together(signs, n)
	if !ok || !onlyDigits(s[2:4]) || !ibanGrouped(signs[2:n]) {
		return 0
	}
	rest := 0
	for _, part := range [...]string{s[4:], s[:4]} {
		for i := range len(part) {
			if c := part[i]; isDigit(c) {
				rest = (rest*10 + int(c-'0')) % 97
			} else {
				rest = (rest*100 + int(c-'A') + 10) % 97
			}
		}
	}
	if rest != 1 {
		return 0
	}
	return n
}

func ibanLength(a, b byte) int {
	for i := 0; i < len(ibanLengths); i += 4 {
		if ibanLengths[i] == a && ibanLengths[i+1] == b {
			n, _ := strconv.Atoi(ibanLengths[i+2 : i+4])
			return n
		}
	}
	return 0
}

// ibanGrouped wants a digit in each group but a bank's own four letters: words of a sentence have none.
func ibanGrouped(signs []glyph) bool {
	letters, digits := 0, 0
	for i, s := range signs {
		if s.after == spaced && i > 0 {
			if digits == 0 && letters != 4 {
				return false
			}
			letters, digits = 0, 0
		}
		if isDigit(s.c) {
			digits++
		} else {
			letters++
		}
	}
	return digits > 0 || letters == 4
}

// A tax number (numéro fiscal, SPI) has thirteen digits, the last three of which are the rest of the
// others by 511 (European Commission, TIN algorithms). It begins with 0 to 3; 00 is a call abroad.
// Grouped, it must stand alone: telephone numbers are grouped alike.
func tax(signs []glyph) int {
	s, spaces, ok := together(signs, 13)
	alone := ok && !signs[0].behind && (len(signs) == 13 || !signs[13].behind || !isDigit(signs[13].c))
	if !ok || !onlyDigits(s) || spaces != 0 && (spaces != places(2, 4, 7, 10) || !alone) || s[0] > '3' || s[:2] == "00" {
		return 0
	}
	n, _ := strconv.ParseInt(s[:10], 10, 64)
	key, _ := strconv.ParseInt(s[10:], 10, 64)
	if n%511 != key {
		return 0
	}
	return 13
}
