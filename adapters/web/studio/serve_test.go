package studio_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
)

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
