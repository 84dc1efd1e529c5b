package sms

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf16"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// longestAnswer bounds what is read of a gateway's.
const longestAnswer = 64 << 10

// patience is how long a gateway is left alone that says only that it was asked too often.
const patience = 5 * time.Second

// outgoing is one message on its way to the gateway.
type outgoing struct{ to, text, ref string }

// A caller makes requests. It knows of each one that fails whether the gateway may have obeyed it, and lets
// neither the address, which may have a password and a number in it, nor a body into an error.
type caller struct{ client *http.Client }

// newCaller follows no redirection: it would carry words and passwords elsewhere.
func newCaller(client *http.Client) caller {
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return caller{&own}
}

var errNotReached = errors.New("the gateway was not reached")

func (c caller) do(req *http.Request) (status int, header http.Header, body []byte, err error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) { sent.Store(w.Err == nil) }}
	res, err := c.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	switch {
	case err != nil && sent.Load():
		return 0, nil, nil, fmt.Errorf("the gateway was asked, and the answer was lost: %w", bot.ErrAmbiguous)
	case err != nil:
		return 0, nil, nil, errNotReached
	}
	defer func() { _ = res.Body.Close() }() // it was read
	body, err = io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("the gateway's answer was cut off: %w", bot.ErrAmbiguous)
	}
	return res.StatusCode, res.Header, body, nil
}

// post hands one message to the gateway and returns what it calls it, or "".
func (c *Channel) post(ctx context.Context, o outgoing) (string, error) {
	o.text = render.Plain(o.text)
	if o.ref == "" { // the adapter's own sentence: nobody asks what became of it
		id := make([]byte, 8)
		_, _ = rand.Read(id)
		o.ref = hex.EncodeToString(id) + c.proof(hex.EncodeToString(id))
	}
	segments, gsm7 := render.Segments(o.text)
	req, err := c.request(ctx, o, gsm7)
	if err != nil {
		return "", err
	}
	status, header, body, err := c.call.do(req)
	if err != nil {
		return "", err
	}
	if err := c.verdict(status, header, body); err != nil {
		return "", err
	}
	if c.Sent != nil {
		c.Sent(segments, gsm7)
	}
	id := answered(body, c.MessageID)
	if id == "" && c.MessageID != "" {
		c.Log.DebugContext(ctx, "sms: the gateway's answer has no id where FRONTDESK_SMS_MESSAGE_ID says")
	}
	return id, nil
}

// request fills in the mapping.
func (c *Channel) request(ctx context.Context, o outgoing, gsm7 bool) (*http.Request, error) {
	template := c.Body
	if !gsm7 && c.Wide != "" {
		template = c.Wide
	}
	kind, escape := "application/x-www-form-urlencoded", url.QueryEscape
	if isJSON(template) {
		kind, escape = "application/json", inJSON
	}
	body := strings.NewReplacer(c.holes(o, gsm7, escape)...).Replace(template)
	address := strings.ReplaceAll(c.URL, "{user}", url.PathEscape(c.User))
	var req *http.Request
	var err error
	if c.Method == http.MethodGet {
		joint := "?"
		if strings.Contains(address, "?") {
			joint = "&"
		}
		req, err = http.NewRequestWithContext(ctx, c.Method, address+joint+body, nil)
	} else {
		req, err = http.NewRequestWithContext(ctx, c.Method, address, strings.NewReader(body))
	}
	if err != nil {
		return nil, errors.New("the address of the gateway cannot be used")
	}
	if c.Method != http.MethodGet {
		req.Header.Set("Content-Type", kind)
	}
	for name, value := range c.Headers {
		req.Header.Set(name, value)
	}
	if c.Basic && c.User != "" {
		req.SetBasicAuth(c.User, c.Password)
	}
	return req, nil
}

