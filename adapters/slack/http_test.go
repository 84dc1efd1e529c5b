package slack

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// posts sends a body as Slack does, signed at a time; change may spoil it.
func (h *house) posts(path, body string, at time.Time, change func(*http.Request)) *httptest.ResponseRecorder {
	stamp := fmt.Sprint(at.Unix())
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", h.slack.Sign([]byte(body), stamp))
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.desk.Handler().ServeHTTP(w, r)
	return w
}

// Case 28: clocks that differ, forged signatures, bodies without end; a body that is replayed changes
// nothing.
func TestOnlyWhatSlackHasSignedIsHeard(t *testing.T) {
	h := opened(t, setup{http: true})
	body := `{"type":"url_verification","challenge":"abc"}`
	tests := []struct {
		name   string
		body   string
		at     time.Time
		change func(*http.Request)
		want   int
	}{
		{"signed", body, time.Now(), nil, 200},
		{"four minutes old", body, time.Now().Add(-4 * time.Minute), nil, 200},
		{"six minutes old", body, time.Now().Add(-6 * time.Minute), nil, 401},
		{"from the future", body, time.Now().Add(6 * time.Minute), nil, 401},
		{"no signature", body, time.Now(), func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, 401},
		{"another's signature", body, time.Now(), func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("ab", 32)) }, 401},
		{"nonsense for a time", body, time.Now(), func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "hier") }, 401},
		{"too large", `{"type":"url_verification","challenge":"` + strings.Repeat("x", maxBody) + `"}`, time.Now(), nil, 401},
	}
	for _, test := range tests {
		if got := h.posts("/slack/events", test.body, test.at, test.change).Code; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
	if got := h.posts("/slack/events", body, time.Now(), nil).Body.String(); got != `{"challenge":"abc"}`+"\n" {
		t.Errorf("the challenge is answered with %q", got)
	}
}

func TestWithoutASecretNothingIsHeardOverHTTP(t *testing.T) {
	h := opened(t, setup{})
	if got := h.posts("/slack/events", `{"type":"url_verification","challenge":"abc"}`, time.Now(), nil).Code; got != 401 {
		t.Errorf("answered %d", got)
	}
}

func TestAReplayedBodyChangesNothing(t *testing.T) {
	h := opened(t, setup{http: true})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	body := fmt.Sprintf(`{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel_type":"im","channel":%q,"user":%q,"text":"Bonjour","ts":"1764150000.000100","thread_ts":%q}}`, root.Channel, anna, root.TS)
	for range 3 {
		if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 200 {
			t.Fatalf("answered %d", got)
		}
	}
	h.settled()
	same(t, "events", len(h.events(card)), 2)
}

func TestAStoreThatIsDownIsAnswered503SoThatSlackComesAgain(t *testing.T) {
	h := opened(t, setup{http: true})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	body := fmt.Sprintf(`{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel_type":"im","channel":%q,"user":%q,"text":"Bonjour","ts":"1764150000.000100","thread_ts":%q}}`, root.Channel, anna, root.TS)
	h.cases.Sleep(true)
	if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 503 {
		t.Errorf("answered %d", got)
	}
	h.cases.Sleep(false)
	h.cases.Fill(true)
	if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 503 {
		t.Errorf("a full inbox is answered %d", got)
	}
	h.cases.Fill(false)
	h.refs.sleep(true)
	if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 503 {
		t.Errorf("references that sleep are answered %d", got)
	}
}

// Whoever knows no secret cannot fill the memory with bodies that are large.
func TestFewLargeBodiesAreReadBeforeTheirSignature(t *testing.T) {
	h := opened(t, setup{http: true})
	body := `{"type":"url_verification","challenge":"` + strings.Repeat("x", 2*smallBody) + `"}`
	if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 200 {
		t.Fatalf("a large body is answered %d", got)
	}
	for range mostLarge {
		h.desk.inward.large <- struct{}{} // each by somebody who is slow
	}
	if got := h.posts("/slack/events", body, time.Now(), nil).Code; got != 401 {
		t.Errorf("one more large body is answered %d", got)
	}
	if got := h.posts("/slack/events", `{"type":"url_verification","challenge":"abc"}`, time.Now(), nil).Code; got != 200 {
		t.Errorf("meanwhile a small one is answered %d", got)
	}
}
