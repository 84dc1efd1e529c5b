package signal

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// TestRootsAreReadAgain has the file of trusted certificates replaced while it calls: the next connection goes by
// the new ones, a file that holds none is not taken and is said once, and a standing call goes on.
func TestRootsAreReadAgain(t *testing.T) {
	oldCert, oldKey := peers.Certificate(t)
	newCert, newKey := peers.Certificate(t)
	trusted := filepath.Join(t.TempDir(), "roots.pem")
	use := func(from string) {
		t.Helper()
		text, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(trusted, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	use(oldCert)
	var all []string
	var callees []*desk
	for _, pair := range [][2]string{{oldCert, oldKey}, {newCert, newKey}, {newCert, newKey}, {newCert, newKey}, {oldCert, oldKey}} {
		d := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: pair[0], Key: pair[1]}, stand)
		callees = append(callees, d)
		all = append(all, "sips:accueil@"+d.Addr("tls").String())
	}
	caller := open(t, Config{Listen: []string{"tls://127.0.0.1:0"}, Certificate: oldCert, Key: oldKey, Roots: trusted, Targets: all}, stand)
	dial := func(target string) (*Call, error) {
		return caller.Dial(context.Background(), target, with(&sound{}), DialOptions{})
	}
	expect := func(why, target string, trusts bool, said string, times int) {
		t.Helper()
		if _, err := dial(target); (err == nil) != trusts {
			t.Errorf("%s: %v", why, err)
		}
		if n := strings.Count(caller.log.String(), said); n != times {
			t.Errorf("%s: %q is said %d times", why, said, n)
		}
	}
	const renewed, stays = "new trusted SIP certificates are in use", "the former ones stay"
	standing, err := dial(all[0])
	if err != nil {
		t.Fatal(err)
	}
	expect("at first", all[1], false, renewed, 0)
	use(newCert)
	expect("renewed", all[1], true, renewed, 1)
	if err := os.WriteFile(trusted, []byte("-----BEGIN CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("broken", all[2], true, stays, 1)
	expect("broken still", all[3], true, stays, 1)
	expect("not as before", all[4], false, stays, 1)
	if err := os.Remove(trusted); err != nil {
		t.Fatal(err)
	}
	expect("gone", all[4], false, stays, 2)
	use(oldCert)
	expect("back", all[4], true, renewed, 2)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	standing.Hangup(ctx)
	callees[0].ended(PeerHungUp, "answer sendrecv")
}
