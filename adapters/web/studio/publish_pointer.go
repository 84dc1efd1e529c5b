package studio

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// pointer is which release is live, looked at before what is served here. What is served afterwards is that
// one, a later one, or one that stands in for it: because this program refuses it, or writes it otherwise than
// the program that published it. Whoever publishes on a pointer from before is told that they are second.
func (s *Studio) pointer(ctx context.Context) (string, error) {
	pointer, err := s.Press.Live(ctx)
	if err != nil || pointer == s.Live().Hash || s.Follow == nil {
		return pointer, err
	}
	err = s.Follow(ctx, nil) // another replica has published just now
	if errors.Is(err, bot.ErrUnavailable) {
		return "", err // nobody here has seen what is live
	}
	if err != nil {
		s.Log.Warn("the live release is not served here", "error", err)
	}
	return pointer, nil
}

// A likeness is whether the live release, as it is kept, is the one that is served: written otherwise, by another
// version of the program. To read a release takes a second; neither of both ever changes.
type likeness struct {
	mu            sync.Mutex
	pointer, hash string
	is            bool
}

func (l *likeness) of(pointer, hash string, read func() (string, error)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pointer != pointer || l.hash != hash {
		kept, err := read()
		if errors.Is(err, bot.ErrUnavailable) {
			return true // nothing is said to be refused before it is known
		}
		l.pointer, l.hash, l.is = pointer, hash, err == nil && kept == hash
	}
	return l.is
}

// instead is the name of the release that is served in place of a live one that is refused here; "" where none is.
func (s *Studio) instead(ctx context.Context, pointer string) string {
	live := s.Live().Hash
	if pointer == live {
		return ""
	}
	if now, err := s.Press.Live(ctx); err != nil || now != pointer {
		return "" // somebody has published since: what is served is theirs
	}
	if s.alike.of(pointer, live, func() (string, error) {
		b, err := s.Press.Load(ctx, pointer)
		if err != nil {
			return "", err
		}
		return b.Hash, nil
	}) {
		return ""
	}
	return s.versionName(ctx, live)
}

// present is the draft, and the pointer from before it was opened; a draft that has become the live release
// meanwhile begins anew from it.
func (s *Studio) present(r *http.Request) (*workshop.State, string, error) {
	pointer, err := s.pointer(r.Context())
	if err != nil {
		return nil, "", err
	}
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		return nil, "", err
	}
	live := s.Live()
	if state.Version.Base != live.Hash && s.same(state.Draft, live) {
		state, err = s.rebase(r.Context(), author(r), live)
	}
	return state, pointer, err
}

// rebase puts the draft on a release without changing it.
func (s *Studio) rebase(ctx context.Context, by workshop.Author, b *flow.Bundle) (*workshop.State, error) {
	return s.Workshop.Follow(ctx, by, "publié", b.Hash)
}

// same says that a draft has the very files of a release.
func (s *Studio) same(d *flow.Draft, b *flow.Bundle) bool {
	files := d.Files()
	if len(files) != len(b.Sources) {
		return false
	}
	for name, content := range files {
		if string(b.Sources[name]) != string(content) {
			return false
		}
	}
	return true
}
