package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// page is everything a template may show.
type page struct {
	Service, Banner, Studio string
	CSS, JS                 string
	Trial                   bool
	Me                      bot.Counsellor
	Title                   string // of a page that is no list
	Flash                   string // what became of the last action
	Error                   string
	Groups                  []group
	Queue                   bot.QueueName
	Queues                  []queueOption
	Waiting, Urgent         int  // cases that nobody has taken
	Mends                   bool // whoever looks sees what was not delivered
	Unsent                  int  // how much that is
	Letters                 []letter
	Open                    *opened
	Idem                    string
}

type group struct {
	ID, Title string
	Empty     string // sentence shown when there is no row, or ""
	Folded    bool
	Rows      []row
}

type queueOption struct {
	ID    bot.QueueName
	Label string
}

// row is one case of the list, in words.
type row struct {
	Dossier, Need, Public, Territory, Structure string
	Due, Since, State, Presence, Owner          string
	Urgent, Late, Current, Free, Referral       bool
	Partner, Guest                              bool // somebody was invited: another structure, or one's own
	Idem                                        string
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) {
	p, err := d.list(w, r, "")
	if err != nil {
		d.failed(w, r, "show the list", err)
		return
	}
	d.render(w, http.StatusOK, "page", p)
}

// list is the left side of every page: mine, waiting, and what colleagues follow.
func (d *Desk) list(w http.ResponseWriter, r *http.Request, current string) (page, error) {
	me := web.Signed(r)
	cards, err := d.Board.Waiting(r.Context(), me)
	if err != nil {
		return page{}, err
	}
	cards = desk.Order(desk.Seen(me, cards))
	p := page{Me: me, Flash: takeFlash(w, r), Queue: bot.QueueName(r.URL.Query().Get("file")), Idem: newIdem(), Groups: []group{
		{ID: "mine", Title: "À vous", Empty: "Vous ne suivez aucun dossier."},
		{ID: "waiting", Title: "En attente", Empty: "Personne n'attend."},
		{ID: "others", Title: "Suivis par l'équipe", Folded: true},
	}}
	p.Unsent = d.unsent(r.Context(), me)
	for _, q := range desk.Queues(cards) {
		p.Queues = append(p.Queues, queueOption{q, d.queueLabel(q)})
	}
	for _, card := range cards {
		if placeOf(me, card) == 1 {
			p.Waiting++
			if card.Urgent {
				p.Urgent++
			}
		}
		if card.Owner == me.ID || p.Queue == "" || card.Queue == p.Queue {
			g := &p.Groups[placeOf(me, card)]
			g.Rows = append(g.Rows, d.row(r.Context(), me, card, current))
		}
	}
	return p, nil
}

func placeOf(me bot.Counsellor, card bot.Card) int {
	switch {
	case card.Owner == me.ID:
		return 0
	case desk.Free(card) && desk.May(me, card, desk.Claim) == nil:
		return 1
	}
	return 2
}

func (d *Desk) row(ctx context.Context, me bot.Counsellor, card bot.Card, current string) row {
	now, words := d.Now(), d.label(ctx, me, card)
	r := row{
		Dossier: card.Dossier, Need: capital(words.need), Public: words.public, Territory: words.territory,
		State: desk.LifeLabel(card.Life), Urgent: card.Urgent, Free: desk.Free(card) && desk.May(me, card, desk.Claim) == nil, Idem: newIdem(),
		Referral: card.Life == bot.Referred, Late: desk.Late(card, now), Current: strings.EqualFold(card.Dossier, current),
	}
	if len(me.Structures) > 1 || !slices.Contains(me.Structures, card.Structure) {
		r.Structure = d.structureName(card.Structure)
	}
	r.Guest = card.Beside != "" && !slices.Contains(me.Structures, card.Structure)
	r.Partner = card.Beside != "" && !r.Guest
	if card.Owner != "" && card.Owner != me.ID {
		r.Owner = card.OwnerName
	}
	if card.Owner == me.ID {
		r.Presence = d.presence(ctx, card)
	}
	if !card.Since.IsZero() {
		r.Since = "depuis " + desk.Ago(card.Since, now)
	}
	r.Due = d.due(card, now)
	return r
}

// due says what is owed and by when.
func (d *Desk) due(card bot.Card, now time.Time) string {
	switch {
	case card.Due.IsZero():
		return ""
	case desk.Late(card, now):
		return "en retard de " + desk.Ago(card.Due, now)
	case card.Life == bot.Waiting:
		return "à prendre avant " + desk.When(card.Due, now, d.Zone)
	case card.Life == bot.Referred:
		return "à accepter avant " + desk.When(card.Due, now, d.Zone)
	}
	return "répondre avant " + desk.When(card.Due, now, d.Zone)
}

// presence says whether the person has the page before them; "" where nobody can know.
func (d *Desk) presence(ctx context.Context, card bot.Card) string {
	if d.Presence == nil || card.Channel != "web" {
		return ""
	}
	present, err := d.Presence.Present(ctx, card.Conversation)
	switch {
	case err != nil:
		return "" // a hint that is missing is no fault
	case present:
		return "en ligne"
	}
	return "hors ligne"
}

func (d *Desk) structureName(id bot.StructureID) string {
	for _, s := range d.Structures() {
		if s.ID == id {
			return s.Name
		}
	}
	return string(id)
}

// queueLabel names a queue, which is a structure and a territory.
func (d *Desk) queueLabel(q bot.QueueName) string {
	structure, territory, _ := strings.Cut(string(q), "/")
	name := d.structureName(bot.StructureID(structure))
	if territory == "" {
		return name
	}
	return name + " · " + territory
}

// wording is what a card's codes mean.
type wording struct{ need, public, territory string }

// labels remembers the words of codes, so that a list does not read each brief each time. They are
// coded answers only and hold for the case whoever looks.
type labels struct {
	mu    sync.Mutex
	known map[string]wording
}

// maxLabels bounds the memory; beyond it everything is read again once.
const maxLabels = 5000

func (d *Desk) label(ctx context.Context, me bot.Counsellor, card bot.Card) wording {
	key := strings.Join([]string{string(card.Conversation), card.Need, card.Public, card.Territory}, "\x00")
	d.labels.mu.Lock()
	words, ok := d.labels.known[key]
	d.labels.mu.Unlock()
	if ok {
		return words
	}
	brief, _, err := d.Board.Brief(ctx, me, card.Conversation)
	words = wording{desk.NeedLabel(card, brief), desk.PublicLabel(card, brief), brief.Territory}
	if words.territory == "" {
		words.territory = card.Territory
	}
	if words.need == "" {
		words.need = "besoin à préciser"
	}
	if err != nil || len(brief.Answers) == 0 {
		return words
	}
	d.labels.mu.Lock()
	defer d.labels.mu.Unlock()
	if len(d.labels.known) >= maxLabels || d.labels.known == nil {
		d.labels.known = make(map[string]wording)
	}
	d.labels.known[key] = words
	return words
}
