package studio

import (
	"context"
	"errors"
	"net/http"

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

// instead is the name of the release that is served in place of a live one that is refused here; "" where none is.
func (s *Studio) instead(ctx context.Context, pointer string) string {
	live := s.Live()
	if pointer == live.Hash {
		return ""
	}
	if b, err := s.Press.Load(ctx, pointer); err == nil && b.Hash == live.Hash {
		return "" // it is the same, as another version of the program wrote it
	}
	return s.versionName(ctx, live.Hash)
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
