package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A Plan is a publication that is programmed. It is carried out once, at its time or as soon after as a
// replica runs, if the live release is then still the one it was made on.
type Plan struct {
	ID      string    `json:"id"`
	Release string    `json:"release"`
	At      time.Time `json:"at"`
	Order   Order     `json:"order"`
	Begun   time.Time `json:"begun,omitzero"`   // when a replica was about to make it live
	Failed  string    `json:"failed,omitempty"` // why it could not be made: it stays until somebody cancels it
}

// Lost says that a plan cannot be carried out while a release is live: it was made on another one.
func (plan Plan) Lost(live string) bool {
	return plan.Failed == "" && plan.Order.Expected != live && plan.Release != live
}

// What a plan is refused for.
var (
	ErrPast   = errors.New("cette heure est passée")
	ErrNoPlan = errors.New("cette publication n'est pas, ou plus, programmée")
	ErrBegun  = errors.New("elle est en train d'être publiée")
)

// begunFor is how long nobody may cancel a plan that a replica is about to carry out: much longer than that takes.
const begunFor = time.Minute

// Schedule proves a bundle, keeps it, and programs its publication.
func (p *Press) Schedule(ctx context.Context, b *flow.Bundle, at time.Time, o Order) (Plan, error) {
	now, err := p.Now(ctx)
	if err != nil {
		return Plan{}, err
	}
	live, err := p.Live(ctx)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{ID: at.UTC().Format("20060102T1504-") + b.Hash[:8], Release: b.Hash, At: at, Order: o}
	plan.Order.Cancels = nil // that is done at once
	switch {
	case !at.After(now):
		return Plan{}, ErrPast
	case b.Hash == o.Expected:
		return Plan{}, ErrLive
	case live != o.Expected: // it would fail when its time comes
		return Plan{}, p.taken(ctx)
	}
	if err := p.Keep(ctx, b); err != nil {
		return Plan{}, err
	}
	err = p.changePlans(ctx, func(all []Plan) ([]Plan, error) {
		if slices.ContainsFunc(all, func(other Plan) bool { return other.ID == plan.ID }) {
			return nil, errors.New("cette publication est déjà programmée")
		}
		return append(all, plan), nil
	})
	if err != nil {
		return Plan{}, err
	}
	err = p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalPlanned, Before: o.Expected, After: b.Hash,
		What: p.planned(plan, o.What), Reason: o.Reason, Second: o.Second})
	return plan, errors.Join(err, p.cancelAll(ctx, o))
}

func (p *Press) planned(plan Plan, what string) string {
	text := "Pour le " + p.moment(plan.At)
	if what != "" {
		text += " : " + what
	}
	return text
}

// Plans are what is programmed, the soonest first, and what could not be made.
func (p *Press) Plans(ctx context.Context) ([]Plan, error) {
	all, _, err := readList[Plan](ctx, p.Refs, kind, plansName)
	return all, err
}

// Cancel takes a plan away, unless it is being carried out: what is canceled does not go live.
func (p *Press) Cancel(ctx context.Context, id string, o Order) error {
	now, err := p.Now(ctx)
	if err != nil {
		return err
	}
	var gone Plan
	err = p.changePlans(ctx, func(all []Plan) ([]Plan, error) {
		i := slices.IndexFunc(all, func(plan Plan) bool { return plan.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("%s : %w", id, ErrNoPlan)
		}
		if gone = all[i]; gone.Failed == "" && now.Sub(gone.Begun) < begunFor {
			return nil, ErrBegun
		}
		return slices.Delete(all, i, i+1), nil
	})
	if err != nil {
		return err
	}
	return p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalUnplanned, After: gone.Release, What: p.planned(gone, ""), Reason: o.Reason, Second: o.Second})
}

// Resting are the plans that can be carried out only while a release is live.
func (p *Press) Resting(ctx context.Context, live string) ([]Plan, error) {
	all, err := p.Plans(ctx)
	return slices.DeleteFunc(all, func(plan Plan) bool { return plan.Failed != "" || plan.Order.Expected != live }), err
}

// Ended are the plans that cannot be carried out any more since a release is live in the place of another.
func (p *Press) Ended(ctx context.Context, before, live string) ([]Plan, error) {
	all, err := p.Resting(ctx, before)
	return slices.DeleteFunc(all, func(plan Plan) bool { return !plan.Lost(live) }), err
}

// cancelAll takes away the plans that an order takes the place of, after that was done. A plan that stays all the
// same cannot be carried out, and says so when its time comes.
func (p *Press) cancelAll(ctx context.Context, o Order) (unwritten error) {
	for _, id := range o.Cancels {
		err := p.Cancel(context.WithoutCancel(ctx), id, o)
		switch {
		case errors.Is(err, ErrUnwritten):
			unwritten = err
		case err != nil && !errors.Is(err, ErrNoPlan):
			p.Log.Error("a programmed publication that another took the place of is not taken away", "plan", id, "error", err)
		}
	}
	return unwritten
}

