package web_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

func TestSecureHeaders(t *testing.T) {
	h := web.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/frame" {
			web.AllowFrames(w, []string{"https://www.region.example"})
		}
	}), web.Policy{})
	get := func(h http.Handler, path string) http.Header {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Header()
	}
	page, frame := get(h, "/"), get(h, "/frame")
	for _, c := range []struct{ got, want string }{
		{page.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; frame-ancestors 'none'"},
		{page.Get("X-Frame-Options"), "DENY"},
		{page.Get("X-Content-Type-Options"), "nosniff"},
		{page.Get("Referrer-Policy"), "no-referrer"},
		{page.Get("Cross-Origin-Opener-Policy"), "same-origin"},
		{page.Get("Cache-Control"), "no-store"},
		{page.Get("Strict-Transport-Security"), ""},
		{get(web.Secure(h, web.Policy{TLS: true}), "/").Get("Strict-Transport-Security"), "max-age=31536000"},
		{frame.Get("X-Frame-Options"), ""},
		{frame.Get("Content-Security-Policy")[strings.Index(frame.Get("Content-Security-Policy"), "frame-ancestors"):], "frame-ancestors https://www.region.example"},
	} {
		if c.got != c.want {
			t.Errorf("got  %q\nwant %q", c.got, c.want)
		}
	}
}

func TestTrialAnswersOnlyItsOwnNames(t *testing.T) {
	h := web.Secure(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), web.Policy{Loopback: true})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST.": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "127.9.9.9": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:80": 421, "192.168.1.2:8080": 421, "": 421, "0.0.0.0:80": 421,
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("Host %q: %d, want %d", host, w.Code, want)
		}
	}
}

func TestReadJSON(t *testing.T) {
	type body struct {
		ID   string `json:"id"`
		Size int    `json:"size"`
	}
	for _, c := range []struct {
		name, kind, in string
		want           body
		refused        string
	}{
		{"whole", "application/json", `{"id":"a","size":2}`, body{"a", 2}, ""},
		{"with charset", "application/json; charset=utf-8", `{"id":"a"}`, body{ID: "a"}, ""},
		{"empty", "", ``, body{}, ""},
		{"a form's", "text/plain", `{"id":"a"}`, body{}, "refused with 415: La demande doit être en JSON."},
		{"unknown field", "application/json", `{"nom":"a"}`, body{}, `refused with 400: La demande contient un champ inconnu : "nom".`},
		{"wrong type", "application/json", `{"size":"a"}`, body{}, `refused with 400: Le champ "size" n'a pas le bon type.`},
		{"not JSON", "application/json", `<a>`, body{}, "refused with 400: La demande n'est pas du JSON lisible."},
		{"two values", "application/json", `{"id":"a"}{}`, body{}, "refused with 400: La demande n'est pas du JSON lisible."},
		{"cut", "application/json", `{"id":"a`, body{}, "refused with 400: La demande n'est pas du JSON lisible."},
		{"too long", "application/json", `{"id":"` + strings.Repeat("a", web.MaxBody) + `"}`, body{}, "refused with 413: C'est trop long pour nous. Raccourcissez, ou envoyez en plusieurs fois."},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(c.in))
		r.Header.Set("Content-Type", c.kind)
		var got body
		err := web.ReadJSON(httptest.NewRecorder(), r, web.MaxBody, &got)
		refused := ""
		if err != nil {
			refused = err.Error()
		}
		if refused != c.refused || err == nil && got != c.want {
			t.Errorf("%s: got %+v, %q\nwant %+v, %q", c.name, got, refused, c.want, c.refused)
		}
	}
}

func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		err        error
		status     int
		after      string
		unexpected bool
	}{
		{fmt.Errorf("take: %w", bot.ErrUnavailable), 503, "2", false},
		{fmt.Errorf("take: %w", bot.ErrTooMany), 429, "5", false},
		{bot.ErrNotFound, 404, "", false},
		{web.Refusal{Status: 401}, 401, "", false},
		{errors.New("secret detail"), 500, "", true},
	} {
		w := httptest.NewRecorder()
		if got := web.Refuse(w, c.err); got != c.unexpected || w.Code != c.status || w.Header().Get("Retry-After") != c.after {
			t.Errorf("%v: %d, after %q, unexpected %t", c.err, w.Code, w.Header().Get("Retry-After"), got)
		}
		if body := w.Body.String(); strings.Contains(body, "secret") || !strings.Contains(body, web.Sentence(c.status)) {
			t.Errorf("%v: %s", c.err, body)
		}
	}
}

