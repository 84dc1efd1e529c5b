package telegramfake

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
)

const longestRequest = 2 << 20

// read gives the parameters of a request as text, whichever way they came.
func read(r *http.Request) (map[string]string, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, longestRequest)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		return readJSON(r)
	}
	var err error
	if kind == "multipart/form-data" {
		// A form without any field, as a library makes for a method without parameters, is no form for the
		// standard library.
		if err = r.ParseMultipartForm(longestRequest); err != nil && strings.Contains(err.Error(), "EOF") {
			err = nil
		}
	} else {
		err = r.ParseForm()
	}
	params := map[string]string{}
	for name := range r.Form {
		params[name] = r.Form.Get(name)
	}
	return params, err
}

func readJSON(r *http.Request) (map[string]string, error) {
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return nil, err
	}
	params := map[string]string{}
	for name, raw := range fields {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		params[name] = text
	}
	return params, nil
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// units counts as Telegram does.
func units(text string) int { return len(utf16.Encode([]rune(text))) }
