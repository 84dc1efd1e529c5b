package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// telephone is somebody new who writes by text, from a number that is kept for fiction.
func (h *fakesHunt) telephone() string {
	h.t.Helper()
	prefix, n := markTexts, h.senders
	if n >= 100 {
		prefix, n = markMore, n-100
	}
	if n >= 100 {
		h.t.Fatal("there are more than 200 who write by text: take more numbers")
	}
	h.senders++
	return fmt.Sprintf("+33%s%02d", prefix, n)
}

// texts delivers a message to the service.
func (h *fakesHunt) texts(number, words string) {
	h.t.Helper()
	if _, err := h.gateway.Write(number, words); err != nil {
		h.t.Fatal(err)
	}
}

// byText is all that citizens write by text: the corpus, each conversation from a number of its own, and what
// can be written elsewhere than in a message, on a gateway that has bad days.
func (h *fakesHunt) byText(people []hired) {
	h.t.Helper()
	for i, lines := range h.conversations() {
		if h.words == "link" && i%4 != 0 { // what is particular there, Slack shows
			continue
		}
		number := h.telephone()
		for _, line := range lines {
			h.texts(number, line)
		}
	}
	p := h.telephone()
	h.gateway.Fail(2, http.StatusBadGateway)
	h.gateway.Busy(2, "1")
	h.gateway.LoseAnswers(2)
	h.texts(p, "je cherche "+h.word())
	h.texts(p, strings.Repeat("je cherche "+h.word()+". ", 300))
	h.texts(p, "1234567890") // a code that opens nothing
	for _, part := range []struct {
		ref  string
		n    int
		last bool
	}{{"7", 2, false}, {"7", 1, true}, {"8", 1, false}} { // the other half of the last never comes
		if err := h.gateway.WritePart(p, "une moitié "+h.word()+" ", part.ref, part.n, 2); err != nil {
			h.t.Fatal(err)
		}
	}
	h.texts("36000", "votre colis "+h.word()) // a machine
	h.texts(h.word(), "promotion "+h.word())
	h.forged()
	refused := h.telephone()
	h.gateway.Refuse(refused, "21610")
	h.texts(refused, "bonjour "+h.word())
	h.talkByText(people[0].Slack)
	for n := range 100 {
		if err := h.gateway.Report(fmt.Sprintf("+33%s%02d", markTexts, n), []string{"delivered", "failed", "buffered"}[n%3], ""); err != nil {
			h.t.Fatal(err)
		}
	}
	h.texts(p, "STOP")
	h.texts(p, "START")
	h.until("all texts are answered", h.idle)
}

// forged is what comes from somebody who does not know the secret.
func (h *fakesHunt) forged() {
	h.t.Helper()
	for _, path := range []string{"/sms/in", "/sms/receipt"} {
		fields := url.Values{"from": {h.telephone()}, "to": {ourText}, "text": {h.word()}, "id": {h.word()}, "secret": {h.word()}, "ref": {h.word()}}
		answer, err := http.Get(h.gateway.Front + path + "?" + fields.Encode())
		if err != nil {
			h.t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if found := h.found(string(body), true); answer.StatusCode < 400 || len(found) > 0 {
			h.t.Errorf("%s without its secret is answered %d, with %v", path, answer.StatusCode, found)
		}
	}
}

// talkByText is a talk with a counsellor, who writes in Slack where words may stand there.
func (h *fakesHunt) talkByText(user string) {
	h.t.Helper()
	h.until("whoever asked for a person has a card", h.idle)
	number, before := h.telephone(), len(h.cards("accueil-regional"))
	h.texts(number, "je cherche "+h.word())
	h.texts(number, "HUMAIN")
	h.until("a card more", func() bool { return len(h.cards("accueil-regional")) > before })
	all := h.cards("accueil-regional")
	card := all[len(all)-1]
	h.until("they were invited, and take it", func() bool { return h.slack.Click(user, card.Channel, card.TS, "claim") == nil })
	h.has(number, "est avec vous")
	h.texts(number, "merci "+h.word()+", mon numéro est le "+h.phone())
	if h.words == "link" {
		return
	}
	dossier := dossierNumber.FindString(card.Text())
	h.until("words are passed on", func() bool { _, is := h.thread(user, dossier); return is })
	root, _ := h.thread(user, dossier)
	h.n++
	words := fmt.Sprint(staffMark, "text", h.n)
	if _, err := h.slack.Write(user, root.Channel, "bonjour "+words, root.TS); err != nil {
		h.t.Fatal(err)
	}
	h.has(number, words)
}

// has waits until a telephone has a message with a part.
func (h *fakesHunt) has(number, part string) {
	h.t.Helper()
	h.until("a text says "+part, func() bool { return strings.Contains(strings.Join(h.gateway.Texts(number), "\n"), part) })
}

var segmentsSent = regexp.MustCompile(`frontdesk_sms_segments_total\{alphabet="(?:gsm|ucs2)"\} [1-9]`)

// textsWereThere wants that there was something to find.
func (h *fakesHunt) textsWereThere(metrics string) {
	h.t.Helper()
	people := 0
	for _, s := range h.sessions() {
		for _, leg := range s.Legs {
			if leg.Channel == "sms" {
				people++
			}
		}
	}
	inputs := strings.Count(h.log.String(), "sms: input")
	if people < 20 || inputs < 120 || h.gateway.Calls() < 200 || h.words == "dm" && (people < 60 || inputs < 400) || !segmentsSent.MatchString(metrics) {
		h.t.Errorf("%d people wrote %d texts, and %d were sent, or they are not counted", people, inputs, h.gateway.Calls())
	}
	h.t.Logf("%d people wrote %d texts, and %d were sent", people, inputs, h.gateway.Calls())
}
