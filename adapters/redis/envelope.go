package redis

import (
	"encoding/binary"
	"errors"
	"fmt"

	"frontdesk/bot"
)

// An envelope is what stands in Redis in place of what people said and told:
//
//	codec (1 byte) ‖ key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM
//
// Codec 1 seals the value itself, codec 2 what session.dict makes of it, packed before it is sealed.
// Its associated data says where it belongs: conversation, kind of value, and version, input or
// entry number. One cannot be put in another's place, nor an old one in a newer's.
const (
	plainCodec  = 1
	packedCodec = 2
)

// The kinds of sealed values.
const (
	sealedSession = "c"
	sealedInput   = "i"
	sealedEntry   = "l"
	sealedCard    = "card"
	sealedRef     = "ref"
	sealedBlob    = "b"
)

var errEnvelope = errors.New("sealed value is damaged, or stands in the wrong place")

func place(owner, kind, name string) []byte {
	b := make([]byte, 0, len(owner)+len(kind)+len(name)+2)
	b = append(append(b, owner...), 0)
	b = append(append(b, kind...), 0)
	return append(b, name...)
}

// seal appends the envelope of plain to dst.
func (r *Keyring) seal(dst, plain, place []byte) []byte {
	return r.sealAs(dst, plainCodec, plain, place)
}

func (r *Keyring) sealAs(dst []byte, codec byte, plain, place []byte) []byte {
	id, box := r.sealing()
	return box.Seal(append(dst, codec, id), nil, plain, place)
}

func (r *Keyring) open(envelope string, place []byte) ([]byte, error) {
	if len(envelope) < 2 {
		return nil, errEnvelope
	}
	if envelope[0] > packedCodec {
		return nil, fmt.Errorf("%w: envelope codec %d", bot.ErrNewer, envelope[0])
	}
	box, ok := r.box(envelope[1])
	if !ok {
		return nil, fmt.Errorf("%w: sealed with key %d, which is not in the key file", bot.ErrNewer, envelope[1])
	}
	plain, err := box.Open(nil, nil, []byte(envelope[2:]), place)
	if err != nil {
		return nil, errEnvelope
	}
	if envelope[0] == packedCodec {
		return unpack(plain)
	}
	return plain, nil
}

// versionLength is what stands before the envelope of a value that is compared by version.
const versionLength = 8

// sealVersioned is for what is compared by version: eight bytes, then the envelope bound to them.
func (r *Keyring) sealVersioned(id bot.ConversationID, kind string, version uint64, plain []byte) string {
	return r.sealVersionedAs(plainCodec, id, kind, version, plain)
}

func (r *Keyring) sealVersionedAs(codec byte, id bot.ConversationID, kind string, version uint64, plain []byte) string {
	b := make([]byte, 0, 8+2+28+len(plain))
	b = binary.BigEndian.AppendUint64(b, version)
	return string(r.sealAs(b, codec, plain, place(string(id), kind, string(b[:8]))))
}

func (r *Keyring) openVersioned(id bot.ConversationID, kind, stored string) (plain []byte, version uint64, err error) {
	if len(stored) < 8 {
		return nil, 0, errEnvelope
	}
	plain, err = r.open(stored[8:], place(string(id), kind, stored[:8]))
	return plain, binary.BigEndian.Uint64([]byte(stored[:8])), err
}

func (r *Keyring) sealSession(s *bot.Session) string {
	return r.sealVersionedAs(packedCodec, s.ID, sealedSession, s.Version, pack(bot.EncodeSession(make([]byte, 0, 1024), s)))
}

// openSession reads a session; an empty string is the session of a conversation that is new.
func (r *Keyring) openSession(id bot.ConversationID, stored string) (bot.Session, error) {
	if stored == "" {
		return bot.Session{ID: id}, nil
	}
	plain, version, err := r.openVersioned(id, sealedSession, stored)
	if err != nil {
		return bot.Session{}, fmt.Errorf("session of %s: %w", short(id), err)
	}
	s, err := bot.DecodeSession(plain)
	if err != nil {
		return bot.Session{}, fmt.Errorf("session of %s: %w", short(id), err)
	}
	s.ID, s.Version = id, version
	return s, nil
}