// CarryOut publishes what is due, and says how many publications could not be made and wait for somebody to
// see it. Any replica may call it at any time: the live pointer lets each plan through once.
func (p *Press) CarryOut(ctx context.Context) (failed int, err error) {
	all, err := p.Plans(ctx)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	now, err := p.Now(ctx)
	if err != nil {
		return 0, err
	}
	for _, plan := range all {
		if plan.Failed == "" && !plan.At.After(now) {
			if err := p.carryOut(ctx, plan, now); err != nil {
				return failed, err
			}
			if all, err = p.Plans(ctx); err != nil {
				return failed, err
			}
		}
	}
	for _, plan := range all {
		if plan.Failed != "" {
			failed++
		}
	}
	return failed, nil
}

func (p *Press) carryOut(ctx context.Context, plan Plan, now time.Time) error {
	err := p.made(ctx, plan, now)
	switch {
	case err == nil, errors.Is(err, ErrUnwritten): // Settle writes the line
		return p.settle(ctx, plan, nil)
	case errors.Is(err, bot.ErrUnavailable), ctx.Err() != nil:
		return err // looked at again
	}
	return p.settle(ctx, plan, err)
}

// made publishes a plan, unless that was done and whoever did it ended before the plan was taken away.
func (p *Press) made(ctx context.Context, plan Plan, now time.Time) error {
	live, err := p.Live(ctx)
	if err != nil || live == plan.Release {
		return err
	}
	if now.Sub(plan.At) > writeFor {
		moves, err := p.Moves(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(moves, func(l bot.JournalLine) bool { return l.After == plan.Release && !l.At.Before(plan.At) }) {
			return nil
		}
	}
	b, err := p.Load(ctx, plan.Release)
	if err != nil {
		return err
	}
	if err := p.Prove(ctx, b); err != nil {
		return err
	}
	if err := p.keepOn(ctx, plan.Release, b); err != nil {
		return err
	}
	if there, err := p.begun(ctx, plan, now); err != nil || !there {
		return err
	}
	err = p.move(ctx, bot.JournalPublished, plan.Release, b, plan.Order)
	if taken, is := errors.AsType[*Taken](err); is && taken.Live == plan.Release {
		return nil // another replica was first
	}
	return err
}

// begun notes that a plan is about to be carried out, unless it was taken away meanwhile.
func (p *Press) begun(ctx context.Context, plan Plan, now time.Time) (there bool, err error) {
	err = p.changePlans(ctx, func(all []Plan) ([]Plan, error) {
		i := slices.IndexFunc(all, func(other Plan) bool { return other.ID == plan.ID && other.Failed == "" })
		if there = i >= 0; there {
			all[i].Begun = now
		}
		return all, nil
	})
	return there, err
}

// settle takes a plan away, or leaves it there with why it failed. The replica that does so says it.
func (p *Press) settle(ctx context.Context, plan Plan, why error) error {
	mine := false
	err := p.changePlans(ctx, func(all []Plan) ([]Plan, error) {
		i := slices.IndexFunc(all, func(other Plan) bool { return other.ID == plan.ID && other.Failed == "" })
		mine = i >= 0
		switch {
		case !mine:
			return all, nil
		case why == nil:
			return slices.Delete(all, i, i+1), nil
		}
		all[i].Failed = why.Error()
		return all, nil
	})
	if err != nil || !mine || why == nil {
		return err
	}
	if taken, is := errors.AsType[*Taken](why); is { // who that was has a line of their own, under their id
		why = &Taken{Live: taken.Live}
	}
	p.Log.Error("a programmed publication was not made; see frontdesk flows releases", "plan", plan.ID, "release", plan.Release, "why", why)
	return p.write(ctx, bot.Record{Who: bot.ByService, Deed: bot.JournalFailed, Before: plan.Order.Expected, After: plan.Release, What: p.planned(plan, why.Error())})
}

func (p *Press) changePlans(ctx context.Context, change func([]Plan) ([]Plan, error)) error {
	return changeList(ctx, p.Refs, kind, plansName, func(all []Plan) ([]Plan, error) {
		all, err := change(all)
		slices.SortStableFunc(all, func(a, b Plan) int { return a.At.Compare(b.At) })
		return all, err
	})
}

// readList reads a short list that one reference holds, and that reference as it is.
func readList[T any](ctx context.Context, refs bot.Refs, kind, name string) (all []T, was string, err error) {
	was, err = refs.Ref(ctx, kind, name)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	}
	if err := json.Unmarshal([]byte(was), &all); err != nil {
		return nil, "", fmt.Errorf("read the list of %s %s: %w", kind, name, err)
	}
	return all, was, nil
}

// changeList changes such a list; with others who change it at once, one after the other.
func changeList[T any](ctx context.Context, refs bot.Refs, kind, name string, change func([]T) ([]T, error)) error {
	for range 20 {
		all, was, err := readList[T](ctx, refs, kind, name)
		if err != nil {
			return err
		}
		if all, err = change(all); err != nil {
			return err
		}
		text, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if string(text) == was {
			return nil
		}
		if err := refs.SetRef(ctx, kind, name, was, string(text), 0); !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("change the list of %s %s: %w: others always came between", kind, name, bot.ErrUnavailable)
}
