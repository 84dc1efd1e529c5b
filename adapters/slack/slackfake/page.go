package slackfake

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"time"
)

//go:embed static
var static embed.FS

// Page is a browser's view of the workspace as one person sees it, so that the desk can be tried without
// an account: channels, threads, buttons and selects, modals, the Home tab, commands and shortcuts, and
// a choice of people. All its addresses are relative: mount it with http.StripPrefix, under a path that
// ends with a slash. Texts are French. It is for a demonstration: whoever reaches it can be anybody.
func (w *Workspace) Page() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /state", w.serveState)
	mux.HandleFunc("POST /do", w.serveDo)
	guard := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Cache-Control", "no-store")
		guard.ServeHTTP(rw, r)
	})
}

// A scene is what the page shows one person.
type scene struct {
	Version   int64
	Team, App string
	BotUser   string
	User      string // who is looking; the first person where none was asked for
	DM        string // their direct messages with the app
	People    []Option
	Channels  []room
	Messages  []Message // of the channel that is open
	Thread    []Message // that is open
	Views     []View
	Home      *View
	Commands  []string
	Shortcuts []Shortcut
}

// A room is a channel in the list, with the ts of its last message.
type room struct {
	Channel
	Last string
}

// patience is how long a request for news waits for some.
const patience = 20 * time.Second

// serveState answers with the scene once it is another than the version that was seen, or after a while.
func (w *Workspace) serveState(rw http.ResponseWriter, r *http.Request) {
	seen, _ := strconv.ParseInt(r.URL.Query().Get("seen"), 10, 64)
	_ = http.NewResponseController(rw).SetWriteDeadline(time.Now().Add(2 * patience)) // not every writer has one
	end := time.NewTimer(patience)
	defer end.Stop()
	for done := false; !done && w.version() == seen; {
		next := w.Changed()
		if w.version() != seen {
			break
		}
		select {
		case <-next:
		case <-end.C:
			done = true
		case <-r.Context().Done():
			return
		case <-w.ctx.Done():
			return
		}
	}
	reply(rw, http.StatusOK, w.scene(r.URL.Query().Get("user"), r.URL.Query().Get("channel"), r.URL.Query().Get("thread")))
}

func (w *Workspace) version() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changes
}

func (w *Workspace) scene(user, channel, thread string) scene {
	s := scene{Version: w.version(), Team: w.Team, App: w.BotName, BotUser: w.BotUser, Commands: w.Commands, Shortcuts: w.Shortcuts}
	s.People = w.people()
	if !slices.ContainsFunc(s.People, func(p Option) bool { return p.Value == user }) && len(s.People) > 0 {
		user = s.People[0].Value
	}
	if s.User = user; user == "" {
		return s
	}
	s.DM = w.DM(user)
	for _, ch := range w.Channels(user) {
		if slices.Contains(ch.Members, user) && !ch.Archived {
			s.Channels = append(s.Channels, room{ch, w.last(ch.ID)})
		}
	}
	if slices.ContainsFunc(s.Channels, func(r room) bool { return r.ID == channel }) {
		s.Messages = w.sees(user, channel, w.Messages(channel), "")
		if thread != "" {
			s.Thread = w.sees(user, channel, w.Thread(channel, thread), thread)
		}
	}
	s.Views = w.Views(user)
	if home, published := w.Home(user); published {
		s.Home = &home
	}
	return s
}

// sees adds to messages those that only this person sees in the same place.
func (w *Workspace) sees(user, channel string, all []Message, thread string) []Message {
	for _, m := range w.Ephemerals(user) {
		if m.Channel == channel && m.ThreadTS == thread {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b Message) int { return cmp.Compare(micros(a.TS), micros(b.TS)) })
	return all
}

// people are those who can be looked through the eyes of.
func (w *Workspace) people() []Option {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Option
	for _, u := range sorted(w.users) {
		if !u.bot && !u.deleted {
			all = append(all, Option{u.real, u.id})
		}
	}
	return all
}

// last is the ts of the newest message of a channel, replies included; "" for none.
func (w *Workspace) last(channel string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range slices.Backward(w.channels[channel].messages) {
		if !m.notice() {
			return m.ts
		}
	}
	return ""
}

// A deed is what a person does on the page.
type deed struct {
	Do                               string
	User, Channel, TS, Thread        string
	Text, Action, Value, View, Emoji string
	Values                           map[string]map[string]string
	Name                             string
	Data                             []byte // base64
}

func (w *Workspace) serveDo(rw http.ResponseWriter, r *http.Request) {
	var d deed
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 8<<20)).Decode(&d); err != nil {
		reply(rw, http.StatusBadRequest, obj{"error": "requête illisible"})
		return
	}
	options, err := w.do(d)
	answer := obj{"options": options}
	switch {
	case errors.Is(err, ErrNoAnswer):
		answer["error"] = "L'application n'a pas répondu. Réessayez."
	case err != nil:
		answer["error"] = "Ce n'est pas possible : " + err.Error() + "."
	}
	reply(rw, http.StatusOK, answer)
}

// do does it. Only suggestions answer with something.
func (w *Workspace) do(d deed) ([]Option, error) {
	err := error(nil)
	switch d.Do {
	case "write":
		_, err = w.Write(d.User, d.Channel, d.Text, d.Thread)
	case "upload":
		_, err = w.Upload(d.User, d.Channel, d.Text, d.Thread, d.Name, d.Data)
	case "edit":
		err = w.Edit(d.User, d.Channel, d.TS, d.Text)
	case "delete":
		err = w.Delete(d.User, d.Channel, d.TS)
	case "react":
		if err = w.React(d.User, d.Channel, d.TS, d.Emoji); err != nil && err.Error() == "already_reacted" {
			err = w.Unreact(d.User, d.Channel, d.TS, d.Emoji)
		}
	case "slash":
		err = w.Slash(d.User, d.Action, d.Text, d.Channel)
	case "click":
		err = w.Click(d.User, d.Channel, d.TS, d.Action, d.Value)
	case "clickView":
		err = w.ClickView(d.User, d.View, d.Action, d.Value)
	case "submit":
		_, err = w.SubmitView(d.User, d.View, d.Values)
	case "close":
		err = w.CloseView(d.User, d.View)
	case "suggest":
		return w.Suggest(d.User, d.View, d.Action, d.Text)
	case "shortcut":
		err = w.Shortcut(d.User, d.Action, d.Channel, d.TS)
	case "globalShortcut":
		err = w.GlobalShortcut(d.User, d.Action)
	case "home":
		w.OpenHome(d.User)
	case "messages":
		w.OpenMessages(d.User)
	default:
		err = errors.New("inconnu")
	}
	return nil, err
}
