package slack

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// payloads are bodies in the form in which Slack sends them. Everything in them that somebody wrote or is
// called, every token and every secret address contains the mark.
const (
	payloads = "../../testdata/payloads/slack"
	secret   = "kzq"
)

// What stands where, in the bodies.
var (
	theTalk    = spot{"D0ANNA", "1764150000.000100"}
	theCard    = spot{"G0FILE", "1764150000.000200"}
	theCitizen = spot{"D0ANNA", "1764150050.000400"}
)

// A captured is one body and what it becomes.
type captured struct {
	file string
	life bot.Life  // of the case: waiting, referred, or live with Anna
	want []intake_ // inputs, in order
	says string    // in the acknowledgement
}

type intake_ struct {
	id    string
	event bot.Event
}

func become() []captured {
	const theView = "slack:view:V0"
	at := func(ts string) string { return "slack:D0ANNA:" + ts }
	anna, bilal := bot.CounsellorID("anna"), bot.CounsellorID("bilal")
	took := bot.TookBack{By: anna, Message: at("1764150111.000300"), Written: time.Unix(1764150111, 300000).UTC()}
	reply := func(id string, text bot.Words) []intake_ { return []intake_{{id, bot.Replied{By: anna, Text: text}}} }
	return []captured{
		{file: "message_im_in_thread.json", life: bot.Live, want: reply(at("1764150111.000300"), "Bonjour, je suis <Anna> mots-kzq")},
		{file: "message_im_outside.json", life: bot.Live},
		{file: "message_im_in_another_thread.json", life: bot.Live},
		{file: "message_im_changed.json", life: bot.Live, want: []intake_{{"slack:edit:D0ANNA:1764150111.000300:1764150120.000000",
			bot.Replied{By: anna, Text: "Rendez-vous jeudi mots-kzq", Amends: at("1764150111.000300")}}}},
		{file: "message_im_changed_by_an_unfurled_link.json", life: bot.Live},
		{file: "message_im_changed_by_an_unfurled_link_after_an_edit.json", life: bot.Live},
		{file: "message_im_changed_without_what_was_before.json", life: bot.Live},
		{file: "message_im_deleted.json", life: bot.Live, want: []intake_{{"slack:delete:D0ANNA:1764150111.000300", took}}},
		{file: "message_im_file_share.json", life: bot.Live, want: reply(at("1764150111.000300"), "Voici la plaquette mots-kzq")},
		{file: "message_im_file_without_text.json", life: bot.Live},
		{file: "message_im_thread_broadcast.json", life: bot.Live, want: reply(at("1764150111.000300"), "Aussi dans le salon mots-kzq")},
		{file: "message_im_with_an_unknown_block.json", life: bot.Live, want: reply(at("1764150111.000300"), "Bonjour mots-kzq")},
		{file: "message_im_of_ours.json", life: bot.Live},
		{file: "message_im_by_a_stranger.json", life: bot.Live},
		{file: "message_bot_message.json", life: bot.Live},
		{file: "message_groups_of_another_app.json", life: bot.Live},
		{file: "message_of_a_workflow.json", life: bot.Live},
		{file: "message_groups_in_card_thread.json", life: bot.Waiting, want: []intake_{{"slack:G0FILE:1764150060.000500", bot.Noted{By: bilal, Text: "Je connais ce dossier mots-kzq"}}}},
		{file: "message_groups_changed.json", life: bot.Live, want: []intake_{{"slack:edit:G0FILE:1764150060.000500:1764150130.000000", bot.Noted{By: bilal, Text: "Je connais bien ce dossier mots-kzq"}}}},
		{file: "message_groups_top_level.json", life: bot.Live},
		{file: "message_groups_by_a_stranger.json", life: bot.Live},
		{file: "message_groups_joined.json", life: bot.Live},
		{file: "app_home_opened.json", life: bot.Live},
		{file: "member_joined_channel.json", life: bot.Live},
		{file: "member_left_channel.json", life: bot.Live, want: []intake_{{"slack:Ev022:conversation-1", bot.Released{By: anna}}}},
		{file: "member_left_channel_ourselves.json", life: bot.Live},
		{file: "user_change_deleted.json", life: bot.Live, want: []intake_{{"slack:Ev024:conversation-1", bot.Released{By: anna}}}},
		{file: "user_change_profile.json", life: bot.Live},
		{file: "group_archive.json", life: bot.Live},
		{file: "group_deleted.json", life: bot.Live},
		{file: "group_left.json", life: bot.Live},
		{file: "group_rename.json", life: bot.Live},
		{file: "tokens_revoked.json", life: bot.Live},
		{file: "app_uninstalled.json", life: bot.Live},
		{file: "event_nobody_asked_for.json", life: bot.Live},
		{file: "url_verification.json", life: bot.Live, says: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"},
		{file: "app_rate_limited.json", life: bot.Live},
		{file: "event_malformed.json", life: bot.Live},

		{file: "block_actions_claim.json", life: bot.Waiting, want: []intake_{{"slack:conversation-1:claim:U0BILAL:12", bot.Claimed{By: bilal}}}},
		{file: "block_actions_peek.json", life: bot.Waiting},
		{file: "block_actions_more_transfer.json", life: bot.Live},
		{file: "block_actions_more_misroute.json", life: bot.Waiting, want: []intake_{{"slack:conversation-1:misroute:U0BILAL:", bot.Misrouted{By: bilal}}}},
		{file: "block_actions_refuse.json", life: bot.Referred},
		{file: "block_actions_canned.json", life: bot.Live},
		{file: "block_actions_promise.json", life: bot.Live},
		{file: "block_actions_transfer.json", life: bot.Live},
		{file: "block_actions_invite.json", life: bot.Live},
		{file: "block_actions_release.json", life: bot.Live, want: []intake_{{"slack:conversation-1:release:U0ANNA:12", bot.Released{By: anna}}}},
		{file: "block_actions_finish.json", life: bot.Live},
		{file: "block_actions_procedure.json", life: bot.Live},
		{file: "block_actions_open_link.json", life: bot.Live},
		{file: "block_actions_take_ephemeral.json", life: bot.Waiting, want: []intake_{{"slack:conversation-1:claim:U0BILAL:1764150060.000500", bot.Claimed{By: bilal}}}},
		{file: "block_actions_unknown_card.json", life: bot.Waiting},
		{file: "block_actions_home_resume.json", life: bot.Live},

		{file: "view_submission_finish.json", life: bot.Live, want: []intake_{{theView + "FINISH:", bot.Finished{By: anna, Outcome: "referred", To: local, Follow: time.Date(2026, 12, 10, 9, 0, 0, 0, time.UTC)}}}},
		{file: "view_submission_finish_without_structure.json", life: bot.Live, says: "Choisissez une structure."},
		{file: "view_submission_transfer.json", life: bot.Live, want: []intake_{{theView + "TRANSFER:", bot.Transferred{By: anna, To: local, Reason: "Elle habite Rennes mots-kzq", Consent: true}}}},
		{file: "view_submission_transfer_without_consent.json", life: bot.Live, says: mustAgree},
		{file: "view_submission_invite.json", life: bot.Live, want: []intake_{{theView + "INVITE:", bot.Invited{By: anna, To: local, Consent: true}}}},
		{file: "view_submission_promise.json", life: bot.Live, want: []intake_{{theView + "PROMISE:", bot.Promise{By: anna, At: time.Date(2026, 11, 27, 14, 30, 0, 0, time.UTC), Contact: "phone"}}}},
		{file: "view_submission_refuse.json", life: bot.Referred, want: []intake_{{theView + "REFUSE:", bot.Refused{By: "chloe", Reason: "territory", Note: "De Fougères mots-kzq"}}}},
		{file: "view_submission_procedure.json", life: bot.Live, want: []intake_{{theView + "PROCEDURE:", bot.Procedure{By: anna, Do: "open", Note: "CRIP prévenue mots-kzq"}}}},
		{file: "view_submission_canned.json", life: bot.Live, says: "La VAE demande un an"},
		{file: "view_submission_canned_text.json", life: bot.Live, want: []intake_{{theView + "CANNED_TEXT:", bot.Replied{By: anna, Text: "La VAE, mots-kzq"}}}},
		{file: "view_closed.json", life: bot.Live},
		{file: "message_action_redact.json", life: bot.Live, want: []intake_{{"slack:conversation-1:redact:U0ANNA:" + theCitizen.name(), bot.Redacted{By: anna, Message: "web:1", Seqs: []int64{5, 6}}}}},
		{file: "message_action_take_back.json", life: bot.Live, want: []intake_{{"slack:delete:D0ANNA:1764150111.000300", took}}},
		{file: "message_action_misroute.json", life: bot.Live, want: []intake_{{"slack:conversation-1:misroute:U0BILAL:1764150000.000200", bot.Misrouted{By: bilal}}}},
		{file: "shortcut_next.json", life: bot.Waiting, want: []intake_{{"slack:conversation-1:claim:U0BILAL:9876543210.123.kzq", bot.Claimed{By: bilal}}}},
		{file: "interaction_malformed.json", life: bot.Live},
		{file: "command_file.form", life: bot.Waiting},
		{file: "command_suivante.form", life: bot.Waiting, want: []intake_{{"slack:conversation-1:claim:U0BILAL:9876543210.123.kzq", bot.Claimed{By: bilal}}}},
		{file: "command_unknown.form", life: bot.Live},
		{file: "command_malformed.form", life: bot.Live},
	}
}

// pathOf is where Slack sends a body, and the body as it sends it.
func pathOf(t *testing.T, file string) (string, string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(payloads, file))
	if err != nil {
		t.Fatal(err)
	}
	switch name, _, _ := strings.Cut(file, "_"); {
	case strings.HasSuffix(file, ".form"):
		return "/slack/commands", strings.TrimSpace(string(raw))
	case name == "block", name == "view", name == "shortcut", name == "interaction", strings.HasPrefix(file, "message_action"):
		return "/slack/interactions", url.Values{"payload": {string(raw)}}.Encode()
	}
	return "/slack/events", string(raw)
}

