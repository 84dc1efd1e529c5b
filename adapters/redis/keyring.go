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
	"os"
	"strconv"
	"strings"
)

const keyLine = "frontdesk-key-1"

// A Keyring seals what is kept and hashes what is looked up. Its file has one line a key:
//
//	# comment
//	frontdesk-key-1 1 <32 bytes in base64>
//	frontdesk-key-1 2 <32 bytes in base64>
//	hmac <32 bytes in base64>
//
// Ids are 1 to 255. Any key opens what it sealed; the last line seals. To rotate without a pause,
// give every replica the new key above the present one, then move it to the end; take the old one
// out when all that it sealed has expired. The hmac key is never changed: addresses and logins are
// found by it.
type Keyring struct {
	boxes  map[byte]cipher.AEAD
	newest byte
	mac    []byte
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

// CreateKeys writes a new key file that only its owner can read, and never over an old one.
func CreateKeys(path string) (*Keyring, error) {
	text := fmt.Sprintf("# Keys of Frontdesk. Whoever loses them loses every conversation: keep a copy apart from Redis.\n%s 1 %s\nhmac %s\n",
		keyLine, freshKey(), freshKey())
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return nil, fmt.Errorf("key file: %w", err)
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return nil, fmt.Errorf("key file: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return parseKeys([]byte(text))
}

// RandomKeys makes keys that end with the process: for the trial, whose store does so too.
func RandomKeys() *Keyring {
	ring := &Keyring{boxes: make(map[byte]cipher.AEAD, 1), mac: make([]byte, 32)}
	key := make([]byte, 32)
	rand.Read(key)
	rand.Read(ring.mac)
	ring.boxes[1], ring.newest = mustBox(key), 1
	return ring
}

func freshKey() string {
	key := make([]byte, 32)
	rand.Read(key)
	return base64.StdEncoding.EncodeToString(key)
}

func parseKeys(text []byte) (*Keyring, error) {
	ring := &Keyring{boxes: make(map[byte]cipher.AEAD)}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if err := ring.add(fields); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch {
	case ring.newest == 0:
		return nil, fmt.Errorf("no %s line", keyLine)
	case ring.mac == nil:
		return nil, fmt.Errorf("no hmac line")
	}
	return ring, nil
}

// add takes one line. Its errors never quote the line.
func (r *Keyring) add(fields []string) error {
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
	case fields[0] == keyLine && len(fields) == 3:
		id, err := strconv.ParseUint(fields[1], 10, 8)
		if err != nil || id == 0 {
			return fmt.Errorf("key id is not a number from 1 to 255")
		}
		if _, there := r.boxes[byte(id)]; there {
			return fmt.Errorf("key %d is there twice", id)
		}
		key, err := readKey(fields[2])
		if err != nil {
			return err
		}
		r.boxes[byte(id)], r.newest = mustBox(key), byte(id)
	default:
		return fmt.Errorf("neither %q nor %q", keyLine+" <id> <base64>", "hmac <base64>")
	}
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
