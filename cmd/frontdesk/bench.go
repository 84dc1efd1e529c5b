package main

import (
	"context"
	"fmt"
	"log/slog"
	"text/tabwriter"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/engine"
	"frontdesk/bot/turn"
)

// benchCommand measures what the operator's own Redis and machine hold.
type benchCommand struct {
	RedisURL string        `env:"FRONTDESK_REDIS_URL" placeholder:"URL" help:"The Redis to measure. Unset: the store in memory."`
	For      time.Duration `default:"10s" placeholder:"10s" help:"How long each measurement may load the machine (${default})."`
	Rate     int           `default:"1000" placeholder:"1000" help:"Turns a second at which delays are measured (${default})."`
}

// Help is shown by --help.
func (*benchCommand) Help() string {
	return `Plays whole conversations with the reference flow, sealed and committed as in service, under keys of
their own that are deleted afterwards. It loads Redis and this machine while it runs: not for the
hours in which people call.

Examples:

    FRONTDESK_REDIS_URL=redis://127.0.0.1:6379 frontdesk bench
    frontdesk bench --for 30s`
}

// Validate refuses what would measure nothing, or load a machine for hours.
func (c *benchCommand) Validate() error {
	switch {
	case c.For < time.Second || c.For > 10*time.Minute:
		return fmt.Errorf("--for %s is not between a second and ten minutes", c.For)
	case c.Rate < 1 || c.Rate > 100_000:
		return fmt.Errorf("--rate %d is not between 1 and 100,000", c.Rate)
	case c.RedisURL != "" && !redisURL(c.RedisURL):
		return fmt.Errorf("FRONTDESK_REDIS_URL is not an address, such as redis://127.0.0.1:6379/0")
	}
	return nil
}

// Run measures and prints a table.
func (c *benchCommand) Run(out *console) error {
	redis.LogTo(slog.New(slog.DiscardHandler))
	store, err := c.store(out)
	if err != nil {
		return err
	}
	defer store.Close()
	defer func() { // also when it was interrupted
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := store.Clear(ctx); err != nil {
			fmt.Fprintln(out.err, "frontdesk: keys of the measurement are left:", err)
		}
	}()
	desk, err := newBenchDesk(store)
	if err != nil {
		return err
	}
	return c.measure(out, store, desk)
}

func (c *benchCommand) store(out *console) (*redis.Store, error) {
	if c.RedisURL == "" {
		fmt.Fprintln(out.out, "The store in memory; set FRONTDESK_REDIS_URL to measure a Redis.")
		return redis.OpenEmbedded(out.ctx)
	}
	log := slog.New(slog.NewTextHandler(out.out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}}))
	return redis.Open(out.ctx, redis.Options{URL: c.RedisURL, Keys: redis.RandomKeys(), Prefix: "fd:bench:" + random()[:4] + ":", Log: log})
}

// newBenchDesk is the real player and engine on a store, in a world without surprises.
func newBenchDesk(store *redis.Store) (*turn.Player, error) {
	b, err := loadBundle("", "")
	if err != nil {
		return nil, err
	}
	shelf := &shelf{releases: store, log: slog.New(slog.DiscardHandler)}
	if err := shelf.serve(context.Background(), b); err != nil {
		return nil, err
	}
	return &turn.Player{
		Store: store, Engine: engine.New(shelf), World: calm{}, Watch: calm{}, Log: slog.New(slog.DiscardHandler),
		NewID: func() bot.ConversationID { return bot.ConversationID(random()) }, NewTrace: random, Fetch: shelf.fetch,
	}, nil
}

// A calm world: one counsellor on duty, nobody waiting, nothing counted.
type calm struct{}

func (calm) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	return bot.Facts{OnDuty: 1}, nil
}
func (calm) Accepted(bot.ChannelName, string) {}
func (calm) Played(turn.Played)               {}
func (calm) Committed(string)                 {}

// measure takes each figure with what was learnt from the one before.
func (c *benchCommand) measure(out *console, store *redis.Store, desk *turn.Player) error {
	table := tabwriter.NewWriter(out.out, 0, 0, 3, ' ', 0)
	line := func(what, figure, means string) { fmt.Fprintf(table, "%s\t%s\t%s\n", what, figure, means) }
	first, err := bottest.Load{Take: desk.Take, Name: "warm"}.Rate(out.ctx, 100, 16)
	if err != nil {
		return fmt.Errorf("measure: %w", err)
	}
	people := max(100, int(first*c.For.Seconds())/bottest.LoadTurns)
	rate, err := bottest.Load{Take: desk.Take, Name: "rate"}.Rate(out.ctx, people, 64)
	if err != nil {
		return fmt.Errorf("measure turns a second: %w", err)
	}
	line("turns a second, this process", fmt.Sprintf("%.0f", rate), "a regional hotline needs about 10")
	if c.RedisURL != "" {
		ceiling, err := store.Ceiling(out.ctx, people*bottest.LoadTurns)
		if err != nil {
			return err
		}
		line("of what Redis alone can write", fmt.Sprintf("%.2f", rate/ceiling), fmt.Sprintf("%.0f a second, with nobody deciding", ceiling))
	}
	took, err := bottest.Load{Take: desk.Take, Name: "pace"}.Paced(out.ctx, c.Rate, c.For)
	if err != nil {
		return fmt.Errorf("measure delays: %w", err)
	}
	line(fmt.Sprintf("from accept to reply, at %d turns a second", c.Rate), fmt.Sprintf("%.2f ms", millis(took[len(took)/2])), "for every second turn")
	line("", fmt.Sprintf("%.2f ms", millis(took[len(took)*99/100])), "for 99 in 100")
	if err := c.memory(out.ctx, store, line); err != nil {
		return err
	}
	return table.Flush()
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// memory says what people cost while they are not talking, and how many fit.
func (c *benchCommand) memory(ctx context.Context, store *redis.Store, line func(what, figure, means string)) error {
	if c.RedisURL == "" {
		return nil // the store in memory is this process's
	}
	if err := store.Clear(ctx); err != nil {
		return err
	}
	session, leg, err := store.IdleBytes(ctx, 20_000)
	if err != nil {
		return err
	}
	_, limit, err := store.Memory(ctx)
	if err != nil {
		return err
	}
	line("an idle conversation in Redis", fmt.Sprintf("%.0f B", session), "sealed, when its words have expired")
	line("the reference of a browser", fmt.Sprintf("%.0f B", leg), "one for each place a person writes from")
	room, of := int64(1<<30), "a gigabyte"
	if limit > 0 {
		room, of = limit, "the maxmemory of this Redis"
	}
	line("people that fit", fmt.Sprintf("%.1f million", float64(room)/(session+leg)/1e6), "in "+of)
	return nil
}
