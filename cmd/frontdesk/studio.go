package main

import (
	"fmt"

	"frontdesk/adapters/web/studio"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// openStudio makes the place where supervisors change the dialog.
func (h *house) openStudio(b *flow.Bundle) error {
	live := func() *flow.Bundle { return h.shelf.Live().Bundle }
	var err error
	h.studio, err = studio.New(studio.Config{
		SignIn:   h.signIn,
		Workshop: &workshop.Workshop{Refs: h.store, Releases: h.store, Live: live, Now: h.now},
		Live:     live, Compile: h.bundles.compile, Traces: h.store,
		Service: b.Service, Banner: h.banner(b), Desk: true, Log: h.log, Now: h.now, Zone: b.Zone,
	})
	if err != nil {
		return fmt.Errorf("studio: %w", err)
	}
	return nil
}
