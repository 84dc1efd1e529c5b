package studio_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/adapters/web"
	"frontdesk/adapters/web/browsertest"
	"frontdesk/adapters/web/studio"
)

// browse opens Chromium on the studio as somebody. No page may complain on the console, but of what is
// excepted.
func browse(t testing.TB, site string, signIn *web.SignIn, who string, except ...string) browsertest.Tab {
	t.Helper()
	b := browsertest.Open(t, site)
	b.Size(1280, 720)
	b.Listen(append(except, "404")...) // there is no desk here
	b.Enter(studio.Link(t, signIn), who)
	return b
}

// serve opens a studio and the way into it. There is no desk behind it.
func serve(t testing.TB, s *studio.Studio, signIn *web.SignIn) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/studio/", s.Handler())
	mux.Handle("/desk/", signIn.Handler())
	server := httptest.NewServer(web.Secure(mux, web.Policy{Loopback: true}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}
