package telegramfake

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"time"
)

//go:embed static
var files embed.FS

// Page is a browser's view of one person's Telegram, so that the service can be tried without an
// account: the conversation, buttons, the keyboard that gives a number, the menu of commands, and a
// choice of people. All its addresses are relative: mount it with http.StripPrefix. Texts are French.
// It is for a demonstration: whoever reaches it can be anybody.
func (s *Server) Page() http.Handler {
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(static))
	mux.HandleFunc("GET /state", s.state)
	mux.HandleFunc("POST /do", s.do)
	guard := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		guard.ServeHTTP(w, r)
	})
}

// A view is what the page shows.
type view struct {
	Version  int64     `json:"version"`
	Bot      string    `json:"bot"`
	Username string    `json:"username"`
	People   []known   `json:"people"`
	Person   int64     `json:"person,string"`
	Blocked  bool      `json:"blocked"`
	Messages []Shown   `json:"messages"`
	Keyboard *Keyboard `json:"keyboard"`
	Menu     []Command `json:"menu"`
	Notice   string    `json:"notice"` // the bot's last answer to a button, if it said something
}

type known struct {
	ID   int64  `json:"id,string"`
	Name string `json:"name"`
}

// state answers when something has changed since version seen, or after 20 seconds.
func (s *Server) state(w http.ResponseWriter, r *http.Request) {
	seen := number(r.URL.Query().Get("seen"))
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	s.mu.Lock()
	for s.version == seen {
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-end.C:
			seen = -1
		case <-s.ctx.Done():
			seen = -1
		case <-r.Context().Done():
			return
		}
		s.mu.Lock()
	}
	v := s.look(number(r.URL.Query().Get("person")))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who asked has gone
}

// look is under s.mu. Who is not known is the first person.
func (s *Server) look(person int64) view {
	v := view{Version: s.version, Bot: s.options.Name, Username: s.options.Username, People: []known{}, Messages: []Shown{}}
	for _, p := range s.everybody() {
		v.People = append(v.People, known{p.ID, p.Name})
	}
	p := s.people[person]
	if p == nil && len(v.People) > 0 {
		p = s.people[v.People[0].ID]
	}
	if p == nil {
		return v
	}
	c := s.chats[p.ID]
	v.Person, v.Blocked, v.Keyboard, v.Menu, v.Notice = p.ID, c.blocked, c.keyboard, s.menu(p.Language), c.notice
	for _, m := range s.shown(p.ID) {
		if !m.Deleted {
			v.Messages = append(v.Messages, m)
		}
	}
	return v
}

// An act is what the person at the page does.
type act struct {
	Person  int64  `json:"person,string"`
	Do      string `json:"do"`
	Text    string `json:"text"`
	Message int    `json:"message"`
}

func (s *Server) do(w http.ResponseWriter, r *http.Request) {
	var a act
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&a) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	p, people := s.people[a.Person], len(s.people)
	s.mu.Unlock()
	if a.Do == "person" {
		p = s.Person(1_000+int64(people), a.Text, "fr")
		_ = json.NewEncoder(w).Encode(known{p.ID, p.Name})
		return
	}
	if p == nil || !p.act(a) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// act is false where that cannot be done.
func (p *Person) act(a act) bool {
	var err error
	switch a.Do {
	case "write":
		return a.Text != "" && units(a.Text) <= longestText && p.Write(a.Text) > 0
	case "start":
		return p.Start(a.Text) > 0
	case "press":
		_, err = p.PressOn(a.Message, a.Text)
	case "edit":
		err = p.Edit(a.Message, a.Text)
	case "delete":
		p.Delete(a.Message)
	case "contact":
		return p.SendContact() > 0
	case "photo":
		return p.SendPhoto("", "") > 0
	case "voice":
		return p.SendVoice(4) > 0
	case "file":
		return p.SendFile("cv.pdf", "application/pdf", "", 48_000) > 0
	case "block":
		p.Block()
	case "unblock":
		p.Unblock()
	default:
		return false
	}
	return err == nil
}
