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

// proved says whether a release was proved before: here, or when the program was built.
func (s *shelf) proved(ctx context.Context, release string) (bool, error) {
	if _, kept := proof.Kept(flows.Verdicts, release); kept || s.verdicts == nil {
		return kept, nil
	}
	_, err := s.verdicts.Ref(ctx, verdictRef, verdictName(release))
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return false, fmt.Errorf("verdict of release %s: %w", release, err)
	}
	return err == nil, nil
}

func verdictName(release string) string { return strconv.Itoa(proof.Edition) + " " + release }

// prove refuses a release with an error. One that was proved before is taken at its verdict.
func (s *shelf) prove(ctx context.Context, p *engine.Program) error {
	release := p.Bundle.Hash
	if kept, err := s.proved(ctx, release); err != nil || kept {
		return err
	}
	found := proof.Prove(p)
	if wrong := found.Errors(); len(wrong) > 0 {
		return fmt.Errorf("release %s does not prove (see frontdesk check --paths):\n%w", release, wrong)
	}
	if s.verdicts == nil {
		return nil
	}
	v := proof.Verdict{Release: release, Edition: proof.Edition, Warnings: len(found)}
	if err := s.verdicts.SetRef(ctx, verdictRef, verdictName(release), "", v.String(), 0); err != nil && !errors.Is(err, bot.ErrTaken) {
		return fmt.Errorf("keep the verdict of release %s: %w", release, err)
	}
	return nil
}
