package redis

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// TakeUp makes the keys of a changed file those of this store, without a pause. It refuses a file
// whose hmac key is another, or one of whose keys is not what other replicas have under that number:
// the store then goes on with the keys it had.
func (s *Store) TakeUp(ctx context.Context, fresh *Keyring) error {
	if !hmac.Equal(fresh.mac, s.ring.mac) {
		return errors.New("the hmac key has changed: by another one nobody's conversation would be found")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.checkCanaries(ctx, fresh); err != nil {
		return err
	}
	s.ring.keys.Store(fresh.keys.Load())
	return nil
}

// KeyIDs are the keys in use, in order.
func (s *Store) KeyIDs() []int { return s.ring.IDs() }

// signFor is how long a replica's sign counts after it was given.
const signFor = 5 * tendEvery

// sign notes which key a replica seals with.
func (s *Store) sign(ctx context.Context, replica string) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	key := s.keys.signs()
	pipe := s.rdb.TxPipeline()
	pipe.ZAdd(ctx, key, goredis.Z{Score: float64(now.UnixMilli()), Member: replica + " " + strconv.Itoa(s.ring.Sealing())})
	pipe.ZRemRangeByScore(ctx, key, "-inf", strconv.FormatInt(now.Add(-signFor).UnixMilli(), 10))
	pipe.PExpire(ctx, key, signFor)
	if _, err := pipe.Exec(ctx); err != nil {
		return failed("give a sign", err)
	}
	return nil
}

// Using counts the replicas that sealed with each key in the last five minutes. One that has changed
// over meanwhile counts for both.
func (s *Store) Using(ctx context.Context) (map[int]int, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	signs, err := s.rdb.ZRangeByScore(ctx, s.keys.signs(), &goredis.ZRangeBy{
		Min: strconv.FormatInt(now.Add(-signFor).UnixMilli(), 10), Max: "+inf"}).Result()
	if err != nil {
		return nil, failed("look for signs", err)
	}
	using := map[int]int{}
	for _, sign := range signs {
		_, id, _ := strings.Cut(sign, " ")
		if n, err := strconv.Atoi(id); err == nil {
			using[n]++
		}
	}
	return using, nil
}

// canaryField and a key's number name what each key once sealed, to be opened by whoever has a key of
// that number: a file of the same numbers but other keys would read nothing that is kept.
const canaryField = "canary "

func (s *Store) checkCanaries(ctx context.Context, ring *Keyring) error {
	ids := ring.ids()
	pipe := s.rdb.Pipeline()
	for _, id := range ids {
		if s.existing {
			break
		}
		box, _ := ring.box(id)
		pipe.HSetNX(ctx, s.keys.meta(), canaryField+strconv.Itoa(int(id)), box.Seal([]byte{plainCodec, id}, nil, []byte("readable"), []byte(canaryField)))
	}
	read := pipe.HGetAll(ctx, s.keys.meta())
	if _, err := pipe.Exec(ctx); err != nil {
		return failed("read "+s.keys.meta(), err)
	}
	for field, sealed := range read.Val() {
		id, is := strings.CutPrefix(field, canaryField)
		if !is {
			continue
		}
		n, err := strconv.Atoi(id)
		if err == nil && !slices.Contains(ids, byte(n)) && n < int(slices.Max(ids)) {
			continue // retired: what it sealed was sealed anew
		}
		if _, err := ring.open(sealed, []byte(canaryField)); err != nil {
			return fmt.Errorf("conversations under %q were sealed with another key %s: use the key file they were written with: %w", s.keys.prefix, id, err)
		}
	}
	return nil
}
