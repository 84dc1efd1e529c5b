package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// A caller makes the HTTP requests of the library. It knows of each one that fails whether Telegram may
// have obeyed it, and lets neither the address, which has the token in it, nor a body into an error.
type caller struct{ client *http.Client }

// newCaller follows no redirection: it would carry the token elsewhere.
func newCaller(client *http.Client, timeout time.Duration) caller {
	own := *client
	own.Timeout = timeout
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return caller{&own}
}

// A fault is a call to which Telegram gave no answer that can be used.
type fault struct {
	sent   bool // the whole request had gone out: it may have been obeyed
	status int  // of an answer that says nothing; 0: there was none
}

func (f *fault) Error() string {
	switch {
	case !f.sent:
		return "telegram was not reached"
	case f.status == 0:
		return "telegram was asked, and the answer was lost"
	}
	return fmt.Sprintf("telegram answered %d and nothing that says more", f.status)
}

// longestAnswer bounds what is read: a hundred updates are far shorter.
const longestAnswer = 8 << 20

// Do sends a request. What it returns is always an answer of the Bot API.
func (c caller) Do(req *http.Request) (*http.Response, error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) { sent.Store(w.Err == nil) }}
	res, err := c.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, &fault{sent: sent.Load()}
	}
	defer func() { _ = res.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err != nil {
		return nil, &fault{sent: true}
	}
	var answer struct {
		OK   *bool `json:"ok"`
		Code int   `json:"error_code"`
	}
	err = json.Unmarshal(body, &answer)
	if err != nil || answer.OK == nil || res.StatusCode >= 500 || answer.Code >= 500 {
		return nil, &fault{sent: true, status: res.StatusCode}
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}
