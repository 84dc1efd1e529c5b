package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// mostData bounds one part of a set of reference data, in bytes as it is read.
const mostData = 64 << 20

// DataSet returns one part of a set of reference data, or the list of its parts, by the hash of its
// content; ErrNotFound if it was never imported here.
func (s *Store) DataSet(ctx context.Context, hash string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	packed, err := s.rdb.Get(ctx, s.keys.data(hash)).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, fmt.Errorf("data set %s: %w", hash, bot.ErrNotFound)
	case err != nil:
		return nil, failed("data set "+hash, err)
	}
	if n, err := s2.DecodedLen(packed); err != nil || n > mostData {
		return nil, fmt.Errorf("data set %s: %d bytes, %w", hash, n, errors.Join(errEnvelope, err))
	}
	content, err := s2.Decode(nil, packed)
	if err != nil {
		return nil, fmt.Errorf("data set %s: %w", hash, err)
	}
	return content, nil
}

// KeepDataSet stores a part of a set for good. It is public, so it is packed and not sealed.
func (s *Store) KeepDataSet(ctx context.Context, hash string, content []byte) error {
	if len(content) > mostData {
		return fmt.Errorf("data set %s: %d bytes are more than %d", hash, len(content), mostData)
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.durably(ctx, s.run.keep, []string{s.keys.data(hash)}, s2.EncodeBetter(nil, content)).Err(); err != nil {
		return failed("keep data set "+hash, err)
	}
	return nil
}
