package sms

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// signature is Twilio's of a request: HMAC-SHA1, in base64, of the address as it was asked for and, in
// alphabetical order, the name and value of each parameter of the form (Twilio, "Security", "Validating
// requests").
func signature(token, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var signed strings.Builder
	signed.WriteString(address)
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			signed.WriteString(name)
			signed.WriteString(value)
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(signed.String()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// fromTwilio compares a request's signature in constant time.
func (c *Channel) fromTwilio(given, path, query string, form url.Values) bool {
	address := c.PublicURL + path
	if query != "" {
		address += "?" + query
	}
	return hmac.Equal([]byte(given), []byte(signature(c.Password, address, form)))
}
