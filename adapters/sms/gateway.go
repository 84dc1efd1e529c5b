package sms

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A Mapping is how a gateway says things. [Gateways] has those of common ones; each setting of a Region's
// own replaces one of theirs.
//
// Body is a template. In a body that begins with { or [ what is filled in is escaped for JSON, else for a
// form. With the method GET it is the query.
//
//	{to} {from}         numbers, with their plus
//	{to00} {todigits}   the same with 00 in its place, and without
//	{text}              the words
//	{hex}               the words in UTF-16, big end first, as hexadecimal digits
//	{coding}            Coding's first word for the GSM alphabet, its second for the other
//	{user} {password}   of the account
//	{receipt}           the address that reports are to come to: it names this message
//	{ref}               that name alone, where reports come to one fixed address
//
// Fields says where a message that arrives has what, Report the same of a report. Names are those of the
// query or form, or a path through JSON such as "message.body". hex has the words as the network sent them, as
// hexadecimal digits, and coding the number of their alphabet in SMPP; text is read where there are none.
type Mapping struct {
	Method  string
	Headers map[string]string
	Body    string
	Wide    string // the body for words that the GSM alphabet does not have; "" for the same
	Basic   bool   // user and password go as HTTP Basic, not in the body
	Signed  bool   // what arrives has Twilio's signature in place of a secret
	Coding  [2]string
	// MessageID finds the gateway's id in its answer: a path through JSON, or a pattern between slashes
	// with one group. "" where there is none.
	MessageID string
	// Code finds what a gateway says of a message, as MessageID; Refused are the codes with which trying again is
	// pointless. Without them a 400 or 422 is such a refusal. Accepted are the codes of a message that was taken,
	// for a gateway that answers 200 to whatever it is asked; without them any 2xx means that it was.
	Code     string
	Refused  []string
	Accepted []string

	Fields    map[string]string // from, to, text, id, time, charset, hex, coding, media, optout, ref, total, part, udh; list
	Report    map[string]string // ref, id, status, code; list
	Delivered []string          // statuses of a report that say so, any case
	Failed    []string          // and those that say that it never will be
	// Query is added to the address for reports: what the gateway fills in there.
	Query  string
	Answer string // body of the 200
	Type   string // its content type
}

// Gateways are the mappings that are known by name. "form" and "json" are a start for others.
func Gateways() map[string]Mapping {
	plain := map[string]string{"from": "from", "to": "to", "text": "text", "id": "id", "time": "time", "charset": "charset",
		"ref": "concat_ref", "total": "concat_total", "part": "concat_part", "udh": "udh"}
	report := map[string]string{"ref": "ref", "id": "id", "status": "status", "code": "code"}
	delivered := []string{"delivered", "DELIVRD"}
	failed := []string{"failed", "undelivered", "rejected", "expired", "UNDELIV", "REJECTD", "EXPIRED", "DELETED"}
	return map[string]Mapping{
		"form": {Method: "POST", Body: "from={from}&to={to}&text={text}&receipt={receipt}", Basic: true,
			Fields: plain, Report: report, Delivered: delivered, Failed: failed, MessageID: "id", Type: "text/plain"},
		"json": {Method: "POST", Body: `{"from":"{from}","to":"{to}","text":"{text}","receipt":"{receipt}"}`, Basic: true,
			Fields: plain, Report: report, Delivered: delivered, Failed: failed, MessageID: "id", Type: "text/plain"},
		"kannel": {Method: "GET", Coding: [2]string{"0", "2"},
			Body: "username={user}&password={password}&from={from}&to={to}&text={text}&charset=UTF-8&coding={coding}&dlr-mask=19&dlr-url={receipt}",
			// The answer has no id; the report names the message as the address for it did.
			Fields: plain, Report: report, Query: "status=%d", Delivered: []string{"1"}, Failed: []string{"2", "16"}, Type: "text/plain"},
		"jasmin": {Method: "POST", Coding: [2]string{"0", "8"},
			Body:      "username={user}&password={password}&from={from}&to={to}&content={text}&coding={coding}&dlr=yes&dlr-level=2&dlr-method=POST&dlr-url={receipt}",
			Wide:      "username={user}&password={password}&from={from}&to={to}&hex-content={hex}&coding={coding}&dlr=yes&dlr-level=2&dlr-method=POST&dlr-url={receipt}",
			MessageID: `/"([0-9A-Za-z-]+)"/`,
			Fields:    map[string]string{"from": "from", "to": "to", "text": "content", "id": "id", "hex": "binary", "coding": "coding"},
			Report:    map[string]string{"ref": "ref", "id": "id", "status": "message_status"},
			Delivered: delivered, Failed: failed, Answer: "ACK/Jasmin", Type: "text/plain"},
		"twilio": {Method: "POST", Body: "To={to}&From={from}&Body={text}&StatusCallback={receipt}", Basic: true, Signed: true,
			MessageID: "sid", Code: "code", Refused: []string{
				"21211", "21612", "21614", "21635", // no number that texts reach
				"21408",           // in a country that the account does not write to
				"21610",           // who wrote STOP
				"30005", "30006"}, // in a report: nobody's, or a landline
			Fields:    map[string]string{"from": "From", "to": "To", "text": "Body", "id": "MessageSid", "media": "NumMedia", "optout": "OptOutType"},
			Report:    map[string]string{"ref": "ref", "id": "MessageSid", "status": "MessageStatus", "code": "ErrorCode"},
			Delivered: []string{"delivered"}, Failed: []string{"failed", "undelivered"}, Answer: "<Response></Response>", Type: "text/xml"},
	}
}

