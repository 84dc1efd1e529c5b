package slackfake

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

type obj = map[string]any

// A method is one of the Web API's.
type method struct {
	tier   tier
	scope  string // demanded whatever the arguments are; "" for none
	forApp bool   // takes the app token
	do     func(*Workspace, *call) (obj, error)
}

// A call is one request to a method.
type call struct {
	name string
	args map[string]string // JSON values keep their JSON
	base string
}

func (c *call) arg(name string) string { return c.args[name] }

func (c *call) flag(name string) bool { return c.args[name] == "true" || c.args[name] == "1" }

// said is an answer with ok:false.
type said struct {
	code string
	more obj
}

func (s said) Error() string { return s.code }

func says(code string) error { return said{code: code} }

// granted says whether the app was given a scope.
func (w *Workspace) granted(scope string) bool {
	return w.Scopes == nil || slices.Contains(w.Scopes, scope)
}

// demand answers missing_scope as the platform does unless one of the scopes is granted.
func (w *Workspace) demand(scopes ...string) error {
	if slices.ContainsFunc(scopes, w.granted) {
		return nil
	}
	return said{"missing_scope", obj{"needed": scopes[0], "provided": strings.Join(w.Scopes, ",")}}
}

func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request, name string) {
	args, err := arguments(r)
	if err != nil {
		reply(rw, http.StatusOK, obj{"ok": false, "error": "invalid_form_data"})
		return
	}
	how := w.fault(name)
	if how.before(rw, r) {
		return
	}
	c := &call{name: name, args: args, base: "http://" + r.Host}
	answer, wait := w.perform(c, token(r, args), how)
	switch {
	case wait > 0:
		tooMany(rw, wait)
	case how.after(r):
	default:
		rw.Header().Set("X-OAuth-Scopes", strings.Join(w.Scopes, ","))
		reply(rw, http.StatusOK, answer)
	}
}

// perform does what was asked, or says how long to wait.
func (w *Workspace) perform(c *call, token string, how How) (obj, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[c.name]++
	if w.base == "" {
		w.base = c.base
	}
	m, known := w.methods[c.name]
	answer, err := obj(nil), error(nil)
	switch {
	case !known:
		err = says("unknown_method")
	case how.kind == errorCode:
		err = says(how.code)
	default:
		if err = w.admit(m, token); err == nil {
			if wait := w.limit(c, m.tier); wait > 0 {
				w.refused[c.name]++
				return nil, wait
			}
			answer, err = m.do(w, c)
		}
	}
	if err != nil {
		return failure(err), 0
	}
	if answer == nil {
		answer = obj{}
	}
	answer["ok"] = true
	return answer, 0
}

func failure(err error) obj {
	answer := obj{"ok": false, "error": err.Error()}
	var s said
	if errors.As(err, &s) {
		maps.Copy(answer, s.more)
	}
	return answer
}

// admit checks the token and the scope that a method demands whatever it is asked.
func (w *Workspace) admit(m method, token string) error {
	want := w.BotToken
	if m.forApp {
		want = w.AppToken
	}
	switch {
	case token == "":
		return says("not_authed")
	case w.trouble != "":
		return says(w.trouble)
	case token == w.BotToken && m.forApp, token == w.AppToken && !m.forApp:
		return says("not_allowed_token_type")
	case token != want:
		return says("invalid_auth")
	case m.scope != "":
		return w.demand(m.scope)
	}
	return nil
}

// Token makes every call with a token fail with such a word as token_revoked, account_inactive or
// invalid_auth; "" ends it.
func (w *Workspace) Token(trouble string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = trouble
}

// Calls counts the calls of a method, refused ones included.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// arguments reads a form, a multipart form, a query or a JSON body.
func arguments(r *http.Request) (map[string]string, error) {
	args := map[string]string{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		if len(body) == 0 {
			return args, nil
		}
		return args, fromJSON(body, args)
	}
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("form: %w", err)
	}
	for name, values := range r.Form {
		args[name] = values[0]
	}
	return args, nil
}

func fromJSON(body []byte, args map[string]string) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	for name, raw := range all {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			args[name] = text
		} else {
			args[name] = string(raw)
		}
	}
	return nil
}

func token(r *http.Request, args map[string]string) string {
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
		return bearer
	}
	return args["token"]
}

func reply(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body) // who asked has gone
}

// page cuts what a limit and a cursor ask for out of a list, and says the next cursor.
func page[T any](all []T, c *call, usual int) ([]T, string, error) {
	start, limit := 0, usual
	if n, err := strconv.Atoi(c.arg("limit")); err == nil && n > 0 {
		limit = min(n, 1000)
	}
	if cursor := c.arg("cursor"); cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		number, is := strings.CutPrefix(string(text), "offset:")
		n, bad := strconv.Atoi(number)
		if err != nil || !is || bad != nil || n > len(all) {
			return nil, "", says("invalid_cursor")
		}
		start = n
	}
	end := min(start+limit, len(all))
	if end == len(all) {
		return all[start:], "", nil
	}
	return all[start:end], base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "offset:%d", end)), nil
}

// sorted are the values of a map in the order of their keys.
func sorted[T any](m map[string]T) []T {
	var all []T
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m[key])
	}
	return all
}
