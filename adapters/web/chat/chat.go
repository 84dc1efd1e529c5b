// Package chat lets people talk to the front desk in a browser: a page, a widget for other sites,
// and the HTTP interface both use. It decides nothing about a conversation and keeps nothing of it.
//
// All bodies are JSON in UTF-8, at most 16 KiB. Refusals are {"error": "a sentence in French"}.
//
//	POST /chat/conversations   {"language":"fr","shared":false,"entry":"forum"} or nothing
//	                           201 {"conversation":"1f0c…","token":"…"}
//	POST /chat/messages        {"id":"m1","text":"bonjour"} or {"id":"m2","option":"1.1.emploi"}
//	                           202 {"id":"m1"}, for a repetition too: nothing is applied twice
//	POST /chat/shared          the computer is shared: the token now ends with the visit; 204
//	POST /chat/code            201 {"code":"4829135570","until":"2026-12-26T10:00:00Z"}: the person can go
//	                           on with it elsewhere, once; nobody else may see it
//	POST /chat/resume          {"code":"482 913 5570","shared":false}
//	                           201 {"conversation":"…","token":"…"}: the conversation of the code goes
//	                           on here, where it stands; what was said before is not shown. A token
//	                           that is sent along has ended then
//	POST /chat/tickets         201 {"ticket":"…"}: for EventSource, which cannot send a header
//	GET  /chat/events          the conversation as Server-Sent Events, from its beginning or after
//	                           Last-Event-ID; a comment each 15 seconds. What was said is kept
//	                           for a day, a case longer: who comes back with a token and finds
//	                           nothing is told where the conversation stands
//
// The token is the only key to a conversation: it is shown once, sent as "Authorization: Bearer
// <token>" with everything but the first request, and ends after 30 days, or after two hours on a
// shared computer. /chat/events takes "?ticket=" instead: once, within 60 seconds. An id is 1–64
// characters of A–Z a–z 0–9 _ -, chosen by the sender, one for each message of a conversation.
//
// An event's data is one thing that was said; its SSE id is where to resume.
//
//	{"from":"bot","at":"…","text":"…","ask":"1.1","options":[{"id":"1.1.emploi","label":"Un emploi"}]}
//	{"from":"bot","at":"…","text":"…","safety":true,"links":[{"text":"15","url":"tel:15"}]}
//	{"from":"counsellor","at":"…","text":"…","name":"Anna","structure":"Accueil régional","message":"9f…"}
//	{"from":"you","at":"…","text":"…","id":"m1"} and, for a button, "option":"1.1.emploi"
//	{…,"message":"9f…","amends":true}       in place of what that message, or "id", said before
//	{"from":"counsellor","at":"…","message":"9f…","withdrawn":true}   it was taken back
//	{"from":"bot","at":"…","end":true}      this conversation ended; a new message may reopen it
//	{"from":"bot","at":"…","forget":true}   it was erased: take it from the screen
//
// Statuses: 400 unreadable or empty, 401 the token is unknown or too old, 403 from a site that is
// not among the origins, 404 the code opens nothing, 409 the id was used for another message, 413 longer than 4,000 characters, 415 not JSON, 429 too much at once, 503
// nothing was kept: send it again, under the same id, after Retry-After seconds.
//
// GET /chat/ is the page (?lang=en in English, ?embed in a frame); a site among the origins embeds
// it with <script src="https://…/widget.js" defer></script>.
package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// Channel is the name of this medium.
const Channel bot.ChannelName = "web"

// Line is the telephone number that people are given when nothing else works.
type Line struct {
	Text string // as it is read: "02 99 00 00 00"
	Tel  string // as it is dialled: "+33299000000"
}

// Config is what a chat needs.
type Config struct {
	Door      bot.Door
	Refs      bot.Refs
	Limiter   bot.Limiter
	Presence  bot.Presence
	Codes     bot.Codes   // nil: nobody can go on elsewhere
	Proxies   web.Proxies // whose X-Forwarded-For is believed
	Origins   []string    // sites that may embed the page and call the interface; none by default
	Service   string      // public name
	Banner    string      // stands above everything: « démonstration »
	Line      Line
	Languages []string // as served; French when empty
	Away      func()   // told of each request that is refused because the store is away; nil: nobody
	Log       *slog.Logger
}

