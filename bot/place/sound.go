package place

import "strings"

// appendSound adds what a key sounds like, roughly and in French: what people mix up in writing
// sounds the same.
func appendSound(dst []byte, key string) []byte {
	key = silent(key)
	for i := 0; i < len(key); {
		s, n := sound(key[i:])
		if s == 'e' && i > 1 && i+1 == len(key) {
			break
		}
		if s != 0 && (len(dst) == 0 || dst[len(dst)-1] != s) {
			dst = append(dst, s)
		}
		i += n
	}
	return dst
}

// silent cuts the letters at the end that are not heard. An e stays: it makes the consonant before it heard.
func silent(key string) string {
	if len(key) > 4 && strings.HasSuffix(key, "es") {
		return key[:len(key)-1]
	}
	for len(key) > 3 && strings.IndexByte("sxztdp", key[len(key)-1]) >= 0 {
		key = key[:len(key)-1]
	}
	return key
}

// spelling is how a sound may be written. Capitals stand for sounds that no letter is alone.
type spelling struct {
	letters string
	is      byte
}

// spellings are tried in this order.
var spellings = [...]spelling{
	{"eaux", 'o'}, {"eau", 'o'}, {"aux", 'o'}, {"ault", 'o'}, {"aud", 'o'}, {"aut", 'o'}, {"au", 'o'},
	{"sch", 'C'}, {"ch", 'C'}, {"sh", 'C'}, {"ph", 'f'}, {"th", 't'}, {"qu", 'k'}, {"ck", 'k'}, {"sc", 's'}, {"ou", 'u'}, {"oe", 'e'},
	{"ai", 'e'}, {"ei", 'e'}, {"ay", 'e'}, {"ey", 'e'}, {"gn", 'N'},
}

// nasals are heard only before another consonant or at the end.
var nasals = [...]spelling{{"ain", 'I'}, {"ein", 'I'}, {"aim", 'I'}, {"an", 'A'}, {"am", 'A'}, {"en", 'A'}, {"em", 'A'},
	{"in", 'I'}, {"im", 'I'}, {"yn", 'I'}, {"ym", 'I'}, {"on", 'O'}, {"om", 'O'}}

// sound reads the next sound and how many letters it takes.
func sound(rest string) (s byte, n int) {
	for _, x := range nasals {
		if x.letters[0] == rest[0] && strings.HasPrefix(rest, x.letters) && closed(rest[len(x.letters):]) {
			return x.is, len(x.letters)
		}
	}
	for _, x := range spellings {
		if x.letters[0] == rest[0] && strings.HasPrefix(rest, x.letters) {
			return x.is, len(x.letters)
		}
	}
	soft := len(rest) > 1 && strings.IndexByte("eiy", rest[1]) >= 0
	switch c := rest[0]; c {
	case 'c':
		if soft {
			return 's', 1
		}
		return 'k', 1
	case 'q':
		return 'k', 1
	case 'g':
		if soft {
			return 'j', 1
		}
		if len(rest) > 2 && rest[1] == 'u' && strings.IndexByte("eiy", rest[2]) >= 0 {
			return 'g', 2
		}
		return 'g', 1
	case 'y':
		return 'i', 1
	case 'w':
		return 'v', 1
	case 'z', 'x':
		return 's', 1
	case 'h':
		return 0, 1
	default:
		return c, 1
	}
}

// closed says that a consonant other than another n or m follows, or nothing.
func closed(rest string) bool {
	return rest == "" || strings.IndexByte("aeiouyhnm", rest[0]) < 0
}

// hash is a small number for a sound.
func hash(sound []byte) uint16 {
	h := uint32(2166136261)
	for _, c := range sound {
		h = (h ^ uint32(c)) * 16777619
	}
	return uint16(h>>16) ^ uint16(h)
}
