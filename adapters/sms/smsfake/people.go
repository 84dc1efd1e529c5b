package smsfake

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// errTurnedAway is a service that does not take a message even after many tries.
var errTurnedAway = errors.New("the service does not take the message")

// Write delivers what a telephone writes, again and again until the service takes it, and then as often more
// as it repeats itself. It returns the gateway's id of the message.
func (s *Server) Write(number, text string) (string, error) {
	return s.deliver(number, text, nil)
}

// WritePart delivers one part of a long message: ref names the message, n and of the place in it.
func (s *Server) WritePart(number, text, ref string, n, of int) error {
	_, err := s.deliver(number, text, map[string]string{"concat_ref": ref, "concat_part": strconv.Itoa(n), "concat_total": strconv.Itoa(of)})
	return err
}

// WriteWith delivers a message that has something more: a picture, a word about what the gateway did.
func (s *Server) WriteWith(number, text string, more map[string]string) error {
	_, err := s.deliver(number, text, more)
	return err
}

func (s *Server) deliver(number, text string, more map[string]string) (string, error) {
	s.mu.Lock()
	s.ids++
	id, repeats := fmt.Sprintf("in-%d", s.ids), s.repeats
	s.mu.Unlock()
	fields := s.named(number, text, id)
	maps.Copy(fields, more)
	for range 1 + repeats {
		if err := s.insist(func() (int, string, error) { return s.ask("/sms/in", fields) }); err != nil {
			return id, err
		}
	}
	return id, nil
}

// named gives a message the names that the kind of gateway has.
func (s *Server) named(number, text, id string) map[string]string {
	switch s.Kind {
	case "jasmin":
		raw, coding := onTheAir(text)
		return map[string]string{"from": number, "to": s.From, "content": raw, "binary": hex.EncodeToString([]byte(raw)), "coding": coding,
			"priority": "0", "id": id, "origin-connector": "smpp-1"}
	case "twilio":
		return map[string]string{"From": number, "To": s.From, "Body": text, "MessageSid": id, "NumMedia": "0", "AccountSid": s.User}
	}
	return map[string]string{"from": number, "to": s.From, "text": text, "id": id}
}

// onTheAir is a text as a network carries it, and the number of its alphabet in SMPP: the alphabet of SMS, a byte
// a sign, or UTF-16. Of the first the fake knows what a French telephone writes.
func onTheAir(text string) (raw, coding string) {
	signs := map[rune]string{'@': "\x00", '$': "\x02", 'è': "\x04", 'é': "\x05", 'ù': "\x06", 'É': "\x1f", 'à': "\x7f", '_': "\x11", '€': "\x1be", '[': "\x1b<", ']': "\x1b>"}
	for _, r := range text {
		switch sign, is := signs[r]; {
		case is:
			raw += sign
		case r == '\n', r >= ' ' && r <= 'Z', r >= 'a' && r <= 'z':
			raw += string(r)
		default:
			raw = ""
			for _, unit := range utf16.Encode([]rune(text)) {
				raw += string([]byte{byte(unit >> 8), byte(unit)})
			}
			return raw, "8"
		}
	}
	return raw, "0"
}

// insist asks until it is answered 2xx; anything else than 503 it takes for a refusal.
func (s *Server) insist(ask func() (int, string, error)) error {
	for range 200 {
		status, answer, err := ask()
		switch {
		case err == nil && status == http.StatusOK:
			if s.Kind == "jasmin" && answer != "ACK/Jasmin" {
				return fmt.Errorf("%w: it answers %q", errTurnedAway, answer)
			}
			return nil
		case err == nil && status != http.StatusServiceUnavailable:
			return fmt.Errorf("%w: %d", errTurnedAway, status)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errTurnedAway
}

// ask makes one request of the service.
func (s *Server) ask(path string, fields map[string]string) (int, string, error) {
	s.mu.Lock()
	front := s.Front
	s.mu.Unlock()
	values := url.Values{}
	for name, value := range fields {
		values.Set(name, value)
	}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	var req *http.Request
	var err error
	switch s.Kind {
	case "kannel":
		if path == "/sms/in" {
			values.Set("secret", s.Secret)
		}
		req, err = http.NewRequest(http.MethodGet, front+path+joint+values.Encode(), nil)
	case "json":
		body, _ := json.Marshal(fields)
		req, err = http.NewRequest(http.MethodPost, front+path, strings.NewReader(string(body)))
	default:
		req, err = http.NewRequest(http.MethodPost, front+path, strings.NewReader(values.Encode()))
	}
	if err != nil {
		return 0, "", err
	}
	s.sign(req, path, values)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, string(answer), err
}

// sign shows who asks.
func (s *Server) sign(req *http.Request, path string, values url.Values) {
	switch s.Kind {
	case "kannel":
		return
	case "json":
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+s.Secret)
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if s.Kind != "twilio" {
		req.SetBasicAuth("gateway", s.Secret)
		return
	}
	public := s.Public
	if public == "" {
		public = s.Front
	}
	whole := public + path
	for _, name := range slices.Sorted(maps.Keys(values)) {
		whole += name + values.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(s.Password))
	mac.Write([]byte(whole))
	req.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// Report tells what became of every message to a number that was not reported yet: "delivered", "failed" or
// anything else that is no end. code is Twilio's reason, or "". It may be as late as one likes.
func (s *Server) Report(number, status, code string) error {
	s.mu.Lock()
	var waiting []*Message
	for _, m := range s.shown[number] {
		if !m.told {
			waiting = append(waiting, m)
			m.told = status == "delivered" || status == "failed"
		}
	}
	s.mu.Unlock()
	for _, m := range waiting {
		if err := s.insist(func() (int, string, error) { return s.tell(m, status, code) }); err != nil {
			return err
		}
	}
	return nil
}

// tell reports in the kind of gateway's way, at the address that came with the message.
func (s *Server) tell(m *Message, status, code string) (int, string, error) {
	_, rest, ok := strings.Cut(m.report, "/sms/receipt")
	if !ok {
		return 0, "", errors.New("nobody wants a report of this message")
	}
	path := "/sms/receipt" + rest
	switch s.Kind {
	case "kannel":
		number := map[string]string{"delivered": "1", "failed": "2"}[status]
		if number == "" {
			number = "8"
		}
		return s.ask(strings.ReplaceAll(path, "%d", number), nil)
	case "jasmin":
		word := map[string]string{"delivered": "DELIVRD", "failed": "UNDELIV"}[status]
		if word == "" {
			word = "ACCEPTD"
		}
		return s.ask(path, map[string]string{"id": m.ID, "message_status": word, "level": "2"})
	case "twilio":
		fields := map[string]string{"MessageSid": m.ID, "MessageStatus": status}
		if code != "" {
			fields["ErrorCode"] = code
		}
		return s.ask(path, fields)
	}
	return s.ask(path, map[string]string{"id": m.ID, "status": status, "code": code})
}
