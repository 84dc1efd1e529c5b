package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/adapters/mail"
	"frontdesk/adapters/phone"
	"frontdesk/adapters/redis"
	"frontdesk/adapters/slack"
	"frontdesk/adapters/sms"
	"frontdesk/adapters/staff"
	"frontdesk/adapters/telegram"
	"frontdesk/adapters/web"
	"frontdesk/adapters/web/chat"
	webdesk "frontdesk/adapters/web/desk"
	"frontdesk/adapters/web/studio"
	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
	"frontdesk/bot/relay"
	"frontdesk/bot/turn"
)

// A house is a front desk put together. This file alone knows everybody.
type house struct {
	config   *serveCommand
	log      *slog.Logger
	now      func() time.Time // of the desk's pages
	store    *redis.Store
	staff    *staff.Staff
	bundles  bundles
	shelf    *shelf
	press    *publish.Press
	engine   *engine.Engine
	player   *turn.Player
	relay    *relay.Relay
	metrics  *metrics
	signIn   *web.SignIn
	issuer   *web.OpenID                     // who else says who somebody is, or nil
	entrance func(*serveCommand) *web.SignIn // of the addresses in a configuration
	chat     *chat.Chat
	desk     *webdesk.Desk
	studio   *studio.Studio
	world    *world
	codes    *turn.Codes
	board    *desk.Board
	letters  *desk.Letters
	slack    *slack.Desk // nil where nobody works in Slack
	telegram *telegram.Channel
	sms      *sms.Channel
	mail     *mail.Channel
	phone    *phone.Phone // nil where no number is answered
	voice    phone.Speech // of the telephone
	demo     *demo        // or nil
	id       string       // of this process, among replicas
	channels []bot.Channel
	proxies  web.Proxies
	seats    web.Seats // of connections
	loops    sync.WaitGroup
	draining atomic.Bool

	following following
}

// open builds the house: bundle, store, staff, engine, doors. Nothing runs yet.
func (c *serveCommand) open(ctx context.Context, out *console) (*house, error) {
	h := &house{config: c, log: c.logger(out), now: time.Now, bundles: out.bundles, id: random()}
	bundle, err := h.bundles.load(c.Flows, c.Region)
	if err != nil {
		return nil, fmt.Errorf("the bundle cannot be served:\n%w", err)
	}
	if c.Messaging.Demo {
		if h.demo, err = startDemo(&c.Messaging); err != nil {
			return nil, err
		}
	}
	if h.store, err = c.openStore(ctx, h.log, bundle.Region); err != nil {
		return nil, err
	}
	if err := h.build(ctx, bundle); err != nil {
		h.store.Close()
		return nil, err
	}
	return h, nil
}

func (h *house) build(ctx context.Context, bundle *flow.Bundle) error {
	var err error
	h.shelf = &shelf{releases: h.store, verdicts: h.store, bundles: h.bundles, log: h.log}
	if h.config.trial() {
		h.shelf.prepare = openTrial(time.Now())
	}
	h.shelf.stock(examples(h.config.Flows, bundle, h.log))
	h.openPress()
	if err := h.begin(ctx, bundle); err != nil {
		return err
	}
	bundle = h.shelf.Live().Bundle
	if h.staff, err = h.config.openStaff(bundle, h.log); err != nil {
		return err
	}
	h.press.Name = namesOf(h.staff)
	if h.demo != nil {
		all, err := h.staff.All(ctx)
		if err != nil {
			return err
		}
		h.demo.hire(all)
	}
	if err := h.takeUpData(ctx); err != nil {
		h.log.Error("imported data cannot be read; the service goes on without", "error", err)
	}
	h.engine = engine.New(h.shelf)
	h.metrics = newMetrics(openCases{h.store.Cards}, storeState{h.health(), h.store.Lag, h.store.Memory}, h.doors())
	h.store.Observe(h.metrics)
	h.relay = &relay.Relay{Logs: h.store, Limits: h.store, Letters: h.store, Legs: h.leg, Channels: map[bot.ChannelName]bot.Channel{}, Log: h.log}
	out := h.metrics.watchOutbound(h.store.DeadLetters, h.relay.Shut)
	h.relay.Watch = out
	h.world = &world{staff: h.staff, presence: h.store, cards: h.store.Cards, shelf: h.shelf, trial: h.config.trial(), duty: desk.Duty{Refs: h.store}, keep: h.config.RetentionVoice, news: h.news}
	h.player = &turn.Player{
		Store: h.store, Engine: h.engine, Log: h.log, Watch: h.metrics,
		World: h.world,
		NewID: func() bot.ConversationID { return bot.ConversationID(random()) }, NewTrace: random,
		Fetch: h.shelf.fetch, Carry: h.relay.Carry, CarryDue: h.relay.CarryDue,
	}
	h.relay.Take = h.player.Take
	if err := h.openDoors(ctx, bundle); err != nil {
		return err
	}
	for _, c := range h.channels {
		h.relay.Channels[c.Name()] = c
		out.opened(c.Name())
	}
	return nil
}

