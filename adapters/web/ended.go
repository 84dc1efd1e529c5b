package web

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
)

var (
	//go:embed ended.html
	endedHTML string

	endedPage = template.Must(template.New("ended").Parse(endedHTML))
)

// mostResent bounds what is read of a form from somebody who is not signed in.
const mostResent = 512 << 10

// endedView is what somebody sees whose session has ended while they wrote.
type endedView struct {
	Service, Style, Entrance, Action string
	Sent                             url.Values // what they sent, to be sent again; none where it was no plain form
}

// ended answers a form that came after the session's end. What was written in it stays in the page, to be sent again
// once somebody is signed in.
func (s *SignIn) ended(w http.ResponseWriter, r *http.Request) {
	view := endedView{Service: s.Service, Style: styleNow(), Entrance: entrancePath, Action: r.URL.RequestURI()}
	r.Body = http.MaxBytesReader(w, r.Body, mostResent)
	if err := r.ParseForm(); err == nil {
		view.Sent = r.PostForm
	}
	s.draw(w, http.StatusUnauthorized, endedPage, view)
}
