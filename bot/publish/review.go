package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"frontdesk/bot"
)

// A Review is a publication that waits for a second person. There is one at a time: of the draft that is
// shared. It stands for the very bundle that was asked about; another one needs another review.
type Review struct {
	Release string    `json:"release"`           // hash of the bundle that is to be published
	Live    string    `json:"live"`              // release that it was decided on, as it was served
	Pointer string    `json:"pointer,omitempty"` // to the live release then, where that is another; see Expected
	Who     string    `json:"who"`               // who asks
	What    string    `json:"what"`              // what differs, in French words
	Comment string    `json:"comment"`
	At      time.Time `json:"at,omitzero"` // when it is to be published; zero for as soon as somebody agrees
	Asked   time.Time `json:"asked"`
}

// Expected is which release must still be live for what was asked to be published.
func (r *Review) Expected() string { return cmp.Or(r.Pointer, r.Live) }

// What the journal tells of reviews.
const (
	JournalAsked     = "review_asked"
	JournalWithdrawn = "review_withdrawn"
)

const reviewName = "review"

// ErrNoReview says that nobody asks for a review any more.
var ErrNoReview = errors.New("cette demande de relecture n'existe plus")

// Review is what waits for a second person, or nil.
func (p *Press) Review(ctx context.Context) (*Review, error) {
	r, _, err := p.review(ctx)
	return r, err
}

func (p *Press) review(ctx context.Context) (*Review, string, error) {
	text, err := p.Refs.Ref(ctx, kind, reviewName)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	case text == "null":
		return nil, text, nil
	}
	r := &Review{}
	if err := json.Unmarshal([]byte(text), r); err != nil {
		return nil, text, err
	}
	return r, text, nil
}

// Ask asks for a second person. It takes the place of what was asked before.
func (p *Press) Ask(ctx context.Context, r Review) error {
	now, err := p.Now(ctx)
	if err != nil {
		return err
	}
	r.Asked = now
	if err := p.setReview(ctx, &r); err != nil {
		return err
	}
	return p.write(ctx, bot.Record{Who: r.Who, Deed: JournalAsked, Before: r.Live, After: r.Release, What: r.What, Reason: r.Comment})
}

// Withdraw takes what was asked away, with a line in the journal when somebody does so before it is done.
func (p *Press) Withdraw(ctx context.Context, who, reason string) error {
	r, _, err := p.review(ctx)
	if err != nil {
		return err
	}
	if r == nil {
		return ErrNoReview
	}
	if err := p.setReview(ctx, nil); err != nil {
		return err
	}
	return p.write(ctx, bot.Record{Who: who, Deed: JournalWithdrawn, Before: r.Live, After: r.Release, Reason: reason})
}

// Reviewed forgets what was asked, because it has been done.
func (p *Press) Reviewed(ctx context.Context) error { return p.setReview(ctx, nil) }

func (p *Press) setReview(ctx context.Context, r *Review) error {
	_, was, err := p.review(ctx)
	if err != nil || was == "" && r == nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return p.Refs.SetRef(ctx, kind, reviewName, was, string(text), 0)
}
