package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// wrappers are the keys under which producers keep the list of their records.
var wrappers = map[string]bool{"features": true, "service": true, "services": true, "structures": true, "items": true, "results": true}

// objects reads JSON, one record at a time: a list, an object around a list, or one object a line.
func (r *run) objects(t *text, take func(*record)) error {
	dec := json.NewDecoder(t)
	dec.UseNumber()
	for {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return broken(t, dec, err)
		case token == json.Delim('['):
			err = r.list(t, dec, take)
		case token == json.Delim('{'):
			err = r.object(t, dec, take)
		default:
			err = fmt.Errorf("ligne %d : il faut des objets, entre accolades", t.lineAt(dec.InputOffset()))
		}
		if err != nil {
			return err
		}
	}
}

// list reads the records of a list whose bracket was read.
func (r *run) list(t *text, dec *json.Decoder, take func(*record)) error {
	for dec.More() {
		line := t.lineAt(dec.InputOffset() + skipped(dec.Buffered()))
		var value any
		if err := dec.Decode(&value); err != nil {
			return broken(t, dec, err)
		}
		values, is := value.(map[string]any)
		rec := &record{line: line, values: values}
		if !is {
			rec.refuse("ce n'est pas un objet ; les écrire entre accolades")
		}
		if err := r.one(rec, take); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken(t, dec, err)
	}
	return nil
}

// object reads an object whose brace was read: a record, or what stands around the list of them.
func (r *run) object(t *text, dec *json.Decoder, take func(*record)) error {
	rec := &record{line: t.lineAt(dec.InputOffset()), values: map[string]any{}}
	around := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return broken(t, dec, err)
		}
		name, _ := key.(string)
		if wrappers[name] {
			if token, err := dec.Token(); err != nil {
				return broken(t, dec, err)
			} else if token == json.Delim('[') {
				around = true
				if err := r.list(t, dec, take); err != nil {
					return err
				}
				continue
			}
			return fmt.Errorf("ligne %d : %q doit être une liste", t.lineAt(dec.InputOffset()), name)
		}
		var value any
		if err := dec.Decode(&value); err != nil {
			return broken(t, dec, err)
		}
		rec.values[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return broken(t, dec, err)
	}
	if around {
		return nil
	}
	return r.one(rec, take)
}

// skipped counts what stands before the next record: a comma and white space.
func skipped(ahead io.Reader) (n int64) {
	var c [1]byte
	for {
		if _, err := ahead.Read(c[:]); err != nil || !strings.ContainsRune(", \t\r\n", rune(c[0])) {
			return n
		}
		n++
	}
}

func broken(t *text, dec *json.Decoder, err error) error {
	line := t.lineAt(dec.InputOffset())
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("ligne %d : le fichier est coupé ; le télécharger de nouveau", line)
	}
	return fmt.Errorf("ligne %d : ce n'est pas du JSON (%w)", line, err)
}