func TestEachPayloadBecomesItsInputs(t *testing.T) {
	known := map[string]bool{}
	for _, c := range become() {
		known[c.file] = true
		t.Run(c.file, func(t *testing.T) {
			h := scene(t, c.life)
			before := len(h.cases.Door.Log("conversation-1"))
			path, body := pathOf(t, c.file)
			for again := range 2 { // whatever comes twice is kept once
				w := h.posts(path, body, time.Now(), nil)
				if w.Code != http.StatusOK {
					t.Fatalf("answered %d", w.Code)
				}
				if again == 0 {
					checkSays(t, w, c.says)
				}
				h.desk.inward.slow.wait()
			}
			h.checkKept(before, c.want)
			if log := h.log.String(); strings.Contains(log, secret) || strings.Contains(log, "U0ANNA") || strings.Contains(log, "xoxb-") {
				t.Errorf("the log repeats what it must not:\n%s", log)
			}
		})
	}
	all, err := os.ReadDir(payloads)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if !known[f.Name()] {
			t.Errorf("nothing is said of %s", f.Name())
		}
	}
}

func checkSays(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	body := w.Body.String()
	if !strings.Contains(body, want) || want == "" && body != "" {
		t.Errorf("acknowledged with %q, want %q in it", body, want)
	}
}

