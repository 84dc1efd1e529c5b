package media

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pion/srtp/v3"
)

// Suites of RFC 4568 that we know; both have a key of 16 bytes and a salt of 14.
const (
	suite80 = "AES_CM_128_HMAC_SHA1_80"
	suite32 = "AES_CM_128_HMAC_SHA1_32"
	keySize = 16
	keySalt = 14
)

// cipher is one a=crypto: what its writer encrypts with.
type cipher struct {
	tag    uint32
	suite  string
	secret [keySize + keySalt]byte
}

func newCipher(tag uint32, suite string) cipher {
	c := cipher{tag: tag, suite: suite}
	_, _ = rand.Read(c.secret[:]) // never fails: crypto/rand ends the program instead
	return c
}

// same says that nothing but the tag differs. A nil cipher is none.
func (c *cipher) same(other *cipher) bool {
	return c != nil && other != nil && c.suite == other.suite && c.secret == other.secret
}

// attribute is the value of a=crypto: it has the key, so it goes into a description only.
func (c cipher) attribute() string {
	return fmt.Sprintf("%d %s inline:%s", c.tag, c.suite, base64.StdEncoding.EncodeToString(c.secret[:]))
}

// parseCipher refuses what it does not know (master key identifiers, session parameters), since
// RFC 4568 §6.3 wants what is not understood to be left out of the choice.
func parseCipher(value string) (cipher, error) {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return cipher{}, errors.New("a=crypto has less than three fields")
	}
	for _, parameter := range fields[3:] {
		if !strings.HasPrefix(parameter, "WSH=") {
			return cipher{}, errors.New("a=crypto has a parameter that we do not know")
		}
	}
	tag, err := strconv.ParseUint(fields[0], 10, 30)
	if err != nil || fields[1] != suite80 && fields[1] != suite32 {
		return cipher{}, errors.New("a=crypto has a suite that we do not know")
	}
	inline, found := strings.CutPrefix(fields[2], "inline:")
	parts := strings.Split(inline, "|") // key, lifetime, identifier
	if !found || len(parts) > 2 || len(parts) == 2 && strings.Contains(parts[1], ":") {
		return cipher{}, errors.New("a=crypto has more than a key")
	}
	secret, err := base64.StdEncoding.DecodeString(parts[0])
	if err != nil || len(secret) != keySize+keySalt {
		return cipher{}, errors.New("a=crypto has no key of thirty bytes")
	}
	c := cipher{tag: uint32(tag), suite: fields[1]}
	copy(c.secret[:], secret)
	return c, nil
}

// context encrypts or decrypts with the key. It belongs to the key: a second one for the same key
// would count packets from zero and repeat what hides them.
func (c cipher) context() (*srtp.Context, error) {
	profile := srtp.ProtectionProfileAes128CmHmacSha1_80
	if c.suite == suite32 {
		profile = srtp.ProtectionProfileAes128CmHmacSha1_32
	}
	context, err := srtp.CreateContext(c.secret[:keySize], c.secret[keySize:], profile,
		srtp.SRTPReplayProtection(128), srtp.SRTCPReplayProtection(64))
	if err != nil {
		return nil, fmt.Errorf("prepare encryption: %w", err)
	}
	return context, nil
}

// guard is the encryption of a stream: nothing with RTP/AVP.
type guard struct {
	ours, theirs *cipher
	out, in      *srtp.Context
}

// with is the guard after keys were agreed; what did not change keeps counting.
func (g guard) with(ours, theirs *cipher) (guard, error) {
	if ours == nil || theirs == nil {
		return guard{}, nil
	}
	var err error
	next := g
	if !g.ours.same(ours) {
		if next.out, err = ours.context(); err != nil {
			return g, err
		}
	}
	if !g.theirs.same(theirs) {
		if next.in, err = theirs.context(); err != nil {
			return g, err
		}
	}
	next.ours, next.theirs = ours, theirs
	return next, nil
}
