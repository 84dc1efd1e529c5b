package redis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const trusting = "FRONTDESK_TEST_TLS_URL" // set in the process that trusts the test's certificate

// certificate writes a self-made one for loopback, and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
}

// TestAddressWithTLSNeedsACertificateThatIsTrusted runs itself again as a process whose trusted
// certificates are named in SSL_CERT_FILE, as an operator would with an authority of their own.
func TestAddressWithTLSNeedsACertificateThatIsTrusted(t *testing.T) {
	open := func(url string) error {
		s, err := Open(t.Context(), Options{URL: url, Keys: RandomKeys(), Prefix: "fd:" + RandomKeys().hash("x") + ":"})
		if err != nil {
			return err
		}
		defer s.Close()
		s.within = 20 * time.Second
		_, err = s.Accept(t.Context(), said("c", "a", "un"))
		return err
	}
	if url := os.Getenv(trusting); url != "" {
		if err := open(url); err != nil {
			t.Error(err)
		}
		return
	}
	cert, key := certificate(t)
	port := freePort(t)
	c := peer(t, "--tls-port", fmt.Sprint(port), "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no")
	url := fmt.Sprintf("rediss://127.0.0.1:%d", port)
	if err := open(url); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody trusts: %v", err)
	}
	if err := open("rediss://" + c.addr()); err == nil {
		t.Error("a Redis without TLS was taken for one with")
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.count", "1")
	again.Env = append(os.Environ(), trusting+"="+url, "SSL_CERT_FILE="+cert)
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("a certificate that is trusted: %v\n%s", err, out)
	}
}
