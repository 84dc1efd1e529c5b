package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a new password hash: argon2id with 19 MiB, two passes and one lane, the first choice of
// the OWASP Password Storage Cheat Sheet. About 20 ms on a small server. A file may hold other costs
// up to the bounds below; a sign-in must not be able to take the server's memory.
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	lanes   = 1
	saltLen = 16
	keyLen  = 32

	maxMemory = 256 * 1024
	maxPasses = 16
	maxLanes  = 8
)

// hash is one parsed "$argon2id$v=19$m=…,t=…,p=…$salt$key".
type hash struct {
	memory uint32
	passes uint32
	lanes  uint8
	salt   []byte
	key    []byte
}

// Hash is the form of a password that the staff file holds. Its salt is new each time.
func Hash(password string) string {
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails: it ends the program instead
	h := hash{memory: memory, passes: passes, lanes: lanes, salt: salt}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(h.derive(password, keyLen)))
}

// Verify says, in constant time, whether password is the one that was hashed. An empty or faulty hash
// is never right but takes as long as one of Hash's, so that the time tells nobody which logins exist.
func Verify(hashed, password string) bool {
	h, err := parse(hashed)
	if err != nil {
		h = hash{memory: memory, passes: passes, lanes: lanes, salt: make([]byte, saltLen), key: make([]byte, keyLen)}
	}
	same := subtle.ConstantTimeCompare(h.derive(password, uint32(len(h.key))), h.key) == 1
	return same && err == nil
}

func (h hash) derive(password string, length uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, length)
}

func parse(s string) (hash, error) {
	var h hash
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errors.New("not an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$…$…)")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, fmt.Errorf("argon2 version %q is not v=%d", parts[2], argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return h, fmt.Errorf("argon2 cost %q is not m=…,t=…,p=…", parts[3])
	}
	if h.memory < 8*1024 || h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.lanes < 1 || h.lanes > maxLanes {
		return h, fmt.Errorf("argon2 cost %q is out of bounds (m 8192 to %d, t 1 to %d, p 1 to %d)", parts[3], maxMemory, maxPasses, maxLanes)
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(h.salt) < 8 {
		return h, errors.New("argon2 salt is not base64 of 8 bytes or more")
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(h.key) < 16 || len(h.key) > 64 {
		return h, errors.New("argon2 key is not base64 of 16 to 64 bytes")
	}
	return h, nil
}