// openDoors makes what people reach: the chat, the desk, the platforms. A new channel is added here.
func (h *house) openDoors(ctx context.Context, b *flow.Bundle) error {
	var err error
	if h.proxies, err = web.ParseProxies(h.config.TrustedProxies); err != nil {
		return err
	}
	h.seats.All, h.seats.Each = mostConnections, householdConnections
	limiter := countedLimits{&web.Shield{Limiter: h.store}, h.metrics.limited}
	h.codes = &turn.Codes{Refs: h.store, Limiter: h.store, Door: h.player, Store: h.store, Life: min(h.config.Retention, 30*24*time.Hour)}
	h.chat, err = chat.New(chat.Config{
		Door: h.player, Refs: h.store, Limiter: limiter, Codes: h.codes, Presence: h.store, Proxies: h.proxies, Origins: h.config.ChatOrigins,
		Service: b.Service, Banner: h.banner(b), Line: chat.Line{Text: b.Line.Text, Tel: b.Line.Tel}, Languages: b.Languages, Away: h.metrics.away.Inc, Log: h.log,
	})
	if err != nil {
		return err
	}
	h.channels = []bot.Channel{h.chat}
	h.board = &desk.Board{Cases: h.store, Briefs: h.engine.Brief, Coded: h.coded, Lead: h.lead, Recorded: h.engine.Message, Blobs: h.store, Audits: h.store}
	h.letters = &desk.Letters{Dead: h.store, Heads: h.store, Send: h.relay.Resend, Lead: h.lead}
	h.issuer = h.openID()
	h.entrance = func(c *serveCommand) *web.SignIn {
		return &web.SignIn{Staff: h.staff, Refs: h.store, Limiter: limiter, Verify: staff.Verify, Proxies: h.proxies,
			TLS: c.tls(), Trial: c.trial(), Service: b.Service, Banner: h.banner(b), OpenID: h.issuer,
			URL: strings.TrimSuffix(c.PublicURL, "/"), Home: h.home, Log: h.log}
	}
	h.signIn = h.entrance(h.config)
	h.desk, err = webdesk.New(webdesk.Config{
		Door: h.player, Staff: h.staff, SignIn: h.signIn, Presence: h.store, Structures: h.structures, Safety: h.procedure,
		Board: h.board, Messages: h.board,
		Letters: h.letters,
		Studio:  h.toStudio(), Writes: studio.Enters,
		Service: b.Service, Banner: h.banner(b), Trial: h.config.trial(), Log: h.log, Now: h.now, Zone: b.Zone,
	})
	if err != nil {
		return err
	}
	if err := h.openStudio(b); err != nil {
		return err
	}
	return h.openMessaging(ctx, b)
}

// handler is everything that is served to people.
func (h *house) handler() http.Handler {
	mux := http.NewServeMux()
	state := h.health()
	mux.HandleFunc("GET /healthz", state.live)
	mux.HandleFunc("GET /readyz", state.ready)
	mux.Handle("/chat/", h.chat)
	mux.Handle("GET /widget.js", h.chat)
	mux.Handle("/desk/", h.desk.Handler())
	if h.config.StudioListen == "" {
		h.studioRoutes(mux)
	}
	mux.Handle("/desk/entree", h.signIn.Handler())
	mux.Handle("/desk/entree/", h.signIn.Handler())
	h.messagingRoutes(mux)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.Handle("GET /{$}", http.RedirectHandler("/chat/", http.StatusFound))
	return web.Secure(mux, web.Policy{TLS: h.config.tls(), Loopback: h.config.trial()})
}

func (h *house) health() health { return health{h.store.Ready, h.lineUp, h.onLive, &h.draining} }

func (h *house) doors() doors {
	return doors{
		connections: h.seats.Count,
		streams:     func() int { return h.chat.Streams() },
		serves: func() (release, region string) {
			b := h.shelf.Live().Bundle
			return b.Hash[:8], b.Region
		},
		published: h.following.state,
	}
}

