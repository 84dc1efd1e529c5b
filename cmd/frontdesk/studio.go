package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/staff"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/desk"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
	"frontdesk/locales"
)

// openStudio makes the place where supervisors change the dialog.
func (h *house) openStudio(b *flow.Bundle) error {
	live := func() *flow.Bundle { return h.shelf.Live().Bundle }
	var err error
	h.studio, err = studio.New(studio.Config{
		SignIn:   h.studioSignIn(),
		Workshop: &workshop.Workshop{Refs: h.store, Releases: h.store, Live: live, Now: h.now, Journal: h.store},
		Live:     live, Compile: h.bundles.compile,
		Voice: h.studioVoice(), Figures: h.store,
		Service: b.Service, Region: b.Region, Banner: h.banner(b), Desk: true, DeskURL: h.fromStudio("/desk/"), Log: h.log, Now: h.now, Zone: b.Zone,
		Publishing: studio.Publishing{Press: h.press, Follow: h.follow, Name: h.press.Name, Review: untranslated,
			Talks: h.talks, Cases: h.store.Cards,
			Circular: func(kind, text string) string { return h.shelf.Live().Circular(kind, text) }},
	})
	if err != nil {
		return fmt.Errorf("studio: %w", err)
	}
	return nil
}

// studioVoice is what callers hear, for supervisors to listen to; nil where nobody can speak.
func (h *house) studioVoice() studio.Voice {
	voice, err := h.config.Speech.open(h.log, dynamicSpeech)
	if err != nil {
		h.log.Info("studio: nobody can be heard in the preview", "because", err)
		return nil
	}
	return previewVoice{&telephoneVoice{Voice: voice, live: h.shelf.Live}}
}

// previewVoice is the telephone's voice, said to one listener.
type previewVoice struct{ *telephoneVoice }

// Say implements studio.Voice.
func (v previewVoice) Say(ctx context.Context, language, sentence string) ([]byte, error) {
	return v.telephoneVoice.Say(ctx, phone.Sentence{Language: language, Text: sentence})
}

// namesOf says how a member of the staff is called, "" for who has left.
func namesOf(people *staff.Staff) func(context.Context, string) string {
	return func(ctx context.Context, id string) string {
		c, err := people.Counsellor(ctx, bot.CounsellorID(id))
		if err != nil {
			return ""
		}
		return c.Name
	}
}

// untranslated is what the languages of a bundle lack.
func untranslated(b *flow.Bundle) ([]studio.Untranslated, error) {
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	var all []studio.Untranslated
	for _, s := range words.Review(b) {
		if _, own := b.Texts[s.ID]; own {
			all = append(all, studio.Untranslated{Language: s.Language, ID: s.ID, Missing: s.Missing})
		}
	}
	return all, nil
}

// underWay is how long ago somebody wrote last, at most, in a conversation that counts as under way.
const underWay = 24 * time.Hour

// talks are the conversations under way: where each stands, and nothing of what was said.
func (h *house) talks(ctx context.Context) ([]change.Talk, error) {
	var all []change.Talk
	since := h.now().Add(-underWay)
	_, err := h.store.Sessions(ctx, func(s *bot.Session) error {
		if s.Life == bot.Closed || s.Life == bot.Erased || s.Life == "" || s.Step == "" || s.Updated.Before(since) && !s.Life.Open() {
			return nil
		}
		t := change.Talk{Release: s.Release, Step: s.Step}
		for _, v := range s.Path {
			t.Path = append(t.Path, v.Step)
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// home is where somebody works who came for nothing in particular: a desk first, for who has one.
func (h *house) home(c bot.Counsellor) string {
	if !desk.Works(c) && studio.Enters(c) {
		return h.toStudio()
	}
	return "/desk/"
}

// studioSignIn lets people in at the studio: as at the desk, and where it has a listener of its own, under
// that listener's address.
func (h *house) studioSignIn() *web.SignIn {
	if h.config.StudioListen == "" {
		return h.signIn
	}
	own := *h.config
	own.PublicURL = h.config.StudioURL
	s := h.entrance(&own)
	s.Home = func(bot.Counsellor) string { return "/studio/" }
	return s
}

// toStudio is where the studio is, seen from the desk.
func (h *house) toStudio() string {
	switch {
	case h.config.StudioListen == "":
		return "/studio/"
	case h.config.StudioURL != "":
		return strings.TrimSuffix(h.config.StudioURL, "/") + "/studio/"
	}
	return "http://" + h.config.StudioListen + "/studio/"
}

// fromStudio is where a page of the rest of the service is, seen from the studio.
func (h *house) fromStudio(path string) string {
	switch {
	case h.config.StudioListen == "":
		return path
	case h.config.PublicURL != "":
		return strings.TrimSuffix(h.config.PublicURL, "/") + path
	}
	return "http://" + h.config.Listen + path
}

// studioRoutes are served where the studio is.
func (h *house) studioRoutes(mux *http.ServeMux) { mux.Handle("/studio/", h.studio.Handler()) }

// studioHandler is all that a listener of the studio's own serves.
func (h *house) studioHandler() http.Handler {
	mux := http.NewServeMux()
	h.studioRoutes(mux)
	entrance := h.studio.SignIn.Handler()
	for _, path := range []string{"/desk/entree", "/desk/entree/", "/desk/sortie"} {
		mux.Handle(path, entrance)
	}
	state := h.health()
	mux.HandleFunc("GET /healthz", state.live)
	mux.HandleFunc("GET /readyz", state.ready)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.Handle("GET /{$}", http.RedirectHandler("/studio/", http.StatusFound))
	return web.Secure(mux, web.Policy{TLS: h.studio.SignIn.TLS, Loopback: h.config.trial()})
}

// serveStudio opens the studio's own listener, if it has one, until ctx ends.
func (h *house) serveStudio(ctx context.Context) error {
	if h.config.StudioListen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", h.config.StudioListen)
	if err != nil {
		return fmt.Errorf("listen for supervisors (FRONTDESK_STUDIO_LISTEN): %w", err)
	}
	server := h.serverOf(h.studioHandler(), context.WithoutCancel(ctx), ctx)
	go func() { _ = server.Serve(web.Bound(listener, &h.seats, h.proxies)) }()
	h.loops.Go(func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.config.Drain)
		defer cancel()
		if server.Shutdown(last) != nil {
			server.Close() // whoever has not ended by now is cut
		}
	})
	return nil
}

// studioBase is the address of the studio as the start prints it.
func (h *house) studioBase(base string) string {
	if h.config.StudioListen == "" {
		return base
	}
	return strings.TrimSuffix(cmp.Or(h.config.StudioURL, "http://"+h.config.StudioListen), "/")
}
