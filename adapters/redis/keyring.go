package redis

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	keyLine  = "frontdesk-key-1"
	fromMark = "from="
)

// A Keyring seals what is kept and hashes what is looked up. Its file has one line a key:
//
//	# comment
//	frontdesk-key-1 1 <32 bytes in base64>
//	frontdesk-key-1 2 <32 bytes in base64> from=2026-11-23T12:00:00Z
//	hmac <32 bytes in base64>
//
// Ids are 1 to 255. Any key opens what it sealed; the last line whose time has come seals. So a new
// key is known to every replica before one of them seals with it, and they change over by themselves.
// One that has not got the file by then goes on sealing with the older key, which all can open; what
// the others seal it leaves to them until it has. RotateKeys writes such a line, RetireKey takes an
// old one out.
//
// Nonces are random, of 96 bits: a key should give way before it has sealed 2^32 values (NIST SP
// 800-38D, 8.3), of which a turn makes about five. Once a year is often enough for 25 turns a second.
//
// The hmac key is never changed: addresses and logins are found by it.
type Keyring struct {
	mac  []byte
	keys atomic.Pointer[sealingKeys] // replaced as a whole when the file changes
}

// sealingKeys never change once they are made.
type sealingKeys struct {
	boxes map[byte]cipher.AEAD
	order []sealingKey // as in the file
}

type sealingKey struct {
	id   byte
	from time.Time // when it begins to seal; zero for always
}

// sealing is the key that seals at an instant. Where the time of none has come the first does.
func (k *sealingKeys) sealing(at time.Time) byte {
	for _, key := range slices.Backward(k.order) {
		if !at.Before(key.from) {
			return key.id
		}
	}
	return k.order[0].id
}

// sealing is the key that seals now.
func (r *Keyring) sealing() (byte, cipher.AEAD) {
	keys := r.keys.Load()
	id := keys.order[len(keys.order)-1].id
	if len(keys.order) > 1 {
		id = keys.sealing(time.Now())
	}
	return id, keys.boxes[id]
}

// box is the key that opens what was sealed under an id.
func (r *Keyring) box(id byte) (cipher.AEAD, bool) {
	box, known := r.keys.Load().boxes[id]
	return box, known
}

// ids are the keys there are, in order.
func (r *Keyring) ids() []byte { return slices.Sorted(maps.Keys(r.keys.Load().boxes)) }

// Sealing is the id of the key that seals now.
func (r *Keyring) Sealing() int {
	id, _ := r.sealing()
	return int(id)
}

// IDs are the keys of the file, in order.
func (r *Keyring) IDs() []int {
	var all []int
	for _, id := range r.ids() {
		all = append(all, int(id))
	}
	return all
}

// LoadKeys reads a key file.
func LoadKeys(path string) (*Keyring, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	ring, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return ring, nil
}

// RandomKeys makes keys that end with the process: for the trial, whose store does so too.
func RandomKeys() *Keyring {
	key, ring := make([]byte, 32), &Keyring{mac: make([]byte, 32)}
	rand.Read(key)
	rand.Read(ring.mac)
	ring.keys.Store(&sealingKeys{map[byte]cipher.AEAD{1: mustBox(key)}, []sealingKey{{id: 1}}})
	return ring
}

func freshKey() string {
	key := make([]byte, 32)
	rand.Read(key)
	return base64.StdEncoding.EncodeToString(key)
}

func parseKeys(text []byte) (*Keyring, error) {
	ring, keys := &Keyring{}, &sealingKeys{boxes: make(map[byte]cipher.AEAD)}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if err := ring.add(keys, fields); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch {
	case len(keys.order) == 0:
		return nil, fmt.Errorf("no %s line", keyLine)
	case ring.mac == nil:
		return nil, fmt.Errorf("no hmac line")
	}
	ring.keys.Store(keys)
	return ring, nil
}

// add takes one line. Its errors never quote the line.
func (r *Keyring) add(keys *sealingKeys, fields []string) error {
	switch {
	case fields[0] == "hmac" && len(fields) == 2:
		key, err := readKey(fields[1])
		if err != nil {
			return err
		}
		if r.mac != nil {
			return fmt.Errorf("a second hmac key; there is one for ever")
		}
		r.mac = key
		return nil
	case fields[0] == keyLine && len(fields) == 3, fields[0] == keyLine && len(fields) == 4 && strings.HasPrefix(fields[3], fromMark):
		return keys.add(fields[1:])
	}
	return fmt.Errorf("neither %q nor %q", keyLine+" <id> <base64> [from=<time>]", "hmac <base64>")
}

// add takes the id, the key and, for one that does not seal yet, its time.
func (k *sealingKeys) add(fields []string) error {
	id, err := strconv.ParseUint(fields[0], 10, 8)
	if err != nil || id == 0 {
		return fmt.Errorf("key id is not a number from 1 to 255")
	}
	if _, there := k.boxes[byte(id)]; there {
		return fmt.Errorf("key %d is there twice", id)
	}
	key, err := readKey(fields[1])
	if err != nil {
		return err
	}
	var from time.Time
	if len(fields) > 2 {
		if from, err = time.Parse(time.RFC3339, strings.TrimPrefix(fields[2], fromMark)); err != nil {
			return fmt.Errorf("key %d is from no time such as %s2026-11-23T12:00:00Z", id, fromMark)
		}
	}
	k.boxes[byte(id)] = mustBox(key)
	k.order = append(k.order, sealingKey{byte(id), from})
	return nil
}

func readKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("key is not 32 bytes in base64")
	}
	return key, nil
}

// mustBox makes the cipher of a key of 32 bytes, which cannot fail.
func mustBox(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	box, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return box
}

// tag is 16 bytes that stand for parts, and for nothing else, to whoever has no key.
func (r *Keyring) tag(parts ...string) []byte {
	mac := hmac.New(sha256.New, r.mac)
	var length [8]byte
	for _, p := range parts {
		for i, n := 0, len(p); i < 8; i++ {
			length[i] = byte(n >> (8 * i))
		}
		mac.Write(length[:])
		mac.Write([]byte(p))
	}
	return mac.Sum(nil)[:16]
}

func (r *Keyring) hash(parts ...string) string { return hex.EncodeToString(r.tag(parts...)) }
