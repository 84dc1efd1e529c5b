package bot

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
)

// Random names (the hash of a release, of a browser's token, the number of a trace) are stored as the
// bytes that they spell: nothing else about a session is as long or packs as badly. The first byte
// says in which alphabet.
const (
	asText byte = iota
	asHex
	asBase32
	asBase64
)

var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (e *encoder) random(s string) {
	for form := asHex; form <= asBase64 && len(s) >= 16; form++ {
		if b, ok := spelled(form, s); ok {
			e.b = append(e.b, form)
			e.str(string(b))
			return
		}
	}
	e.b = append(e.b, asText)
	e.str(s)
}

func (d *decoder) random() string {
	if d.at >= len(d.all) {
		d.bad = true
		return ""
	}
	form := d.all[d.at]
	d.at++
	s, ok := spell(form, d.str())
	d.bad = d.bad || !ok
	return s
}

// spelled returns the bytes of a name that spell gives back exactly.
func spelled(form byte, s string) ([]byte, bool) {
	var b []byte
	var err error
	switch form {
	case asHex:
		b, err = hex.DecodeString(s)
	case asBase32:
		b, err = lower32.DecodeString(s)
	case asBase64:
		b, err = base64.RawURLEncoding.DecodeString(s)
	}
	if err != nil {
		return nil, false
	}
	back, ok := spell(form, string(b))
	return b, ok && back == s
}

func spell(form byte, b string) (string, bool) {
	switch form {
	case asText:
		return b, true
	case asHex:
		return hex.EncodeToString([]byte(b)), true
	case asBase32:
		return lower32.EncodeToString([]byte(b)), true
	case asBase64:
		return base64.RawURLEncoding.EncodeToString([]byte(b)), true
	}
	return "", false
}
