// Package speechfake is the other side of adapters/speech: an OpenAI-compatible speech endpoint whose
// voice is a tone. It understands no text.
package speechfake

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Rate is how many samples a second it makes, as OpenAI's does.
const Rate = 24000

// Asked is one order as it came.
type Asked struct {
	Model  string  `json:"model"`
	Input  string  `json:"input"`
	Voice  string  `json:"voice"`
	Format string  `json:"response_format"`
	Speed  float64 `json:"speed"`
	Key    string  `json:"-"` // the Authorization header
}

// A Mood is how the engine answers. The zero Mood sings.
type Mood struct {
	Status     int           // instead of 200; the body repeats the text, as real ones do
	RetryAfter string        // beside a 429
	Slow       time.Duration // before it answers; who hangs up is not waited for
	Cut        bool          // the connection breaks in the middle of the sound
	Short      bool          // the file ends before its size says, the answer does not
	Raw        bool          // samples without a head, as audio/pcm
	Streamed   bool          // sizes in the head that are not true, as in a stream
	Words      bool          // a page of HTML with status 200
	Redirect   string        // to this address
}

// Engine is the fake. It is safe for many at once.
type Engine struct {
	mu    sync.Mutex
	mood  Mood
	asked []Asked
}

// Be sets how it answers from now on.
func (e *Engine) Be(m Mood) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mood = m
}

// Asked are the orders so far.
func (e *Engine) Asked() []Asked {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Asked(nil), e.asked...)
}

// ServeHTTP answers POST /v1/audio/speech.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/v1/audio/speech" {
		http.NotFound(w, r)
		return
	}
	var a Asked
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err := json.Unmarshal(body, &a); err != nil || a.Input == "" || a.Voice == "" {
		http.Error(w, "bad order", http.StatusBadRequest)
		return
	}
	a.Key = r.Header.Get("Authorization")
	e.mu.Lock()
	e.asked = append(e.asked, a)
	m := e.mood
	e.mu.Unlock()
	if m.Slow > 0 {
		select {
		case <-time.After(m.Slow):
		case <-r.Context().Done():
			return
		}
	}
	m.answer(w, a)
}

func (m Mood) answer(w http.ResponseWriter, a Asked) {
	sound := Tone(a.Input, a.Speed)
	file := append(head(len(sound)), sound...)
	w.Header().Set("Content-Type", "audio/wav")
	switch {
	case m.Redirect != "":
		w.Header().Set("Location", m.Redirect)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	case m.Status != 0:
		w.Header().Set("Retry-After", m.RetryAfter)
		http.Error(w, "cannot say "+a.Input, m.Status)
		return
	case m.Words:
		w.Header().Set("Content-Type", "text/html")
		file = fmt.Appendf(nil, "<p>%s</p>", a.Input)
	case m.Raw:
		w.Header().Set("Content-Type", "audio/pcm")
		file = sound
	case m.Streamed:
		binary.LittleEndian.PutUint32(file[4:], math.MaxUint32)
		binary.LittleEndian.PutUint32(file[40:], math.MaxUint32)
	case m.Short:
		file = file[:len(file)/2]
	case m.Cut:
		w.Header().Set("Content-Length", strconv.Itoa(len(file)))
		_, _ = w.Write(file[:len(file)/2])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(file)
}

// Tone is what it makes of a text: 440 Hz, 50 ms a character, 16-bit samples.
func Tone(text string, speed float64) []byte {
	if speed == 0 {
		speed = 1
	}
	n := int(float64(len([]rune(text))) * Rate / 20 / speed)
	sound := make([]byte, 0, 2*n)
	for i := range n {
		sound = binary.LittleEndian.AppendUint16(sound, uint16(int16(8000*math.Sin(2*math.Pi*440*float64(i)/Rate))))
	}
	return sound
}

func head(size int) []byte {
	le := binary.LittleEndian
	h := append([]byte(nil), "RIFF"...)
	h = le.AppendUint32(h, uint32(36+size))
	h = append(h, "WAVEfmt "...)
	for _, long := range []uint32{16, 1 | 1<<16, Rate, 2 * Rate, 2 | 16<<16} {
		h = le.AppendUint32(h, long)
	}
	h = append(h, "data"...)
	return le.AppendUint32(h, uint32(size))
}
