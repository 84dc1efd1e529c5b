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

// Ask asks for a second person. It takes the place of what was asked before. With ErrUnwritten it is asked all the same.
func (p *Press) Ask(ctx context.Context, r Review) error {
	now, err := p.Now(ctx)
	if err != nil {
		return err
	}
	r.Asked = now
	for try := 0; ; try++ {
		_, was, err := p.review(ctx)
		if err != nil {
			return err
		}
		if err = p.setReview(ctx, was, &r); err == nil {
			break
		}
		if !errors.Is(err, bot.ErrTaken) || try == 20 {
			return err
		}
	}
	return p.write(ctx, bot.Record{Who: r.Who, Deed: JournalAsked, Before: r.Live, After: r.Release, What: r.What, Reason: r.Comment})
}

// Withdraw takes away what was asked about a release, with a line in the journal, before it is done. What somebody
// has asked since about another one stays.
func (p *Press) Withdraw(ctx context.Context, release, who, reason string) error {
	r, err := p.endReview(ctx, release)
	if err != nil {
		return err
	}
	if r == nil {
		return ErrNoReview
	}
	return p.write(ctx, bot.Record{Who: who, Deed: JournalWithdrawn, Before: r.Live, After: r.Release, Reason: reason})
}

// Reviewed forgets what was asked about a release, because it has been done.
func (p *Press) Reviewed(ctx context.Context, release string) error {
	_, err := p.endReview(ctx, release)
	return err
}

// endReview takes away what was asked about a release, and says what that was; nil where it is not there any more.
func (p *Press) endReview(ctx context.Context, release string) (*Review, error) {
	r, was, err := p.review(ctx)
	if err != nil || r == nil || r.Release != release {
		return nil, err
	}
	err = p.setReview(ctx, was, nil)
	if errors.Is(err, bot.ErrTaken) {
		return nil, nil // something else is asked since
	}
	return r, err
}

func (p *Press) setReview(ctx context.Context, was string, r *Review) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return p.Refs.SetRef(ctx, kind, reviewName, was, string(text), 0)
}
