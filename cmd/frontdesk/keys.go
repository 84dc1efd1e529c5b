package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"frontdesk/adapters/redis"
)

// keysCommand looks after the file that FRONTDESK_KEY_FILE names.
type keysCommand struct {
	Make   keysMakeCommand   `cmd:"" help:"Make a key file."`
	Rotate keysRotateCommand `cmd:"" help:"Add a key that takes over in five minutes."`
	Status keysStatusCommand `cmd:"" help:"Say how many values each key still seals."`
	Retire keysRetireCommand `cmd:"" help:"Take out a key that seals nothing any more."`
}

// keysMakeCommand makes the file.
type keysMakeCommand struct {
	File string `arg:"" help:"Where to write it. A file that is there already is never touched."`
}

// Help teaches the command.
func (keysMakeCommand) Help() string {
	return "Makes the keys that seal what is kept in Redis, and the key that hides addresses. Every replica uses\nthe same file; whoever loses it loses every conversation.\n\n  frontdesk keys make /etc/frontdesk/keys"
}

// Run writes the file, readable by its owner only.
func (c *keysMakeCommand) Run(out *console) error {
	if _, err := redis.CreateKeys(c.File); err != nil {
		return err
	}
	fmt.Fprintf(out.out, "%s is made. Keep a copy apart from Redis.\n", c.File)
	return nil
}

// keysRotateCommand adds a key.
type keysRotateCommand struct {
	File  string        `arg:"" help:"Key file of this deployment."`
	After time.Duration `default:"5m" placeholder:"5m" help:"When the new key takes over (${default}): by then every host must have the file."`
}

// Help teaches the command.
func (keysRotateCommand) Help() string {
	return `Adds a key to the file, which is replaced whole. Running replicas take it up within seconds, without a restart, and change over to it by themselves when its time has come. What older keys sealed is sealed anew in the background.

Run it once, on one host. The file is yours to copy to the others before the new key takes over: a replica without it goes on with the older key, but cannot read what the others seal. Should two hosts make a key each, one of them refuses the other's file and says so.

    frontdesk keys rotate /etc/frontdesk/keys
    frontdesk keys rotate /etc/frontdesk/keys --after 24h
    frontdesk keys status /etc/frontdesk/keys
    frontdesk keys retire /etc/frontdesk/keys 1

Once a year is often enough.`
}

// leastAfter leaves replicas on one host time to look at the file.
const leastAfter = time.Minute

// Run adds the key.
func (c *keysRotateCommand) Run(out *console) error {
	if c.After < leastAfter {
		return fmt.Errorf("--after %s is too soon: replicas must have the key before it seals; leave them %s at least", c.After, leastAfter)
	}
	from := time.Now().Add(c.After).Truncate(time.Second)
	id, err := redis.RotateKeys(c.File, from)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.out, "Key %d is in %s and takes over at %s.\nCopy the file to every other host before then. Keep a copy apart from Redis.\n", id, c.File, from.Format("2006-01-02 15:04:05 MST"))
	return nil
}

// sealedStore is where keys are in use.
type sealedStore struct {
	File     string `arg:"" help:"Key file of this deployment."`
	RedisURL string `env:"FRONTDESK_REDIS_URL" required:"" placeholder:"URL" help:"Where conversations are kept, such as redis://127.0.0.1:6379/0."`
	Flows    string `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle whose region is meant; the reference bundle by default."`
	Region   string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
}

// A keyring in use: its keys, how many values each seals, and how many front desks seal with it.
type inUse struct {
	keys          *redis.Keyring
	values, desks map[int]int
}

// ask counts what each key is used for.
func (c *sealedStore) ask(ctx context.Context, from bundles) (inUse, error) {
	b, err := from.load(c.Flows, c.Region)
	if err != nil {
		return inUse{}, fmt.Errorf("the bundle does not load, so the region is not known:\n%w", err)
	}
	keys, err := redis.LoadKeys(c.File)
	if err != nil {
		return inUse{}, err
	}
	store, err := redis.Open(ctx, redis.Options{URL: c.RedisURL, Keys: keys, Prefix: "fd:" + b.Region + ":", Existing: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return inUse{}, err
	}
	values, err := store.Sealed(ctx)
	desks, asked := store.Using(ctx)
	return inUse{keys, values, desks}, errors.Join(err, asked, store.Close())
}

// keysStatusCommand says where a rotation stands.
type keysStatusCommand struct{ sealedStore }

// Run counts and prints.
func (c *keysStatusCommand) Run(out *console) error {
	use, err := c.ask(out.ctx, out)
	if err != nil {
		return err
	}
	use.print(out.out, c.File)
	return nil
}

func (u inUse) print(out io.Writer, file string) {
	sealing := u.keys.Sealing()
	for _, id := range u.keys.IDs() {
		switch n := u.values[id]; {
		case id == sealing:
			fmt.Fprintf(out, "key %d seals; %d values\n", id, n)
		case id > sealing:
			fmt.Fprintf(out, "key %d waits to take over; %d values\n", id, n)
		case u.desks[id] > 0:
			fmt.Fprintf(out, "key %d is old; %d values; a front desk sealed with it in the last five minutes: does each host have the file?\n", id, n)
		case n > 0:
			fmt.Fprintf(out, "key %d is old; %d values, which are sealed anew while a front desk runs\n", id, n)
		default:
			fmt.Fprintf(out, "key %d can go: frontdesk keys retire %s %d\n", id, file, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(u.values)) {
		if !slices.Contains(u.keys.IDs(), id) {
			fmt.Fprintf(out, "key %d is not in the file; %d values cannot be read\n", id, u.values[id])
		}
	}
}

// keysRetireCommand takes a key out.
type keysRetireCommand struct {
	sealedStore
	Key int `arg:"" help:"Number of the key."`
}

// Run asks Redis first: what an absent key sealed is lost.
func (c *keysRetireCommand) Run(out *console) error {
	use, err := c.ask(out.ctx, out)
	if err != nil {
		return err
	}
	if use.desks[c.Key] > 0 && use.keys.Sealing() != c.Key {
		return fmt.Errorf("a front desk sealed with key %d in the last five minutes: give each host the file, and try again later", c.Key)
	}
	if n := use.values[c.Key]; n > 0 {
		return fmt.Errorf("key %d still seals %d values, which are sealed anew while a front desk runs; try again later", c.Key, n)
	}
	if err := redis.RetireKey(c.File, c.Key); err != nil {
		return err
	}
	fmt.Fprintf(out.out, "Key %d is no longer in %s. Copy the file to every other host.\n", c.Key, c.File)
	return nil
}
