package slack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// homeRef is kept while somebody looks at their home from time to time: only theirs is drawn again.
const (
	homeRef   = "slack-home"
	homeAlive = 4 * time.Hour
)

// homes are what has changed since it was last drawn.
type homes struct {
	mu         sync.Mutex
	people     map[string]bool          // Slack users
	structures map[bot.StructureID]bool // whose people they concern
	drawn      map[string]time.Time     // by Slack user
}

// touched says that something of somebody's has changed: their home is drawn again.
func (d *Desk) touched(user string) {
	h := &d.inward.homes
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.people == nil {
		h.people = map[string]bool{}
	}
	h.people[user] = true
}

// changed says that a case of a structure was shown anew. It does not wait.
func (d *Desk) changed(structure bot.StructureID) {
	h := &d.inward.homes
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.structures == nil {
		h.structures = map[bot.StructureID]bool{}
	}
	h.structures[structure] = true
}

// keepHomes draws what has changed until ctx ends: each home at most once in a while.
func (d *Desk) keepHomes(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, d.inward.beats.home/5)
		d.drawHomes(ctx)
	}
}

func (d *Desk) drawHomes(ctx context.Context) {
	for _, user := range d.dueHomes(ctx) {
		if ctx.Err() != nil {
			return
		}
		if _, err := d.Refs.Ref(ctx, homeRef, user); err == nil {
			d.publish(ctx, user)
		}
	}
}

// dueHomes takes the people whose home has changed and was not drawn just now.
func (d *Desk) dueHomes(ctx context.Context) []string {
	h := &d.inward.homes
	h.mu.Lock()
	structures := h.structures
	h.structures = nil
	h.mu.Unlock()
	people := d.peopleOf(ctx, structures)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.people == nil {
		h.people = map[string]bool{}
	}
	if h.drawn == nil {
		h.drawn = map[string]time.Time{}
	}
	for _, user := range people {
		h.people[user] = true
	}
	now := time.Now()
	maps.DeleteFunc(h.drawn, func(_ string, at time.Time) bool { return now.Sub(at) >= d.inward.beats.home })
	var due []string
	for _, user := range slices.Sorted(maps.Keys(h.people)) {
		if _, just := h.drawn[user]; !just {
			due = append(due, user)
			h.drawn[user] = now
			delete(h.people, user)
		}
	}
	return due
}

// peopleOf are the Slack users of some structures.
func (d *Desk) peopleOf(ctx context.Context, structures map[bot.StructureID]bool) []string {
	if len(structures) == 0 {
		return nil
	}
	all, err := d.Staff.All(ctx)
	if err != nil {
		d.Log.Warn("whose homes have changed", "error", bland(err))
		return nil
	}
	var users []string
	for _, c := range all {
		if c.Slack != "" && slices.ContainsFunc(c.Structures, func(s bot.StructureID) bool { return structures[s] }) {
			users = append(users, c.Slack)
		}
	}
	return users
}

// homeOpened draws the home of who looks at it.
func (d *Desk) homeOpened(ctx context.Context, h *happening) {
	if h.Tab != "" && h.Tab != "home" {
		return
	}
	if err := d.Refs.DropRef(ctx, homeRef, h.User.ID); err == nil {
		_ = d.Refs.SetRef(ctx, homeRef, h.User.ID, "", "1", homeAlive) // another replica's is as good
	}
	d.touched(h.User.ID)
	d.drawHomes(ctx)
}

// publish draws one home.
func (d *Desk) publish(ctx context.Context, user string) {
	blocks, err := d.home(ctx, user)
	if err != nil {
		d.Log.Warn("draw a home", "error", bland(err))
		return
	}
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
	_, err = d.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view})
	if err := d.answered(ctx, "views.publish", err); err != nil {
		d.Log.Warn("draw a home", "error", err)
	}
}

// home is what somebody has before them: their cases by next deadline, what they promised for today, their
// queues, and whether they are available. Each part is bounded: Slack takes 100 blocks.
func (d *Desk) home(ctx context.Context, user string) ([]slack.Block, error) {
	by, err := d.counsellor(ctx, user)
	if err != nil {
		return []slack.Block{prose(d.whyNobody(err))}, nil
	}
	cards, err := d.Board.Waiting(ctx, by)
	if err != nil {
		return nil, err
	}
	version := fmt.Sprint(d.Now().UnixMilli())
	mine, free := owned(cards, by.ID), freeOf(cards)
	blocks, err := d.availability(ctx, by, len(mine))
	if err != nil {
		return nil, err
	}
	blocks = append(blocks, heading("Mes dossiers"))
	if len(mine) == 0 {
		blocks = append(blocks, prose("Aucun dossier en cours."))
	}
	blocks = append(blocks, d.rows(ctx, by, mine, version)...)
	blocks = append(blocks, d.promisedToday(mine)...)
	blocks = append(blocks, heading("Mes files"))
	if len(free) == 0 {
		return append(blocks, prose("Aucun dossier n'attend.")), nil
	}
	blocks = append(blocks, prose(d.queues(free)), buttonRow("", button(actNext, "Prendre la suivante", version).WithStyle(slack.StylePrimary)))
	return append(blocks, d.atRisk(free)...), nil
}

// availability says whether somebody is, and how much they may take.
func (d *Desk) availability(ctx context.Context, by bot.Counsellor, load int) ([]slack.Block, error) {
	is, until, err := (desk.Duty{Refs: d.Refs}).Available(ctx, by.ID, d.Now())
	if err != nil {
		return nil, err
	}
	said, toggle := "Vous n'êtes pas disponible.", button(actResume, "Je suis disponible", "")
	switch {
	case is:
		said, toggle = "Vous êtes disponible.", button(actPause, "Je ne suis plus disponible", "")
	case !until.IsZero():
		said = "Vous êtes en pause jusqu'à " + desk.Hour(until, d.Zone) + "."
	}
	capacity := "sans limite"
	if by.Capacity > 0 {
		capacity = fmt.Sprintf("%d au plus", by.Capacity)
	}
	row := prose(fmt.Sprintf("%s Dossiers en cours : %d (%s).", said, load, capacity))
	row.Accessory = slack.NewAccessory(toggle)
	return []slack.Block{row}, nil
}

// promisedToday are the answers that somebody owes today.
func (d *Desk) promisedToday(mine []bot.Card) []slack.Block {
	var blocks []slack.Block
	for _, card := range mine {
		if card.Life == bot.Promised && desk.Date(card.Due, d.Zone) == desk.Date(d.Now(), d.Zone) && len(blocks) < 2*shownCases {
			blocks = append(blocks, prose(card.Dossier+" · réponse à donner avant "+desk.Hour(card.Due, d.Zone)))
		}
	}
	if len(blocks) > 0 {
		blocks = slices.Insert(blocks, 0, heading("Réponses promises aujourd'hui"))
	}
	return blocks
}

// soon is when a promise is at risk.
const soon = 4 * time.Hour

// atRisk are the promises of one's queues that nobody has taken on and that are due soon, or were.
func (d *Desk) atRisk(free []bot.Card) []slack.Block {
	var blocks []slack.Block
	for _, card := range free {
		if !card.Due.IsZero() && card.Life != bot.Waiting && card.Due.Before(d.Now().Add(soon)) && len(blocks) < shownCases {
			blocks = append(blocks, prose(d.caseLine(card)))
		}
	}
	if len(blocks) > 0 {
		blocks = slices.Insert(blocks, 0, heading("Promesses à risque"))
	}
	return blocks
}

func heading(text string) slack.Block { return slack.NewHeaderBlock(words(text)) }