// Known are the names of Gateways, sorted.
func Known() []string { return slices.Sorted(maps.Keys(Gateways())) }

// Check says what is wrong, by the name to set.
func (m *Mapping) Check() error {
	switch {
	case m.Method != "GET" && m.Method != "POST":
		return errors.New("FRONTDESK_SMS_METHOD: must be GET or POST")
	case !strings.Contains(m.Body, "{to}") && !strings.Contains(m.Body, "{to00}") && !strings.Contains(m.Body, "{todigits}"),
		!strings.Contains(m.Body, "{text}") && !strings.Contains(m.Body, "{hex}"):
		return errors.New("FRONTDESK_SMS_BODY: must have {to} and {text} in it: whom a message goes to, and its words")
	case len(m.Accepted) > 0 && m.Code == "":
		return errors.New("FRONTDESK_SMS_ACCEPTED: needs FRONTDESK_SMS_CODE, which says where the answer has its code")
	case m.Fields["from"] == "" || m.Fields["text"] == "":
		return errors.New("FRONTDESK_SMS_FIELDS: must say where a message has its sender and its words, such as from=msisdn,text=message,id=messageId")
	}
	for name, body := range map[string]string{"FRONTDESK_SMS_BODY": m.Body, "FRONTDESK_SMS_WIDE": m.Wide} {
		if isJSON(body) && !json.Valid([]byte(sample(body))) {
			return fmt.Errorf("%s: begins as JSON and is none; words must stand between quotation marks, such as {\"to\":\"{to}\",\"text\":\"{text}\"}", name)
		}
	}
	for name, path := range map[string]string{"FRONTDESK_SMS_MESSAGE_ID": m.MessageID, "FRONTDESK_SMS_CODE": m.Code} {
		if pattern, is := patternOf(path); is {
			if re, err := regexp.Compile(pattern); err != nil || re.NumSubexp() != 1 {
				return fmt.Errorf("%s: must be a path such as messages.0.id, or a pattern with one group such as /id=(\\d+)/", name)
			}
		}
	}
	return nil
}

// patternOf is what stands between slashes.
func patternOf(path string) (string, bool) {
	inner, is := strings.CutPrefix(path, "/")
	if !is || !strings.HasSuffix(inner, "/") {
		return "", false
	}
	return strings.TrimSuffix(inner, "/"), true
}

// Pairs reads "name=value,name=value"; sep may stand for the comma. A value keeps what = it has.
func Pairs(text, sep string) (map[string]string, error) {
	all := map[string]string{}
	for pair := range strings.SplitSeq(text, sep) {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, errors.New("must be pairs such as from=msisdn,text=message")
		}
		all[name] = strings.TrimSpace(value)
	}
	return all, nil
}

// Fieldnames are what Fields may name, and Report.
func Fieldnames() (message, report []string) {
	return []string{"from", "to", "text", "id", "time", "charset", "hex", "coding", "media", "optout", "ref", "total", "part", "udh", "list"},
		[]string{"ref", "id", "status", "code", "list"}
}
