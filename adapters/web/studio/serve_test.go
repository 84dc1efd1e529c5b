package studio_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/browsertest"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
)

// browse opens Chromium on the studio as somebody. No page may complain on the console, but of what is
// excepted.
func browse(t testing.TB, site string, signIn *web.SignIn, who string, except ...string) browsertest.Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("-short opens no browser")
	}
	b := browsertest.Open(t, site)
	b.Size(1280, 720)
	b.Listen(append(except, "404")...) // there is no desk here
	b.Enter(studio.Link(t, signIn), who)
	return b
}

// joined are the people of a trial and some more.
type joined struct {
	*staff.Staff
	more []bot.Counsellor
}

func trialWith(lead bot.StructureID, more ...bot.Counsellor) joined {
	return joined{staff.Trial(lead), more}
}

func (j joined) All(ctx context.Context) ([]bot.Counsellor, error) {
	all, err := j.Staff.All(ctx)
	return append(all, j.more...), err
}

func (j joined) Counsellor(ctx context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	for _, c := range j.more {
		if c.ID == id {
			return c, nil
		}
	}
	return j.Staff.Counsellor(ctx, id)
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
