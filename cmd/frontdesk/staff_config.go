package main

import (
	"cmp"
	"net"
	"net/url"
	"strings"

	"frontdesk/adapters/web"
)

// oidcConfig is the issuer of OpenID Connect that the staff sign in with. Unset, there are passwords only.
type oidcConfig struct {
	Issuer       string `env:"ISSUER" placeholder:"URL" help:"Issuer of OpenID Connect that the staff sign in with, such as https://connexion.region.example. Unset: passwords only."`
	ClientID     string `env:"CLIENT_ID" help:"How the issuer calls this service."`
	ClientSecret string `env:"CLIENT_SECRET" help:"What the issuer knows this service by."`
	Claim        string `env:"CLAIM" default:"email" placeholder:"email|sub" help:"What the staff file has in \"oidc\" for each person (${default})."`
}

// check: an issuer is told a fixed address to send people back to, and hears nothing in clear.
func (o *oidcConfig) check(c *serveCommand, fault func(name, format string, args ...any)) {
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" {
			fault("FRONTDESK_OIDC_ISSUER", "must be set where FRONTDESK_OIDC_CLIENT_ID or FRONTDESK_OIDC_CLIENT_SECRET is")
		}
		return
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !onlyHere(u.Hostname())) || u.RawQuery != "" || u.User != nil {
		fault("FRONTDESK_OIDC_ISSUER", "is not an https address, such as https://connexion.region.example")
	}
	if o.ClientID == "" {
		fault("FRONTDESK_OIDC_CLIENT_ID", "must be set where FRONTDESK_OIDC_ISSUER is")
	}
	if o.ClientSecret == "" {
		fault("FRONTDESK_OIDC_CLIENT_SECRET", "must be set where FRONTDESK_OIDC_ISSUER is")
	}
	if o.Claim == "" || strings.ContainsAny(o.Claim, " \t") {
		fault("FRONTDESK_OIDC_CLAIM", "%q is not the name of a claim, such as email or sub", o.Claim)
	}
	if c.trial() {
		fault("FRONTDESK_OIDC_ISSUER", "needs FRONTDESK_STAFF: in a trial nobody is known to an issuer")
	}
	if c.PublicURL == "" {
		fault("FRONTDESK_PUBLIC_URL", "must be set where FRONTDESK_OIDC_ISSUER is: the issuer sends people back there")
	}
	if c.StudioListen != "" && c.StudioURL == "" {
		fault("FRONTDESK_STUDIO_URL", "must be set where FRONTDESK_OIDC_ISSUER and FRONTDESK_STUDIO_LISTEN are: the issuer sends supervisors back there")
	}
}

// checkStudio: a listener of the studio's own is a second door, under the same rules as the first.
func (c *serveCommand) checkStudio(fault func(name, format string, args ...any)) {
	if c.StudioListen == "" {
		if c.StudioURL != "" {
			fault("FRONTDESK_STUDIO_LISTEN", "must be set where FRONTDESK_STUDIO_URL is")
		}
		return
	}
	host, _, err := net.SplitHostPort(c.StudioListen)
	switch {
	case err != nil:
		fault("FRONTDESK_STUDIO_LISTEN", "%q is not HOST:PORT, such as 127.0.0.1:8081", c.StudioListen)
	case c.trial() && !onlyHere(host):
		fault("FRONTDESK_STUDIO_LISTEN", "%s can be reached from elsewhere, and without FRONTDESK_STAFF anybody could change the dialog; set FRONTDESK_STAFF, or listen on 127.0.0.1", c.StudioListen)
	case c.StudioListen == c.Listen:
		fault("FRONTDESK_STUDIO_LISTEN", "is the same as FRONTDESK_LISTEN; unset it, and the studio is there")
	}
	if u, err := url.Parse(c.StudioURL); c.StudioURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		fault("FRONTDESK_STUDIO_URL", "%q is not an address, such as https://studio.orientation.example", c.StudioURL)
	}
}

// openID is the issuer that the staff sign in with, or nil.
func (h *house) openID() *web.OpenID {
	o := h.config.OIDC
	if o.Issuer == "" {
		return nil
	}
	return &web.OpenID{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Claim: cmp.Or(o.Claim, "email"), Log: h.log}
}
