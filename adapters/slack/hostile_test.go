package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// forged brings an interaction that no client of Slack would send, with Slack's signature.
func (h *house) forged(interaction map[string]any) string {
	h.t.Helper()
	payload, err := json.Marshal(interaction)
	h.must(err)
	w := h.posts("/slack/interactions", url.Values{"payload": {string(payload)}}.Encode(), time.Now(), nil)
	if w.Code != 200 {
		h.t.Fatalf("answered %d", w.Code)
	}
	return w.Body.String()
}

// A form says itself which case it is about, and a button of a list does: neither is believed.
func TestAFormOrAButtonThatNamesAnotherCaseChangesNothing(t *testing.T) {
	h := opened(t, setup{http: true})
	card := h.waits("OR-7F3K-2")
	h.talks(anna, card)
	free := h.waits("OR-8888-2")
	whole := h.events(card)
	metadata, _ := json.Marshal(origin{Conversation: card.Conversation})
	values := map[string]any{
		"finish":      map[string]any{"outcome": map[string]any{"outcome": map[string]any{"selected_option": map[string]any{"value": "answered"}}}},
		"canned_text": map[string]any{"text": map[string]any{"text": map[string]any{"value": "Bonjour"}}},
		"procedure":   map[string]any{"do": map[string]any{"do": map[string]any{"selected_option": map[string]any{"value": "open"}}}},
		"refuse":      map[string]any{"reason": map[string]any{"reason": map[string]any{"selected_option": map[string]any{"value": "other"}}}},
		"promise": map[string]any{"day": map[string]any{"d": map[string]any{"selected_date": "2026-12-01"}}, "hour": map[string]any{"h": map[string]any{"selected_time": "10:00"}},
			"contact": map[string]any{"c": map[string]any{"selected_option": map[string]any{"value": "desk"}}}},
		"transfer": map[string]any{"structure": map[string]any{"s": map[string]any{"selected_option": map[string]any{"value": string(local)}}},
			"reason": map[string]any{"r": map[string]any{"value": "x"}}, "consent": map[string]any{"c": map[string]any{"selected_options": []any{map[string]any{"value": yes}}}}},
	}
	for _, user := range []string{chloe, bilal, denis} {
		for form, state := range values {
			answer := h.forged(map[string]any{"type": "view_submission", "user": map[string]any{"id": user},
				"view": map[string]any{"id": "V" + user + form, "callback_id": form, "private_metadata": string(metadata), "state": map[string]any{"values": state}}})
			if !strings.Contains(answer, `"errors"`) {
				t.Errorf("%s sends the form %q and is answered %q", user, form, answer)
			}
			if user != bilal && !strings.Contains(answer, "n'existe pas") {
				t.Errorf("%s learns that the case exists: %s", user, answer)
			}
		}
		for _, id := range []bot.ConversationID{card.Conversation, free.Conversation} {
			if user == bilal && id == free.Conversation {
				continue // it is his to take
			}
			for _, action := range []string{actTake, actHere} {
				h.forged(map[string]any{"type": "block_actions", "user": map[string]any{"id": user}, "trigger_id": "T" + user + action + string(id),
					"actions": []any{map[string]any{"action_id": action, "value": string(id) + " 999"}}})
			}
		}
	}
	h.settled()
	var done []bot.Event
	for _, e := range h.events(card) {
		if c, is := e.(bot.Claimed); is && c.By == "bilal" {
			continue // the turn refuses him
		}
		done = append(done, e)
	}
	same(t, "the case that Anna has", done, whole)
	same(t, "the case that waits", len(h.events(free)), 0)
}

// A thread that has ended says that nothing goes from it. That stays so when its owner has the case again, in
// another thread or on the web desk: who scrolls back and writes means what stood there.
func TestWhatIsWrittenInAThreadThatHasEndedGoesNowhere(t *testing.T) {
	for _, again := range []string{"another thread", "the web desk"} {
		t.Run(again, func(t *testing.T) {
			h := opened(t, setup{})
			card := h.waits("OR-7F3K-2")
			old := h.talks(anna, card)
			h.must(h.cases.Take(t.Context(), bot.Input{ID: "r", Conversation: card.Conversation, Event: bot.Released{By: "anna"}}))
			h.deliver(card.Conversation, leg(h.who(anna)), bot.Tell{To: "anna", Code: "released"})
			h.must(h.cases.Take(t.Context(), bot.Input{ID: "c", Conversation: card.Conversation, Event: bot.Claimed{By: "anna"}}))
			var current spot
			if again == "another thread" {
				h.deliver(card.Conversation, leg(h.who(anna)), bot.Present{Brief: bot.Brief{Dossier: card.Dossier}})
				var err error
				current, err = h.desk.talkRoot(t.Context(), card.Conversation, h.who(anna))
				h.must(err)
			}
			before := len(h.events(card))
			_, err := h.slack.Write(anna, old.Channel, "dans l'ancien fil", old.TS)
			h.must(err)
			h.settled()
			same(t, "inputs from the old thread", len(h.events(card))-before, 0)
			contains(t, "the old thread", h.thread(old), endedThread)
			if current == (spot{}) {
				return
			}
			_, err = h.slack.Write(anna, current.Channel, "dans le nouveau fil", current.TS)
			h.must(err)
			h.settled()
			same(t, "inputs from the new thread", len(h.events(card))-before, 1)
		})
	}
}

// Slack lets who writes in a thread show it to the whole room as well: that is still a note.
func TestANoteThatIsAlsoSentToTheRoomStaysInside(t *testing.T) {
	h := opened(t, setup{http: true})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	for n, event := range []string{
		`{"type":"message","subtype":"thread_broadcast","channel_type":"group","channel":%q,"user":%q,"text":"entre nous","ts":"1764150000.000100","thread_ts":%q,"root":{}}`,
		`{"type":"message","subtype":"message_changed","channel_type":"group","channel":%q,"message":{"subtype":"thread_broadcast","user":%q,"text":"entre nous, corrigé","ts":"1764150000.000100","thread_ts":%q,"edited":{"ts":"1764150001.000000"}},"previous_message":{"text":"entre nous"}}`,
	} {
		body := fmt.Sprintf(`{"type":"event_callback","event_id":"Ev%d","event":%s}`, n, fmt.Sprintf(event, at.Channel, anna, at.TS))
		if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 200 {
			t.Fatalf("answered %d", got)
		}
	}
	h.settled()
	for _, e := range h.events(card) {
		if bot.Name(e) != "claimed" && bot.Name(e) != "noted" {
			t.Errorf("a note became %s", bot.Name(e))
		}
	}
	same(t, "notes", len(h.events(card)), 3)
}

// Whoever is taken out of the staff file keeps their account in Slack, and the threads in it: from then on
// nothing that people write goes there. The same for an account that became somebody else's.
func TestWhoIsNotOfTheStaffAnyMoreReadsNothingNew(t *testing.T) {
	for name, staff := range map[string]staffList{
		"gone":            {{ID: "karim", Name: "Karim", Slack: "U0KARIM"}},
		"somebody else's": {{ID: "karim", Name: "Karim", Slack: anna}},
	} {
		t.Run(name, func(t *testing.T) {
			s := withThread(t, WordsDM)
			before := len(s.thread())
			s.d.Staff = staff
			s.undeliverable(s.to(theOwner(), bot.Pass{Text: "zyzzyva"}))
			s.undeliverable(s.to(theOwner(), bot.Present{Brief: theBrief()}))
			if all := s.thread(); len(all) != before {
				t.Errorf("the thread: %v", texts(all))
			}
		})
	}
}
