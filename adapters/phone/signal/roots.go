package signal

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
)

// roots are what the certificates of those we call are checked with. Their file is read again as soon as it is
// another, so that a new authority needs no restart.
type roots struct {
	file string // "": the system's
	log  *slog.Logger

	mu   sync.Mutex
	pool *x509.CertPool
	seen os.FileInfo // of the file when it was last read; nil: not there
}

// readRoots reads them for the first time, when they have to be right.
func readRoots(file string, log *slog.Logger) (*roots, error) {
	r := &roots{file: file, log: log}
	if file == "" {
		return r, nil
	}
	r.seen = r.look()
	var err error
	if r.pool, err = readPool(file); err != nil {
		return nil, fmt.Errorf("signal: read the trusted certificates: %w", err)
	}
	return r, nil
}

func readPool(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("the file holds none")
	}
	return pool, nil
}

// config is asked before every handshake that we begin with a host of this name. A new file that cannot be used,
// such as one that is not whole yet, leaves the former roots, and is said once.
func (r *roots) config(name string) *tls.Config {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.look(); r.file != "" && !same(now, r.seen) { // looked at before it is read: what is written meanwhile is seen the next time
		r.seen = now
		if pool, err := readPool(r.file); err != nil {
			r.log.Error("the new trusted SIP certificates cannot be used, and the former ones stay", "err", err)
		} else {
			r.pool = pool
			r.log.Info("new trusted SIP certificates are in use")
		}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: r.pool, ServerName: name}
}

// look follows links, which renewals often turn.
func (r *roots) look() os.FileInfo {
	info, err := os.Stat(r.file)
	if err != nil {
		return nil
	}
	return info
}
