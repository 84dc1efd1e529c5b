package speech

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// endpoint is an OpenAI-compatible speech engine: OpenAI itself, speaches, LocalAI, Kokoro's servers.
// The texts it is sent leave this process, and perhaps this machine.
type endpoint struct {
	url, model, key string
	voices          map[string]string // by language; "" is for all others
	client          *http.Client
	breaker         breaker
	slots           chan struct{}
	log             *slog.Logger
}

const (
	endpointAtOnce = 8
	endpointRate   = 24000 // of what it sends without a head
	slowSpeed      = 0.75
)

func newEndpoint(c Config, log *slog.Logger) (*endpoint, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("speech: the endpoint is not an address, such as http://127.0.0.1:8000/v1/audio/speech")
	}
	voices, err := readVoices(c.Voice)
	if err != nil {
		return nil, err
	}
	return &endpoint{url: c.Endpoint, model: c.Model, key: c.Key, voices: voices, log: log,
		slots: make(chan struct{}, endpointAtOnce), breaker: breaker{now: time.Now},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// readVoices reads "alloy", or "fr=ff_siwis,en=bf_emma": a voice for a language each, and none for others.
func readVoices(text string) (map[string]string, error) {
	voices := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		language, voice, one := strings.Cut(strings.TrimSpace(part), "=")
		if !one {
			language, voice = "", language
		}
		if _, twice := voices[language]; voice == "" || twice {
			return nil, fmt.Errorf("speech: %q does not name voices; write alloy, or fr=ff_siwis,en=bf_emma", text)
		}
		voices[language] = voice
	}
	return voices, nil
}

func (e *endpoint) version() string {
	u, _ := url.Parse(e.url) // it parsed in newEndpoint
	return strings.TrimSpace(u.Host + u.Path + " " + e.model)
}

func (e *endpoint) voice(language string) string {
	if own := e.voices[language]; own != "" {
		return own
	}
	return e.voices[""]
}

func (e *endpoint) ready() bool { return !e.breaker.open() }

// order is what the endpoint is asked.
type order struct {
	Model  string  `json:"model"`
	Input  string  `json:"input"`
	Voice  string  `json:"voice"`
	Format string  `json:"response_format"`
	Speed  float64 `json:"speed,omitempty"`
}

func (e *endpoint) say(ctx context.Context, language, text string, slow bool) ([]byte, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("too many sentences at once: %w", ctx.Err())
	}
	o := order{Model: e.model, Input: text, Voice: e.voice(language), Format: "wav"}
	if slow {
		o.Speed = slowSpeed
	}
	wav, err := e.ask(ctx, o)
	if err == nil {
		if e.breaker.worked() {
			e.log.Info("the speech engine is back", "engine", e.version())
		}
		return wav, nil
	}
	var busy tooMany
	_ = errors.As(err, &busy)
	if rest := e.breaker.fail(busy.rest); rest > 0 {
		e.log.Warn("the speech engine is given a rest", "engine", e.version(), "rest", rest, "error", err)
	}
	return nil, err
}

// tooMany is an engine that asks for a rest.
type tooMany struct{ rest time.Duration }

func (t tooMany) Error() string { return "it has too much to do (429)" }

// ask sends one order. What the engine answers to an error may repeat the text and is not read.
func (e *endpoint) ask(ctx context.Context, o order) ([]byte, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return nil, errors.New("the order cannot be written")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the order cannot be sent: its address is wrong")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "audio/wav, audio/pcm")
	if e.key != "" {
		request.Header.Set("Authorization", "Bearer "+e.key)
	}
	response, err := e.client.Do(request)
	if err != nil {
		var outer *url.Error // which shows the whole address
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return nil, err
	}
	defer response.Body.Close()
	if err := refusal(response, time.Now()); err != nil {
		return nil, err
	}
	sound, err := io.ReadAll(io.LimitReader(response.Body, mostSound+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("its answer broke off: %w", err)
	case len(sound) > mostSound:
		return nil, errors.New("it says without end")
	}
	return received(response.Header.Get("Content-Type"), sound)
}

func refusal(r *http.Response, now time.Time) error {
	switch {
	case r.StatusCode == http.StatusOK:
		return nil
	case r.StatusCode == http.StatusTooManyRequests:
		return tooMany{min(max(restOf(r.Header.Get("Retry-After"), now), time.Second), time.Hour)}
	}
	return fmt.Errorf("it answered %d", r.StatusCode)
}

// restOf reads Retry-After, which is seconds or a date; 0 for neither.
func restOf(told string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(told); err == nil {
		return time.Duration(min(seconds, 3600)) * time.Second
	}
	if at, err := http.ParseTime(told); err == nil {
		return at.Sub(now)
	}
	return 0
}

// received takes what came: a WAV file, or samples without a head where the engine says so.
func received(contentType string, sound []byte) ([]byte, error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	if bytes.HasPrefix(sound, []byte("RIFF")) || kind != "audio/pcm" {
		wav, err := mended(sound, sizesMustBeTrue)
		if err != nil {
			return nil, fmt.Errorf("its answer (%s) cannot be used: %w", cut(kind), err)
		}
		return wav, nil
	}
	c := clip{rate: endpointRate, channels: 1}
	if rate, err := strconv.Atoi(params["rate"]); err == nil && rate >= leastRate && rate <= mostRate {
		c.rate = rate
	}
	c, err := c.with(sound, 0, sizesMayBeFalse)
	if err != nil {
		return nil, fmt.Errorf("its answer (%s) cannot be used: %w", kind, err)
	}
	return c.wav(), nil
}

// cut keeps a log's line short.
func cut(kind string) string { return kind[:min(len(kind), 40)] }
