package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
)

// MaxBody is enough for 4,000 characters of any script and what stands around them.
const MaxBody = 16 << 10

// A Refusal is an error that the other side may read: a status and a sentence.
type Refusal struct {
	Status   int
	Sentence string
	After    time.Duration // when to try again; 0 when that is pointless
}

func (r Refusal) Error() string { return fmt.Sprintf("refused with %d: %s", r.Status, r.Sentence) }

// ReadJSON reads one JSON value of at most max bytes into v. It takes no field that v does not
// have and no content type but JSON, so that no other site's form can send one. An empty body
// leaves v as it is when v allows it: that is for the caller to check. Its errors are Refusals.
func ReadJSON(w http.ResponseWriter, r *http.Request, max int64, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, max))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return Refusal{Status: http.StatusUnsupportedMediaType, Sentence: Sentence(http.StatusUnsupportedMediaType)}
	}
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = errors.New("two values")
		}
	}
	return unread(err)
}

// unread says what was wrong with a body, without repeating anything of it but a field's name.
func unread(err error) error {
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return Refusal{Status: http.StatusRequestEntityTooLarge, Sentence: Sentence(http.StatusRequestEntityTooLarge)}
	}
	sentence := "La demande n'est pas du JSON lisible."
	if field, is := strings.CutPrefix(err.Error(), "json: unknown field "); is && len(field) < 40 {
		sentence = "La demande contient un champ inconnu : " + field + "."
	}
	if mistyped, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		sentence = fmt.Sprintf("Le champ %q n'a pas le bon type.", mistyped.Field)
	}
	return Refusal{Status: http.StatusBadRequest, Sentence: sentence}
}

// Problem answers {"error": sentence}.
func Problem(w http.ResponseWriter, status int, sentence string) {
	WriteJSON(w, status, map[string]string{"error": sentence})
}

// WriteJSON answers v.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The client is gone if this fails: nobody is left to tell.
	_ = json.NewEncoder(w).Encode(v)
}

// Refuse answers an error with the status that says whether to try again. What is not meant for
// the other side is answered with a general sentence; it returns true then, for the caller to log.
func Refuse(w http.ResponseWriter, err error) (unexpected bool) {
	refusal, is := errors.AsType[Refusal](err)
	switch {
	case is:
	case errors.Is(err, bot.ErrUnavailable):
		refusal = Refusal{Status: http.StatusServiceUnavailable, After: 2 * time.Second}
	case errors.Is(err, bot.ErrReused):
		refusal = Refusal{Status: http.StatusConflict, Sentence: "Cet identifiant a déjà servi pour un autre message. Envoyez celui-ci sous un autre identifiant."}
	case errors.Is(err, bot.ErrTooMany):
		refusal = Refusal{Status: http.StatusTooManyRequests, After: 5 * time.Second}
	case errors.Is(err, bot.ErrNotFound):
		refusal = Refusal{Status: http.StatusNotFound}
	default:
		refusal, unexpected = Refusal{Status: http.StatusInternalServerError}, true
	}
	if refusal.Sentence == "" {
		refusal.Sentence = Sentence(refusal.Status)
	}
	if refusal.After > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(refusal.After.Seconds())))
	}
	Problem(w, refusal.Status, refusal.Sentence)
	return unexpected
}
