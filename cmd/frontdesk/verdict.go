package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/proof"
	"frontdesk/flows"
)

// verdictRef is the kind of the references under which verdicts are kept, by edition and release.
const verdictRef = "verdict"

// prove refuses a release with an error. One that was proved before, here or when the program was
// built, is taken at its verdict.
func (s *shelf) prove(ctx context.Context, p *engine.Program) error {
	release := p.Bundle.Hash
	if _, kept := proof.Kept(flows.Verdicts, release); kept {
		return nil
	}
	name := strconv.Itoa(proof.Edition) + " " + release
	if s.verdicts != nil {
		_, err := s.verdicts.Ref(ctx, verdictRef, name)
		if err == nil {
			return nil
		}
		if !errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("verdict of release %s: %w", release, err)
		}
	}
	found := proof.Prove(p)
	if wrong := found.Errors(); len(wrong) > 0 {
		return fmt.Errorf("release %s does not prove (see frontdesk check --paths):\n%w", release, wrong)
	}
	if s.verdicts == nil {
		return nil
	}
	v := proof.Verdict{Release: release, Edition: proof.Edition, Warnings: len(found)}
	if err := s.verdicts.SetRef(ctx, verdictRef, name, "", v.String(), 0); err != nil && !errors.Is(err, bot.ErrTaken) {
		return fmt.Errorf("keep the verdict of release %s: %w", release, err)
	}
	return nil
}
