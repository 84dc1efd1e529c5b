package desk

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
	"unicode"
	"unicode/utf8"
)

// What became of an action is shown once, on the page that follows; a cookie carries the sentence
// there. It is the service's own sentence and, at most, a colleague's first name.
const flashCookie = "dit"

func (d *Desk) keepFlash(w http.ResponseWriter, sentence string) {
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(sentence)),
		Path: "/desk/", MaxAge: 60, HttpOnly: true, Secure: d.SignIn.TLS, SameSite: http.SameSiteLaxMode})
}

// takeFlash returns the sentence and forgets it. A page that the script fetches to bring another up
// to date leaves it for the page that a person opens.
func takeFlash(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(flashCookie)
	if err != nil || r.Header.Get("X-Refresh") != "" {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/desk/", MaxAge: -1, HttpOnly: true})
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(text) > 300 {
		return ""
	}
	return string(text)
}

// newIdem names one sending of a form, so that the same form sent twice is one input.
func newIdem() string { return rand.Text() }

// goodIdem says whether a name of a sending is one that a page made.
func goodIdem(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return len(s) >= 8 && len(s) <= 64
}

// once remembers which sendings of « Prendre la suivante » have been taken up: pressed twice, it must
// not give two cases. Another process does not know them; there, a slip of the finger can.
type once struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (o *once) first(idem string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil || len(o.seen) > 10_000 {
		o.seen = make(map[string]bool)
	}
	known := o.seen[idem]
	o.seen[idem] = true
	return !known
}

// capital makes the first letter one.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// lower makes the first letter small, unless a capital follows: "SMS" stays.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[n:])
	if n == 0 || unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// entryKey names an entry of a log within its page.
func entryKey(seq int64) string { return "e" + strconv.FormatInt(seq, 10) }