func (h *house) checkKept(before int, want []intake_) {
	h.t.Helper()
	var got []intake_
	for _, e := range h.cases.Door.Log("conversation-1")[before:] {
		if e.Input != nil {
			got = append(got, intake_{e.Input.ID, e.Input.Event})
		}
	}
	if len(got) != len(want) {
		h.t.Fatalf("kept %d inputs, want %d\n%+v\nlog:\n%s", len(got), len(want), got, h.log)
	}
	for i, w := range want {
		if got[i].id != w.id && (!strings.HasSuffix(w.id, ":") || !strings.HasPrefix(got[i].id, w.id)) {
			h.t.Errorf("id %q, want %q", got[i].id, w.id)
		}
		same(h.t, "event", got[i].event, w.event)
	}
}

// scene is a house in which everything that the bodies mention is where they say.
func scene(t *testing.T, life bot.Life) *house {
	t.Helper()
	h := opened(t, setup{closed: true, http: true, config: func(c *Config) { c.HTTP = &http.Client{Transport: onlyHere(c.APIURL), Timeout: 5 * time.Second} }})
	card := h.waits("OR-7F3K-2", func(c *bot.Card) {
		if life == bot.Referred {
			c.Life, c.Mode, c.Structure = bot.Referred, bot.Referral, local
		}
	})
	ctx := t.Context()
	if life == bot.Live {
		h.must(h.cases.Take(ctx, bot.Input{ID: "claim", Conversation: card.Conversation, Leg: leg(h.who(anna)), Event: bot.Claimed{By: "anna"}}))
		h.must(h.cases.Hear(card.Conversation, "web:1", "Mon numéro est mots-kzq"))
	}
	m := h.desk.memory
	h.must(m.standsFor(ctx, theTalk, place{card.Conversation, aTalk}))
	h.must(m.standsFor(ctx, theCard, place{card.Conversation, aCard}))
	h.must(m.put(ctx, roomRef, string(card.Queue), room{Channel: theCard.Channel}, 0))
	h.must(m.put(ctx, sourceRef, theCitizen.name(), source{card.Conversation, "web:1"}, usuallyKept))
	return h
}

// onlyHere reaches the fake alone: a secret address of Slack's is nowhere, and says its name in the error.
type onlyHere string

func (o onlyHere) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.String(), string(o)) {
		return nil, errors.New("no such host: " + r.URL.String())
	}
	return http.DefaultTransport.RoundTrip(r)
}