// A Chat is the web channel: a bot.Channel and an http.Handler.
type Chat struct {
	Config
	routes  http.Handler
	pages   map[string]*web.Asset // by language, and "embed " before it
	streams web.Streams
	seats   web.Seats
}

// New checks the configuration and prepares the pages.
func New(cfg Config) (*Chat, error) {
	if cfg.Service == "" {
		cfg.Service = "Accueil orientation"
	}
	if len(cfg.Languages) == 0 {
		cfg.Languages = []string{"fr"}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	for _, origin := range cfg.Origins {
		if err := checkOrigin(origin); err != nil {
			return nil, fmt.Errorf("chat: %w", err)
		}
	}
	assets, err := web.StaticAssets(static())
	if err != nil {
		return nil, fmt.Errorf("chat: %w", err)
	}
	c := &Chat{Config: cfg, seats: web.Seats{All: mostStreams, Each: householdStreams}}
	if c.pages, err = c.render(assets); err != nil {
		return nil, fmt.Errorf("chat: %w", err)
	}
	c.routes = c.route(assets)
	return c, nil
}

// Name implements bot.Channel.
func (c *Chat) Name() bot.ChannelName { return Channel }

// Listen implements bot.Channel. Browsers come by HTTP; when ctx ends their streams do.
func (c *Chat) Listen(ctx context.Context, _ bot.Door) error {
	<-ctx.Done()
	c.streams.End()
	return nil
}

// Streams is how many pages follow their conversation now.
func (c *Chat) Streams() int { return c.streams.Count() }

// Deliver implements bot.Channel. Browsers follow the log by themselves: nothing is ever pushed.
func (c *Chat) Deliver(_ context.Context, d bot.Delivery) (bot.Receipt, error) {
	return bot.Receipt{}, fmt.Errorf("the web follows the log: %w", bot.ErrUndeliverable)
}

// ServeHTTP serves everything under /chat/, and /widget.js. Put web.Secure around it.
func (c *Chat) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.routes.ServeHTTP(w, r) }

func (c *Chat) route(assets *web.Assets) http.Handler {
	api := http.NewServeMux()
	api.HandleFunc("POST /chat/conversations", c.answer(c.open))
	api.HandleFunc("POST /chat/messages", c.answer(c.take))
	api.HandleFunc("POST /chat/shared", c.answer(c.share))
	api.HandleFunc("POST /chat/code", c.answer(c.code))
	api.HandleFunc("POST /chat/resume", c.answer(c.resume))
	api.HandleFunc("POST /chat/tickets", c.answer(c.ticket))
	api.HandleFunc("GET /chat/events", c.answer(c.events))

	mux := http.NewServeMux()
	mux.Handle("/chat/", c.fromKnownSites(api))
	mux.HandleFunc("GET /chat/{$}", c.page)
	for _, name := range []string{"app.js", "code.js", "memory.js", "screen.js", "stream.js", "style.css", "icon.svg"} {
		mux.Handle("GET /chat/"+name, http.StripPrefix("/chat", assets))
	}
	mux.HandleFunc("GET /chat/widget.js", c.widget(assets))
	mux.HandleFunc("GET /widget.js", c.widget(assets))
	return mux
}

// fromKnownSites answers the browsers' question whether another site may call, and refuses to act
// for one that may not.
func (c *Chat) fromKnownSites(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	for _, origin := range c.Origins {
		_ = guard.AddTrustedOrigin(origin) // checked by New
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		web.Problem(w, http.StatusForbidden, "Ce site n'est pas autorisé à envoyer des messages ici.")
	}))
	next = guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); slices.Contains(c.Origins, origin) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Expose-Headers", "Retry-After")
			h.Set("Access-Control-Max-Age", "600")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answer turns an action's error into its status and logs what nobody expected.
func (c *Chat) answer(act func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := act(w, r)
		if err == nil {
			return
		}
		if errors.Is(err, bot.ErrUnavailable) && c.Away != nil {
			c.Away()
		}
		if errors.Is(err, errToken) {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		if web.Refuse(w, err) {
			c.Log.ErrorContext(r.Context(), "chat: request failed", "route", r.Pattern, "error", err)
		}
	}
}

func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("allowed origin %q is not of the form https://www.region.example", origin)
	}
	return nil
}