func TestClientAddress(t *testing.T) {
	proxies, err := web.ParseProxies([]string{"10.0.0.0/8", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.9:4711", nil, "203.0.113.9"},
		{"203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"}, // not from a proxy: a lie
		{"10.1.1.1:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.1.1.1:80", []string{"6.6.6.6, 198.51.100.1, 10.2.2.2"}, "198.51.100.1"},
		{"10.1.1.1:80", []string{"6.6.6.6", "198.51.100.1"}, "198.51.100.1"},
		{"10.1.1.1:80", []string{"nonsense"}, "10.1.1.1"},
		{"10.1.1.1:80", nil, "10.1.1.1"},
		{"[::ffff:10.1.1.1]:80", []string{"2001:db8::7"}, "2001:db8::7"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.peer, c.forwarded
		if got := proxies.Client(r).String(); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if _, err := web.ParseProxies([]string{"everybody"}); err == nil {
		t.Error("a proxy called everybody was taken")
	}
}

func TestAssets(t *testing.T) {
	long := strings.Repeat("body{}", 500)
	a, err := web.StaticAssets(fstest.MapFS{"s.css": {Data: []byte(long)}, "i.svg": {Data: []byte("<svg/>")}})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, header ...string) *http.Response {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/"+path, nil)
		if len(header) == 2 {
			r.Header.Set(header[0], header[1])
		}
		a.ServeHTTP(w, r)
		return w.Result()
	}
	zipped := get("s.css", "Accept-Encoding", "gzip, br")
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(z); string(body) != long {
		t.Error("the compressed file is another one")
	}
	if body, _ := io.ReadAll(get("s.css").Body); string(body) != long {
		t.Error("the plain file is another one")
	}
	for _, c := range []struct{ got, want any }{
		{get("s.css").Header.Get("Cache-Control"), "no-cache"},
		{get(a.Link("s.css")).Header.Get("Cache-Control"), "public, max-age=31536000, immutable"},
		{get("s.css", "If-None-Match", zipped.Header.Get("ETag")).StatusCode, 304},
		{get("i.svg", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"), ""},
		{get("i.svg").Header.Get("Content-Type"), "image/svg+xml"},
		{get("../web_test.go").StatusCode, 404},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

func TestStreamOutlivesTheServersTimeLimits(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream, err := web.OpenStream(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		time.Sleep(300 * time.Millisecond)
		if r.Context().Err() != nil {
			t.Error("the stream was cut by the read limit")
		}
		_ = stream.Send("7", map[string]string{"text": "deux\nlignes"})
		_ = stream.Ping()
		_ = stream.SendNamed("card", "", 1)
	}))
	s.Config.ReadTimeout, s.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	s.Start()
	defer s.Close()
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	want := ": \n\nid: 7\ndata: {\"text\":\"deux\\nlignes\"}\n\n: ping\n\nevent: card\ndata: 1\n\n"
	if string(body) != want || err != nil {
		t.Errorf("got %q, %v\nwant %q", body, err, want)
	}
}

// A client that reads nothing does not keep its handler: the write deadline ends it. -short does not
// wait for the deadline and hangs up instead.
func TestStreamEndsWhenTheClientIsGone(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream, err := web.OpenStream(w, r)
		for err == nil {
			err = stream.Send("", strings.Repeat("x", 1<<16))
		}
		ended <- err
	}))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		c.Close() // otherwise it stays open and unread: the deadline has to do it
	}
	select {
	case err := <-ended:
		t.Log(err)
	case <-time.After(20 * time.Second):
		t.Error("the handler still writes to a client that does not read")
	}
	c.Close()
}
