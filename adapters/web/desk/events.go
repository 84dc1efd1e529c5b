package desk

import (
	"context"
	"fmt"
	"hash/maphash"
	"net/http"
	"sync"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

const (
	beat      = time.Second      // how often the board is looked at, once for all viewers
	pingAfter = 15 * time.Second // of quiet, so that proxies keep the connection
	dutyAfter = 20 * time.Second // how often an open desk says that somebody is on duty
)

// follow tells a page that something it shows has changed: {"what":"list"} or {"what":"case"}. It
// tells no more than that; the page is then asked for again, with all its walls.
func (d *Desk) follow(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	stream, err := web.OpenStream(w, r)
	if err != nil {
		d.Log.Warn("follow the desk", "error", err)
		return
	}
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	grown := d.watchCase(ctx, me, r.URL.Query().Get("dossier"))
	beats := d.pulse.join(ctx)
	var last uint64
	quiet, duty := time.Now(), time.Time{}
	for {
		if time.Since(duty) >= dutyAfter {
			duty = time.Now()
			d.onDuty(ctx, me)
		}
		what := ""
		select {
		case <-ctx.Done():
			return
		case <-grown:
			what = "case"
		case cards := <-beats:
			if seen := d.picture(ctx, me, cards); seen != last {
				what, last = "list", seen
			}
		}
		switch {
		case what != "":
			err, quiet = stream.Send("", map[string]string{"what": what}), time.Now()
		case time.Since(quiet) > pingAfter:
			// Somebody who signed out elsewhere is not told anything more.
			if _, gone := d.SignIn.Who(r); gone != nil {
				return
			}
			err, quiet = stream.Ping(), time.Now()
		}
		if err != nil {
			return
		}
	}
}

// onDuty says that a counsellor has the desk open: they count among those who can take somebody now.
func (d *Desk) onDuty(ctx context.Context, me bot.Counsellor) {
	if d.Presence != nil {
		_ = d.Presence.Here(ctx, bot.OnDuty(me.ID), "desk") // a hint: the next one comes soon
	}
}

// watchCase is sent to when the log of the opened case has grown. It says nothing to who may not
// read the case.
func (d *Desk) watchCase(ctx context.Context, me bot.Counsellor, dossier string) <-chan struct{} {
	grown := make(chan struct{}, 1)
	card, err := d.find(ctx, me, dossier)
	if dossier == "" || err != nil || desk.May(me, card, desk.Read) != nil {
		return grown
	}
	go func() {
		var seq int64
		for ctx.Err() == nil {
			entries, err := d.Door.Follow(ctx, card.Conversation, seq)
			if err != nil || len(entries) == 0 {
				// The list's own beat goes on; look again after one.
				select {
				case <-ctx.Done():
				case <-time.After(beat):
				}
				continue
			}
			seq = entries[len(entries)-1].Seq
			select {
			case grown <- struct{}{}:
			default: // the page has been told and not come back yet
			}
		}
	}()
	return grown
}

// picture is a number that changes with what me sees of the list: the cards, who is there, and the
// minutes in which waits are told.
func (d *Desk) picture(ctx context.Context, me bot.Counsellor, cards []bot.Card) uint64 {
	var h maphash.Hash
	h.SetSeed(d.pulse.seed)
	now := d.Now()
	fmt.Fprintln(&h, now.Truncate(time.Minute).Unix())
	for _, card := range desk.Order(desk.Seen(me, cards)) {
		fmt.Fprintf(&h, "%+v\n", card)
		if card.Owner == me.ID {
			fmt.Fprintln(&h, d.presence(ctx, card))
		}
	}
	return h.Sum64()
}

// pulse looks at the board once a beat while anybody watches, whoever they are.
type pulse struct {
	board      bot.Board
	everywhere func() bot.Counsellor
	seed       maphash.Seed
	mu         sync.Mutex
	running    bool
	watchers   map[chan []bot.Card]bool
}

// join returns a channel that gets the cards of every beat until ctx ends. A watcher who is slow
// misses beats.
func (p *pulse) join(ctx context.Context) <-chan []bot.Card {
	own := make(chan []bot.Card, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watchers == nil {
		p.watchers = make(map[chan []bot.Card]bool)
	}
	p.watchers[own] = true
	if !p.running {
		p.running = true
		go p.run()
	}
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, own)
	})
	return own
}

// run ends with the first beat that finds nobody. While the board cannot be reached, its last cards
// are given again: nothing has changed that anybody could know of.
func (p *pulse) run() {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	var cards []bot.Card
	for {
		ctx, stop := context.WithTimeout(context.Background(), 5*beat)
		if now, err := p.board.Waiting(ctx, p.everywhere()); err == nil {
			cards = now
		}
		stop()
		if !p.give(cards) {
			return
		}
		<-tick.C
	}
}

func (p *pulse) give(cards []bot.Card) (watched bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = len(p.watchers) > 0
	for w := range p.watchers {
		select {
		case w <- cards:
		default:
		}
	}
	return p.running
}
