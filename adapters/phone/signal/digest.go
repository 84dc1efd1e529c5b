package signal

import (
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// A login remembers which challenges a request has answered, a proxy's and the called party's each for itself.
type login struct {
	as           *account // whose; nil: that of the realm
	party, proxy int      // how often each has asked
}

// authorize adds to a request the digest that a response asks for, and says whether to send it again. A
// second challenge of one side is answered only when it says that the first nonce was stale: else the password is
// wrong.
func (e *Endpoint) authorize(req *sip.Request, res *sip.Response, tried *login) bool {
	asks, answers, tries := "WWW-Authenticate", "Authorization", &tried.party
	switch res.StatusCode {
	case 401:
	case 407:
		asks, answers, tries = "Proxy-Authenticate", "Proxy-Authorization", &tried.proxy
	default:
		return false
	}
	challenge := challengeIn(res, asks)
	if challenge == nil || *tries > 0 && !challenge.Stale || *tries >= 3 {
		return false
	}
	a := tried.as
	if a == nil {
		a = e.accountFor(challenge.Realm)
	}
	if a == nil {
		return false
	}
	*tries++
	proof, err := digest.Digest(challenge, digest.Options{
		Method: req.Method.String(), URI: req.Recipient.String(), Username: a.User, Password: a.Password,
	})
	if err != nil {
		return false
	}
	for req.RemoveHeader(answers) {
	}
	req.AppendHeader(header(answers, proof.String()))
	return true
}

// challengeIn is the first challenge that can be met.
func challengeIn(res *sip.Response, name string) *digest.Challenge {
	for _, h := range res.GetHeaders(name) {
		c, err := digest.ParseChallenge(h.Value())
		if err != nil {
			continue
		}
		if c.Algorithm = strings.ToUpper(c.Algorithm); digest.CanDigest(c) {
			return c
		}
	}
	return nil
}

// accountFor is the account of a realm: the one at the host of that name, else the first; nil: there is none.
func (e *Endpoint) accountFor(realm string) *account {
	for i := range e.accounts {
		if strings.EqualFold(host(e.accounts[i].uri), realm) {
			return &e.accounts[i]
		}
	}
	if len(e.accounts) == 0 {
		return nil
	}
	return &e.accounts[0]
}
