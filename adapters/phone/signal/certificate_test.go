package signal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// TestCertificateIsRenewed has a call stand while the files are replaced: the next handshake sees the new
// certificate, a broken one is not taken, and the call goes on.
func TestCertificateIsRenewed(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "live", "cert.pem"), filepath.Join(dir, "live", "key.pem")
	oldCert, oldKey := peers.Certificate(t)
	newCert, newKey := peers.Certificate(t)
	use := func(from, to string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	use(oldCert, cert)
	use(oldKey, key)
	d := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: cert, Key: key}, stand)
	target := "sips:accueil@" + d.Addr("tls").String()
	caller := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: oldCert, Key: oldKey, Roots: oldCert, Targets: []string{target}}, stand)
	call, err := caller.Dial(context.Background(), target, with(&sound{}), DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	expect := func(why, file string, said ...string) {
		t.Helper()
		conn, err := tls.Dial("tcp", d.Addr("tls").String(), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}) // whose it is, is compared below
		if err != nil {
			t.Fatalf("%s: %v", why, err)
		}
		defer conn.Close()
		pair, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pair)
		shown := conn.ConnectionState().PeerCertificates[0]
		if _, err := shown.Verify(x509.VerifyOptions{Roots: pool}); err != nil {
			t.Errorf("%s: the certificate %s is shown: %v", why, shown.SerialNumber, err)
		}
		for _, s := range said {
			if n := strings.Count(d.log.String(), s); n != 1 {
				t.Errorf("%s: %q is said %d times", why, s, n)
			}
		}
	}
	expect("at first", oldCert)
	use(newCert, cert)
	expect("half renewed", oldCert, "the former one stays")
	expect("and again", oldCert, "the former one stays")
	use(newKey, key)
	expect("renewed", newCert, "a new SIP certificate is in use")
	if err := os.WriteFile(cert, []byte("-----BEGIN CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("broken", newCert)
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	expect("gone", newCert)
	use(oldCert, filepath.Join(dir, "next", "cert.pem"))
	use(oldKey, filepath.Join(dir, "next", "key.pem"))
	if err := os.RemoveAll(filepath.Dir(cert)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("next", filepath.Dir(cert)); err != nil {
		t.Fatal(err)
	}
	expect("another folder by a link", oldCert)
	if call.where() != standing {
		t.Error("the call did not outlive the renewals")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	call.Hangup(ctx)
	d.ended(PeerHungUp, "answer sendrecv")
}

// TestFirstCertificateIsRight refuses to start with a pair that does not match.
func TestFirstCertificateIsRight(t *testing.T) {
	cert, _ := peers.Certificate(t)
	_, key := peers.Certificate(t)
	config := Config{Listen: []string{"tls://127.0.0.1:0"}, Allow: []string{"127.0.0.0/8"}, Certificate: cert, Key: key,
		Media: func(*Call) (Media, error) { return &sound{}, nil }, Serve: stand}
	if e, err := Listen(context.Background(), config); err == nil {
		e.Close()
		t.Error("it listens")
	}
}
