package signal

import (
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// A login remembers which challenges a request has answered.
type login struct{ tries int }

// authorize adds to a request the digest that a response asks for, and says whether to send it again. A
// second challenge is answered only when it says that the first nonce was stale: else the password is wrong.
func (e *Endpoint) authorize(req *sip.Request, res *sip.Response, tried *login) bool {
	asks, answers := "WWW-Authenticate", "Authorization"
	switch res.StatusCode {
	case 401:
	case 407:
		asks, answers = "Proxy-Authenticate", "Proxy-Authorization"
	default:
		return false
	}
	challenge := challengeIn(res, asks)
	if challenge == nil || tried.tries > 0 && !challenge.Stale || tried.tries >= 3 {
		return false
	}
	a, ok := e.accountFor(challenge.Realm)
	if !ok {
		return false
	}
	tried.tries++
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

// accountFor is the account of a realm: the one at the host of that name, else the first.
func (e *Endpoint) accountFor(realm string) (account, bool) {
	for _, a := range e.accounts {
		if strings.EqualFold(host(a.uri), realm) {
			return a, true
		}
	}
	if len(e.accounts) == 0 {
		return account{}, false
	}
	return e.accounts[0], true
}