// start runs the loops of the house until ctx ends.
func (h *house) start(ctx context.Context) {
	h.loops.Go(func() { h.player.Sweep(ctx) })
	h.loops.Go(func() { h.store.Tend(ctx) })
	if path, err := h.config.keyPath(); err == nil && h.config.RedisURL != "" {
		h.loops.Go(func() { h.watchKeys(ctx, path) })
	}
	if h.issuer != nil {
		h.loops.Go(func() { h.issuer.Connect(ctx) })
	}
	for _, c := range h.channels {
		h.loops.Go(func() {
			if err := c.Listen(ctx, h.player); err != nil && ctx.Err() == nil {
				h.log.Error("channel stopped", "channel", c.Name(), "error", err)
			}
		})
	}
	h.loops.Go(func() { h.watchReleases(ctx) })
	h.loops.Go(func() { h.pruneReleases(ctx) })
	if h.config.Flows != "" {
		h.loops.Go(func() { h.watchBundle(ctx) })
	}
	if h.config.RedisURL != "" {
		h.loops.Go(func() { h.watchData(ctx) })
	}
}

func (h *house) close() {
	_ = h.store.Close()
	if h.demo != nil {
		h.demo.close()
	}
}

// greet says where everything is.
func (h *house) greet(out *console, base string) error {
	b := h.shelf.Live().Bundle
	if h.config.PublicURL != "" {
		base = strings.TrimSuffix(h.config.PublicURL, "/")
	}
	fmt.Fprintf(out.out, "%s (%s, release %s)\n  citizens      %s/chat/\n%s  counsellors   %s/desk/\n  supervisors   %s/studio/\n", b.Service, b.Region, b.Hash[:8], base, h.telephoneLines(), base, h.studioBase(base))
	if h.config.trial() {
		path, err := h.signIn.TrialLink(context.Background())
		if err != nil {
			return err
		}
		h.signIn.Again = func(path string) { fmt.Fprintf(out.out, "  next entrance: %s%s\n", base, path) }
		fmt.Fprintf(out.out, "                entrance, works once: %s%s\n", base, path)
		if h.demo != nil {
			fmt.Fprintf(out.out, "  demonstration %s/demo/\n", base)
		}
		fmt.Fprintln(out.out, "Trial: made-up counsellors, the regional desk is always open, this machine only.")
	}
	if h.config.RedisURL == "" {
		fmt.Fprintln(out.out, "Nothing survives a restart: conversations are in memory. Set FRONTDESK_REDIS_URL to keep them.")
	}
	return nil
}

// banner stands on every page of a demonstration or trial.
func (h *house) banner(b *flow.Bundle) string {
	var parts []string
	if b.Demonstration && b.Banner != "" {
		parts = append(parts, b.Banner)
	}
	if h.config.trial() {
		parts = append(parts, "Essai : l'accueil régional est ouvert à toute heure.")
	}
	if h.config.RedisURL == "" {
		parts = append(parts, "Rien n'est gardé après un redémarrage.")
	}
	return strings.Join(parts, " ")
}

// leg finds a leg of a conversation for the relay.
func (h *house) leg(ctx context.Context, id bot.ConversationID, leg string) (bot.Leg, error) {
	head, err := h.store.Head(ctx, id)
	if err != nil {
		return bot.Leg{}, err
	}
	for _, l := range head.Session.Legs {
		if l.ID == leg {
			return l, nil
		}
	}
	return bot.Leg{}, fmt.Errorf("%w: the conversation has no such leg", bot.ErrNotFound)
}

// coded says which answers are classes that colleagues may see before a case is taken.
func (h *house) coded(name string) bool {
	a, ok := h.shelf.Live().Bundle.Answers[name]
	return ok && !a.Sensitive && (a.Type == flow.Choice || a.Type == flow.YesNo)
}

// lead is the structure that answers for everybody.
func (h *house) lead() bot.StructureID { return bot.StructureID(h.shelf.Live().Bundle.Lead().ID) }

// structures are those a case can be handed to.
func (h *house) structures() []webdesk.Structure {
	var all []webdesk.Structure
	for id, s := range h.shelf.Live().Bundle.Structures {
		all = append(all, webdesk.Structure{ID: bot.StructureID(id), Name: s.Name})
	}
	slices.SortFunc(all, func(a, b webdesk.Structure) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// procedure is the Procédure danger of the safety file, with the numbers of that file and the cell of
// the case's département.
func (h *house) procedure(c bot.Card) []desk.Measure {
	b := h.shelf.Live().Bundle
	var all []desk.Measure
	for _, m := range b.Safety.Measures {
		call := flow.Phone{Text: m.Call, Tel: m.Call}
		if m.Call == flow.CRIP {
			call = cmp.Or(b.Crip(c.Territory), flow.Phone{Text: flow.CRIPElse, Tel: flow.CRIPElse})
		}
		all = append(all, desk.Measure{ID: m.ID, Text: m.Text, Number: call.Text, Tel: call.Tel})
	}
	return all
}
