package peers

import (
	"bytes"
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
	"path/filepath"
	"testing"
	"text/template"
	"time"
)

// Certificate makes one for 127.0.0.1, and for names if there are any, that vouches for itself.
func Certificate(t testing.TB, names ...string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: names,
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A Proxy is a Kamailio: registrar with digest (anybody's password is "s3cret"), Record-Route, an asserted
// identity (+33687654321 calls), UDP, TCP and TLS.
type Proxy struct {
	Port, TLS        int
	Certificate, Key string
	Said             *Lines
}

// Kamailio starts a proxy until the test ends. names are those in its certificate.
func Kamailio(t testing.TB, names ...string) *Proxy {
	t.Helper()
	path := Program(t, "kamailio", "kamailio, kamailio-tls-modules")
	p := &Proxy{Port: FreePort(t, "tcp"), TLS: FreePort(t, "tcp")}
	p.Certificate, p.Key = Certificate(t, names...)
	var b bytes.Buffer
	if err := template.Must(template.ParseFiles(testdata(t, "kamailio.cfg"))).Execute(&b, p); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "kamailio.cfg")
	if err := os.WriteFile(config, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Said = Start(t, path, "-DD", "-E", "-f", config, "-Y", dir, "-P", filepath.Join(dir, "pid"), "-m", "32", "-M", "4")
	for range 500 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.TLS)); err == nil {
			c.Close()
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("kamailio did not start")
	return nil
}
