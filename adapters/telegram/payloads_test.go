package telegram_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"frontdesk/adapters/telegram"
	"frontdesk/bot"
)

const payloads = "../../testdata/payloads/telegram/"

// post gives a body to the webhook, as Telegram does.
func post(c *telegram.Channel, body []byte, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/telegram", bytes.NewReader(body))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w
}

// becomes says which events each body is, by the name of its file.
func becomes() map[string][]bot.Event {
	said := func(words ...bot.Words) (all []bot.Event) {
		for _, text := range words {
			all = append(all, bot.Said{Text: text})
		}
		return all
	}
	enclosed := func(kind string) []bot.Event { return []bot.Event{bot.Enclosed{Kind: kind}} }
	nothing := []bot.Event(nil)
	return map[string][]bot.Event{
		"message":                             said("J'ai arrêté le lycée en mars, je cherche un apprentissage."),
		"start":                               {bot.Arrived{Language: "fr"}},
		"start_with_place":                    {bot.Arrived{Language: "fr", Entry: "forum-vitre_2026"}},
		"start_with_code":                     {bot.Arrived{Language: "fr"}}, // the code opens nothing
		"command":                             said("humain"),
		"command_after_signs":                 said("aide"),
		"command_after_words":                 said("Ça m'inquiète 😟", "humain"),
		"slash_that_is_no_command":            said("Je ne sais pas si BTS /BUT me convient"),
		"code_wanted":                         nothing,
		"code_given":                          nothing,
		"callback_query":                      {bot.Chose{Ask: "1.1", Option: "emploi"}},
		"callback_query_inaccessible":         {bot.Chose{Ask: "1.1", Option: "etudes"}},
		"callback_query_strange":              {bot.Chose{}},
		"contact_own":                         {bot.GaveContact{Phone: "+33639983344", Own: true}},
		"contact_of_somebody_else":            {bot.GaveContact{Phone: "+33 6 39 98 55 66"}},
		"photo_with_caption":                  {bot.Enclosed{Kind: "photo"}, bot.Said{Text: "Mon bulletin du deuxième trimestre"}},
		"voice":                               enclosed("voice"),
		"document":                            enclosed("file"),
		"video_note":                          enclosed("video"),
		"animation":                           enclosed("video"),
		"sticker":                             enclosed("sticker"),
		"location":                            enclosed("place"),
		"venue":                               enclosed("place"),
		"poll":                                enclosed("file"),
		"edited_message":                      said("J'ai arrêté le lycée en avril."), // the first text was never here
		"edited_location":                     nothing,
		"forwarded_from_a_new_kind_of_origin": said("Regarde cette offre d'alternance à Quimper"),
		"pinned_by_telegram":                  nothing,
		"my_chat_member_kicked":               {bot.Undelivered{Leg: "telegram", Reason: "blocked"}},
		"my_chat_member_member":               nothing,
		"group_added":                         nothing,
		"group_left":                          nothing,
		"group_message":                       nothing,
		"group_migration":                     nothing,
		"supergroup_migration":                nothing,
		"channel_post":                        nothing,
		"bot_sender":                          nothing,
		"unknown":                             nothing,
	}
}

func TestWhatEachUpdateBecomes(t *testing.T) {
	want := becomes()
	// Those that this room reads and the library, which knows every kind by name, does not.
	beyond := map[string]bool{"forwarded_from_a_new_kind_of_origin": true}
	files, err := filepath.Glob(payloads + "*.json")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d bodies for %d cases, %v", len(files), len(want), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(body, &models.Update{}); (err != nil) != beyond[name] {
				t.Errorf("the library reads it: %v", err)
			}
			w := quietWorld(t, func(c *telegram.Config) {
				c.Commands = func() map[string][]telegram.Command {
					return map[string][]telegram.Command{"": {{Name: "humain", Description: "Parler à une personne"}, {Name: "aide", Description: "Aide"}}}
				}
			})
			for range 2 { // the second time as after a lost 200
				if answer := post(w.channel, body); answer.Code != http.StatusOK || answer.Body.Len() > 0 {
					t.Fatalf("answered %d %q", answer.Code, answer.Body)
				}
			}
			if got := w.door.Inputs("conversation-1"); !reflect.DeepEqual(got, want[name]) {
				t.Errorf("became\n%q\nwant\n%q", plain(got), plain(want[name]))
			}
			if nothing := want[name] == nil; nothing && w.door.Conversations() > 0 && name != "code_wanted" {
				t.Error("a conversation was opened for it")
			}
			keepsQuiet(t, w.log.String(), body)
		})
	}
}

// keepsQuiet wants no word, name, number or id of a body in a log.
func keepsQuiet(t *testing.T, log string, body []byte) {
	t.Helper()
	var update any
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&update); err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets("", update) {
		if strings.Contains(log, s) {
			t.Errorf("the log has %q in it:\n%s", s, log)
		}
	}
}

// secrets are what somebody wrote, is called or is reached by: everything but Telegram's own few words.
func secrets(key string, v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			all = append(all, secrets(k, inner)...)
		}
	case []any:
		for _, inner := range v {
			all = append(all, secrets(key, inner)...)
		}
	case string:
		if key != "type" && key != "status" && key != "mime_type" && key != "language_code" && len(v) > 2 {
			all = append(all, v)
		}
	case float64:
		number := strings.TrimSuffix(strings.TrimSuffix(jsonNumber(v), ".0"), "-")
		if len(number) > 5 {
			all = append(all, number)
		}
	}
	return all
}

func jsonNumber(f float64) string {
	b, _ := json.Marshal(int64(f))
	return string(b)
}
