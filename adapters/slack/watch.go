package slack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// untaken is how long a case may wait at an open desk where nobody is, before supervisors hear of it.
const untaken = 5 * time.Minute

// manyHops is how often a case may be handed on before a lead must look (service: two hops).
const manyHops = 2

// keepWatch looks for what supervisors must see, in one replica at a time.
func (d *Desk) keepWatch(ctx context.Context) {
	d.whileLeased(ctx, "slack-watch", d.inward.beats.watch, d.watch)
}

// whileLeased does something again and again until ctx ends, in one replica at a time.
func (d *Desk) whileLeased(ctx context.Context, name string, every time.Duration, do func(context.Context)) {
	holder := rand.Text()
	for ctx.Err() == nil {
		if got, err := d.Lease.Acquire(ctx, name, holder, 3*every); err != nil {
			d.Log.Warn("whose turn it is to watch", "what", name, "error", bland(err))
		} else if got {
			do(ctx)
		}
		pause(ctx, every)
	}
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = d.Lease.Yield(over, name, holder) // it ends by itself
}

// watch looks once. Each thing is said once.
func (d *Desk) watch(ctx context.Context) {
	cards, err := d.Cases(ctx)
	if err != nil {
		d.Log.Warn("watch the open cases", "error", bland(err))
		return
	}
	now := d.Now()
	for _, card := range desk.Order(cards) {
		if desk.Late(card, now) && card.Life.Open() {
			d.report(ctx, fmt.Sprintf("late/%s/%d", card.Conversation, card.Due.Unix()), d.brokenPromise(card, now))
		}
		if card.Hops >= manyHops {
			d.report(ctx, fmt.Sprintf("hops/%s/%d", card.Conversation, card.Hops),
				fmt.Sprintf("Dossier %s : déjà transmis %d fois. Une ou un responsable doit le regarder (%s).", card.Dossier, card.Hops, d.structureName(card)))
		}
	}
	d.watchLetters(ctx)
	d.watchStaff(ctx, cards, now)
}

func (d *Desk) brokenPromise(card bot.Card, now time.Time) string {
	owner := "Personne ne l'a pris."
	if card.OwnerName != "" {
		owner = "Pris par " + card.OwnerName + "."
	}
	return fmt.Sprintf("Promesse non tenue : dossier %s, attendu %s (%s). %s", card.Dossier, desk.When(card.Due, now, d.Zone), d.structureName(card), owner)
}

// watchLetters says what could not be delivered since the last look: how many, and of which cases.
func (d *Desk) watchLetters(ctx context.Context) {
	if d.Letters == nil {
		return
	}
	everybody := bot.Counsellor{Roles: []bot.Role{bot.RoleSupervisor}}
	for _, s := range d.Structures() {
		everybody.Structures = append(everybody.Structures, s.ID)
	}
	letters, err := d.Letters.List(ctx, everybody)
	if err != nil {
		d.Log.Warn("watch what was not delivered", "error", bland(err))
		return
	}
	var dossiers, names []string
	for _, l := range letters {
		if _, err := d.Refs.Ref(ctx, saidRef, letterName(l)); !errors.Is(err, bot.ErrNotFound) {
			continue
		}
		names = append(names, letterName(l))
		if l.Dossier != "" && !slices.Contains(dossiers, l.Dossier) {
			dossiers = append(dossiers, l.Dossier)
		}
	}
	if len(names) == 0 {
		return
	}
	said := fmt.Sprintf("Messages non remis : %d.", len(names))
	if len(dossiers) > 0 {
		said += " Dossiers : " + strings.Join(dossiers[:min(len(dossiers), shownCases)], ", ") + "."
	}
	d.report(ctx, "letters/"+names[0], said)
	for _, name := range names {
		d.once(ctx, name)
	}
}

func letterName(l desk.Letter) string { return "letter/" + l.ID }

// watchStaff says where people wait in opening hours and nobody is there.
func (d *Desk) watchStaff(ctx context.Context, cards []bot.Card, now time.Time) {
	waiting := map[bot.StructureID]int{}
	for _, card := range cards {
		if card.Waits() && now.Sub(card.Since) >= untaken {
			waiting[card.Structure]++
		}
	}
	for _, s := range d.Structures() {
		if waiting[s.ID] == 0 || !d.Open(s.ID, now) || !d.Open(s.ID, now.Add(-untaken)) {
			continue
		}
		if there, err := d.staffed(ctx, s.ID, now); err != nil || there {
			continue
		}
		d.report(ctx, fmt.Sprintf("unstaffed/%s/%s", s.ID, now.In(d.Zone).Format("2006-01-02 15")),
			fmt.Sprintf("File sans personne : %s. %d en attente, et personne n'est disponible.", s.Name, waiting[s.ID]))
	}
}

// staffed says whether somebody of a structure is available.
func (d *Desk) staffed(ctx context.Context, s bot.StructureID, now time.Time) (bool, error) {
	all, err := d.Staff.All(ctx)
	if err != nil {
		return false, err
	}
	for _, c := range all {
		if !slices.Contains(c.Structures, s) || !desk.Works(c) {
			continue
		}
		is, _, err := (desk.Duty{Refs: d.Refs}).Available(ctx, c.ID, now)
		if err != nil || is {
			return is, err
		}
		if d.Present == nil {
			continue
		}
		if is, err := d.Present(ctx, c.ID); err != nil || is {
			return is, err
		}
	}
	return false, nil
}
