package sms

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk/bot"
)

// longestBody is far more than a gateway sends: a message of 255 parts has 39,000 characters.
const longestBody = 256 << 10

// storeFor bounds what a gateway waits for before it is told to come back.
const storeFor = 900 * time.Millisecond

// Handler takes what the gateway delivers. It answers 200 once that is stored, and 503 within a second
// where it cannot be; a gateway that tries again then loses nothing.
func (c *Channel) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(InPath, func(w http.ResponseWriter, r *http.Request) { c.receive(w, r, c.Fields["list"], c.take) })
	mux.HandleFunc(ReceiptPath, func(w http.ResponseWriter, r *http.Request) { c.receive(w, r, c.Report["list"], c.report) })
	return mux
}

// receive reads a request, has each of its messages kept, and answers.
func (c *Channel) receive(w http.ResponseWriter, r *http.Request, list string, keep func(context.Context, finder) error) {
	items, status := c.read(w, r, list)
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	for _, item := range items {
		if err := keep(r.Context(), item); err != nil {
			c.sayNotKept(r.Context(), err)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	if c.Type != "" {
		w.Header().Set("Content-Type", c.Type+"; charset=utf-8")
	}
	_, _ = io.WriteString(w, c.Answer)
}

// read bounds a request, makes sure who sent it, and finds what is in it.
func (c *Channel) read(w http.ResponseWriter, r *http.Request, list string) ([]finder, int) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET, POST")
		return nil, http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestBody))
	if err != nil {
		c.Log.WarnContext(r.Context(), "sms: a body that is too large, or was cut off, came from the gateway")
		return nil, http.StatusRequestEntityTooLarge
	}
	form, isJSON := url.Values{}, strings.Contains(r.Header.Get("Content-Type"), "json") || len(body) > 0 && (body[0] == '{' || body[0] == '[')
	if !isJSON {
		if form, err = parsed(string(body)); err != nil {
			c.Log.WarnContext(r.Context(), "sms: a body that is no form came from the gateway", "bytes", len(body))
			return nil, http.StatusBadRequest
		}
	}
	query, err := parsed(r.URL.RawQuery)
	if err != nil { // part of it would be missing, and nobody would know
		c.Log.WarnContext(r.Context(), "sms: a query that is none came from the gateway", "path", r.URL.Path)
		return nil, http.StatusBadRequest
	}
	if !c.known(r, query, form) {
		c.Log.WarnContext(r.Context(), "sms: somebody without the gateway's secret came", "path", r.URL.Path)
		w.Header().Set("WWW-Authenticate", `Basic realm="sms"`)
		return nil, http.StatusUnauthorized
	}
	if isJSON {
		items, ok := listed(body, list, query)
		if !ok {
			c.Log.WarnContext(r.Context(), "sms: a body that is no JSON came from the gateway", "bytes", len(body))
			return nil, http.StatusBadRequest
		}
		return items, http.StatusOK
	}
	for name, values := range form {
		query[name] = append(query[name], values...)
	}
	return []finder{formed(query)}, http.StatusOK
}

// parsed reads a query or form. Some gateways put in words as they are: « 50% de chance ; ou pas ».
func parsed(raw string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err == nil {
		return values, nil
	}
	var b strings.Builder
	for i := range len(raw) {
		switch {
		case raw[i] == ';':
			b.WriteString("%3B")
		case raw[i] == '%' && !escaped(raw[i+1:]):
			b.WriteString("%25")
		default:
			b.WriteByte(raw[i])
		}
	}
	return url.ParseQuery(b.String())
}

// escaped says whether what is behind a percent sign makes it an escape.
func escaped(rest string) bool {
	if len(rest) < 2 {
		return false
	}
	_, err := hex.DecodeString(rest[:2])
	return err == nil
}

// known says whether a request is the gateway's: by Twilio's signature; by the secret, in whichever place
// the gateway can send it; or, of a report, because it names a message that was sent from here.
func (c *Channel) known(r *http.Request, query, form url.Values) bool {
	if c.Signed {
		return c.fromTwilio(r.Header.Get("X-Twilio-Signature"), r.URL.Path, r.URL.RawQuery, form)
	}
	if r.URL.Path == ReceiptPath && c.ours(query.Get("ref")) {
		return true
	}
	given := []string{query.Get("secret"), form.Get("secret"), r.Header.Get("X-Frontdesk-Secret")}
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
		given = append(given, bearer)
	}
	if _, password, is := r.BasicAuth(); is {
		given = append(given, password)
	}
	right := false
	for _, secret := range given { // each, so that the time says nothing
		right = same(secret, c.Secret) || right
	}
	return right
}

// same compares in constant time, whatever is sent.
func same(given, right string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(right))
	return right != "" && hmac.Equal(a[:], b[:])
}

// refOf names one part of a delivery. Nobody who was not told it can make one up.
func (c *Channel) refOf(d *bot.Delivery, part int) string {
	sum := sha256.Sum256([]byte("sms " + d.ID + " " + string(rune('0'+part))))
	id := hex.EncodeToString(sum[:8])
	return id + c.proof(id)
}

func (c *Channel) proof(id string) string {
	mac := hmac.New(sha256.New, []byte(c.Secret))
	mac.Write([]byte("receipt " + id))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// ours says whether refOf made a name.
func (c *Channel) ours(ref string) bool {
	return len(ref) == 32 && hmac.Equal([]byte(ref[16:]), []byte(c.proof(ref[:16])))
}

// sayNotKept counts what the store does not take: the door says it once in the log. Anything else is a
// fault of its own.
func (c *Channel) sayNotKept(ctx context.Context, err error) {
	if !errors.Is(err, bot.ErrUnavailable) {
		c.Log.WarnContext(ctx, "sms: a message was not kept; it will come again", "error", err)
		return
	}
	c.Log.DebugContext(ctx, "sms: a message was not kept; it will come again", "error", err)
	if c.Away != nil {
		c.Away()
	}
}
