package signal

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
)

// A certificate is our own. Its two files are read again as soon as one of them is another, so that a renewal
// needs no restart.
type certificate struct {
	cert, key string // files
	log       *slog.Logger

	mu   sync.Mutex
	pair *tls.Certificate
	seen [2]os.FileInfo // of the files when they were last read; nil: not there
}

// readCertificate reads it for the first time, when it has to be right.
func readCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	c.seen = c.look()
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	c.pair = &pair
	return c, nil
}

// present is asked at every handshake. A new pair that cannot be used, such as one of which only a half is
// written yet, leaves the former one, and is said once.
func (c *certificate) present(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.look() // before it is read: what is written meanwhile is seen the next time
	if same(now[0], c.seen[0]) && same(now[1], c.seen[1]) {
		return c.pair, nil
	}
	c.seen = now
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		c.log.Warn("the new SIP certificate cannot be used, and the former one stays", "err", err)
		return c.pair, nil
	}
	c.pair = &pair
	c.log.Info("a new SIP certificate is in use", "until", pair.Leaf.NotAfter)
	return c.pair, nil
}

// look follows links, which renewals often turn.
func (c *certificate) look() (files [2]os.FileInfo) {
	for i, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			files[i] = info
		}
	}
	return files
}

// same says that a file was not replaced, nor written to.
func same(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
