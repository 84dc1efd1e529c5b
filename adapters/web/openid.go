package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OpenID is who tells us the identity of the staff: an issuer of OpenID Connect (Core 1.0), asked by
// authorization code with PKCE. It may be away when the service starts; until it is found nobody signs in
// by it, and passwords work. It keeps no token.
type OpenID struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	Claim        string           // whose value the staff file has for each person: email, sub or another
	Now          func() time.Time // nil: time.Now
	Log          *slog.Logger

	found atomic.Pointer[issuer]
}

// An issuer is one that was found.
type issuer struct {
	provider   *oidc.Provider
	endSession string // where its own session ends, or ""
	inParams   bool   // it takes the client's secret in the body only
}

const (
	askFor    = 10 * time.Second // an issuer answers within
	firstWait = time.Second      // before it is looked for again
	lastWait  = time.Minute
	skew      = time.Minute // that the clocks of the issuer and ours may differ
)

// Connect looks for the issuer until it is found or ctx ends.
func (o *OpenID) Connect(ctx context.Context) {
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := o.discover(ctx)
		if err == nil {
			o.Log.Info("the issuer of sign-ins is there", "issuer", o.Issuer)
			return
		}
		if ctx.Err() != nil {
			return
		}
		o.Log.Warn("the issuer of sign-ins cannot be asked; local accounts work", "issuer", o.Issuer, "error", err, "again", wait)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (o *OpenID) discover(ctx context.Context) error {
	ctx, stop := o.asking(ctx)
	defer stop()
	p, err := oidc.NewProvider(ctx, o.Issuer)
	if err != nil {
		return errors.New(o.whatOf(err))
	}
	var more struct {
		EndSession string   `json:"end_session_endpoint"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&more); err != nil {
		return fmt.Errorf("read what the issuer says of itself: %w", err)
	}
	o.found.Store(&issuer{p, more.EndSession, len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic")})
	return nil
}

// asking bounds one question to the issuer. Keys are asked for later, beyond ctx, by the same client.
func (o *OpenID) asking(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(oidc.ClientContext(ctx, &http.Client{Timeout: askFor}), askFor)
}

// whatOf says what an issuer's answer was without quoting it: bodies and addresses may hold a code or a name.
func (o *OpenID) whatOf(err error) string {
	if refused, is := errors.AsType[*oauth2.RetrieveError](err); is {
		return fmt.Sprintf("the issuer answered %d", refused.Response.StatusCode)
	}
	if failed, is := errors.AsType[*url.Error](err); is {
		return "the issuer cannot be reached: " + failed.Err.Error()
	}
	text := err.Error()
	if !strings.HasPrefix(text, "oidc:") {
		text, _, _ = strings.Cut(text, ":")
	}
	return text
}

// client is how the service presents itself; back is where the issuer sends people.
func (o *OpenID) client(i *issuer, back string) *oauth2.Config {
	endpoint := i.provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if i.inParams {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	scopes := []string{oidc.ScopeOpenID}
	if o.Claim != "sub" {
		scopes = append(scopes, "email")
	}
	return &oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: endpoint, RedirectURL: back, Scopes: scopes}
}

// identify exchanges a code for who somebody is, in the words of the claim; token is the proof of it.
func (o *OpenID) identify(ctx context.Context, i *issuer, back, code string, bound request) (who, token string, err error) {
	ctx, stop := o.asking(ctx)
	defer stop()
	client := o.client(i, back)
	tokens, err := client.Exchange(ctx, code, oauth2.VerifierOption(bound.verifier()))
	if err != nil {
		return "", "", errors.New("exchange the code: " + o.whatOf(err))
	}
	raw, is := tokens.Extra("id_token").(string)
	if !is {
		return "", "", errors.New("exchange the code: there is no id_token")
	}
	verified, err := i.provider.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID, Now: o.earlier}).Verify(ctx, raw)
	if err != nil {
		return "", "", errors.New("verify the id_token: " + o.whatOf(err))
	}
	if verified.Nonce != bound.nonce() {
		return "", "", errors.New("verify the id_token: it answers another request")
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return "", "", errors.New("the id_token's claims are not readable")
	}
	if who = o.named(claims); who != "" {
		return who, raw, nil
	}
	info, err := i.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return "", "", errors.New("ask for userinfo: " + o.whatOf(err))
	}
	if info.Subject != verified.Subject {
		return "", "", errors.New("ask for userinfo: it is somebody else's")
	}
	clear(claims)
	if err := info.Claims(&claims); err != nil {
		return "", "", errors.New("userinfo is not readable")
	}
	return o.named(claims), raw, nil
}

// named is the value of the claim; an address that the issuer says is not verified names nobody.
func (o *OpenID) named(claims map[string]any) string {
	if verified, said := claims["email_verified"]; o.Claim == "email" && said && verified != true && verified != "true" {
		return ""
	}
	who, _ := claims[o.Claim].(string)
	return strings.TrimSpace(who)
}

// earlier lets a token pass that has just expired by our clock.
func (o *OpenID) earlier() time.Time {
	if o.Now != nil {
		return o.Now().Add(-skew)
	}
	return time.Now().Add(-skew)
}

// same compares what the staff file has with what the issuer says; nobody writes e-mail addresses in one case.
func (o *OpenID) same(entry, who string) bool {
	if o.Claim == "email" {
		return entry != "" && strings.EqualFold(entry, who)
	}
	return entry != "" && entry == who
}

// exit is where the issuer ends its own session and sends people back to; "" where it has no such place.
func (o *OpenID) exit(token, back string) string {
	i := o.found.Load()
	if i == nil || i.endSession == "" {
		return ""
	}
	u, err := url.Parse(i.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", o.ClientID)
	q.Set("post_logout_redirect_uri", back)
	q.Set("state", newToken()) // some issuers insist; nothing here depends on it
	if token != tooLong {
		q.Set("id_token_hint", token)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// A request is one sign-in under way: the random word that the browser keeps. All that must be bound to
// it follows from it, one way.
type request string

func (q request) derived(what string) string { return digest("openid " + what + " " + string(q)) }
func (q request) state() string              { return q.derived("state") }
func (q request) nonce() string              { return q.derived("nonce") }
func (q request) verifier() string           { return q.derived("verifier") }