// holes are what a template can have, and what is put there.
func (c *Channel) holes(o outgoing, gsm7 bool, escape func(string) string) []string {
	receipt := c.PublicURL + ReceiptPath + "?ref=" + o.ref
	if c.Query != "" {
		receipt += "&" + c.Query
	}
	coding := c.Coding[0]
	if !gsm7 {
		coding = c.Coding[1]
	}
	digits := strings.TrimPrefix(o.to, "+")
	var all []string
	for _, pair := range [][2]string{
		{"{to}", o.to}, {"{to00}", "00" + digits}, {"{todigits}", digits}, {"{from}", c.From}, {"{text}", o.text}, {"{hex}", inHex(o.text)},
		{"{coding}", coding}, {"{user}", c.User}, {"{password}", c.Password}, {"{receipt}", receipt}, {"{ref}", o.ref},
	} {
		all = append(all, pair[0], escape(pair[1]))
	}
	return all
}

// isJSON says whether a template is of JSON: it begins with a bracket or brace, which is not that of a hole.
func isJSON(template string) bool {
	begin := strings.TrimSpace(template)
	if strings.HasPrefix(begin, "[") {
		return true
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(begin, "{"), "}")
	return strings.HasPrefix(begin, "{") && (name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0") != "")
}

// sample is a template of JSON filled in with what is no JSON unless it stands between quotation marks; numbers
// need not.
func sample(template string) string {
	var all []string
	for _, hole := range []string{"{to}", "{to00}", "{text}", "{hex}", "{password}", "{receipt}", "{ref}"} {
		all = append(all, hole, inJSON("+\"a"))
	}
	for _, hole := range []string{"{todigits}", "{from}", "{coding}", "{user}"} {
		all = append(all, hole, "8")
	}
	return strings.NewReplacer(all...).Replace(template)
}

// inJSON is a text as it stands between quotation marks.
func inJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

func inHex(text string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(u>>8), byte(u))
	}
	return hex.EncodeToString(raw)
}

// verdict is what a gateway's answer means. Nothing of its text is repeated: it may have a message's words
// or a number in it. A code of its own is.
func (c *Channel) verdict(status int, header http.Header, body []byte) error {
	code := strings.TrimSpace(answered(body, c.Code))
	shown := code
	if strings.Trim(code, "0123456789") != "" && !slices.Contains(c.Refused, code) { // a sentence, perhaps with the number in it
		shown = ""
	}
	switch {
	case status == http.StatusTooManyRequests:
		return fmt.Errorf("the gateway is asked too often: %w", bot.RetryAfter{Wait: waitOf(header, c.Now()), Whole: true})
	case code != "" && slices.Contains(c.Refused, code):
		return fmt.Errorf("the gateway answered %d, code %s, of this number: %w", status, shown, bot.ErrUndeliverable)
	case status >= 200 && status < 300 && len(c.Accepted) > 0 && !slices.Contains(c.Accepted, code):
		return fmt.Errorf("the gateway answered %d, code %q, which is none of FRONTDESK_SMS_ACCEPTED", status, shown)
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		if len(c.Refused) > 0 {
			return fmt.Errorf("the gateway answered %d, code %q: FRONTDESK_SMS_ settings, or its account, may be wrong", status, shown)
		}
		return fmt.Errorf("the gateway answered %d, it does not take this message: %w", status, bot.ErrUndeliverable)
	case status >= 500 || status == http.StatusRequestTimeout:
		return fmt.Errorf("the gateway answered %d: %w", status, bot.ErrAmbiguous)
	}
	return fmt.Errorf("the gateway answered %d: FRONTDESK_SMS_URL, _USER or _PASSWORD may be wrong", status)
}

// waitOf reads Retry-After, which is seconds or a date.
func waitOf(header http.Header, now time.Time) time.Duration {
	told := header.Get("Retry-After")
	if n, err := strconv.Atoi(told); err == nil && n > 0 {
		return min(time.Duration(n)*time.Second, time.Hour)
	}
	if at, err := http.ParseTime(told); err == nil && at.After(now) {
		return min(at.Sub(now), time.Hour)
	}
	return patience
}
