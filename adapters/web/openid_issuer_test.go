package web_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// An issuer is a small server of OpenID Connect that can be wrong in every way a test wants.
type issuer struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	down    bool
	keys    []*rsa.PrivateKey
	codes   map[string]url.Values // what was asked for, by code
	used    int                   // codes exchanged
	sub     string
	inToken map[string]any         // claims of the id_token, beside the usual ones
	info    map[string]any         // userinfo
	signed  bool                   // userinfo is a JWT
	change  func(map[string]any)   // the id_token before it is signed
	key     func() *rsa.PrivateKey // that signs, if not the last one published
	post    bool                   // the client's secret in the body only
	exit    bool                   // it has an end_session_endpoint
	header  string                 // alg instead of RS256
}

const clientID, clientSecret = "frontdesk", "s3cret-of-the-client"

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t, codes: map[string]url.Values{}, sub: "7f3a", inToken: map[string]any{"email": "Anna@region.example"}}
	i.rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /keys", i.published)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /userinfo", i.userinfo)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.down {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

// rotate puts a new key in the place of the old one.
func (i *issuer) rotate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		i.t.Fatal(err)
	}
	i.keys = []*rsa.PrivateKey{key}
}

func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	all := map[string]any{"issuer": i.url, "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/token",
		"jwks_uri": i.url + "/keys", "userinfo_endpoint": i.url + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256"}}
	if i.post {
		all["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	}
	if i.exit {
		all["end_session_endpoint"] = i.url + "/logout?theme=region"
	}
	answerJSON(w, all)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// kid names a key by its own bytes.
func kid(k *rsa.PrivateKey) string {
	sum := sha256.Sum256(k.N.Bytes())
	return fmt.Sprintf("%x", sum[:4])
}

func (i *issuer) published(w http.ResponseWriter, _ *http.Request) {
	var keys []map[string]string
	for _, k := range i.keys {
		keys = append(keys, map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid(k),
			"n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes())})
	}
	answerJSON(w, map[string]any{"keys": keys})
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// authorize lets everybody in and sends them back with a code.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	code := fmt.Sprint("code-", len(i.codes))
	i.codes[code] = q
	to := q.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.url}}.Encode()
	http.Redirect(w, r, to, http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	id, secret, basic := r.BasicAuth()
	if i.post == basic {
		http.Error(w, "the wrong way to say who you are", http.StatusUnauthorized)
		return
	}
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	asked, known := i.codes[r.PostForm.Get("code")]
	delete(i.codes, r.PostForm.Get("code"))
	proof := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if id != clientID || secret != clientSecret || !known || asked.Get("code_challenge_method") != "S256" ||
		asked.Get("code_challenge") != b64(proof[:]) || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"anna@region.example"}`))
		return
	}
	i.used++
	now := time.Now()
	claims := map[string]any{"iss": i.url, "aud": clientID, "sub": i.sub, "nonce": asked.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	for name, v := range i.inToken {
		claims[name] = v
	}
	if i.change != nil {
		i.change(claims)
	}
	answerJSON(w, map[string]any{"access_token": "of-" + i.sub, "token_type": "Bearer", "expires_in": 60, "id_token": i.sign(claims)})
}

// sign makes a JWT under the key that is published, or another.
func (i *issuer) sign(claims map[string]any) string {
	key := i.keys[len(i.keys)-1]
	head, _ := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": kid(key)})
	if i.header != "" {
		head, _ = json.Marshal(map[string]string{"alg": i.header, "kid": kid(key)})
	}
	if i.key != nil {
		key = i.key()
	}
	body, _ := json.Marshal(claims)
	text := b64(head) + "." + b64(body)
	if i.header == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + b64(signature)
}

func (i *issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer of-"+i.sub {
		http.Error(w, "anna@region.example may not", http.StatusUnauthorized)
		return
	}
	if i.signed {
		w.Header().Set("Content-Type", "application/jwt")
		_, _ = w.Write([]byte(i.sign(i.info)))
		return
	}
	answerJSON(w, i.info)
}
