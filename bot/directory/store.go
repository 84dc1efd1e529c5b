package directory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"frontdesk/bot"
)

// The stored form of a part is a line that names its kind and format, then one record a line, as JSON.
// Records are sorted by whoever made them, so that the same content is the same bytes.

func head(kind Kind) string { return "frontdesk " + string(kind) + " 1\n" }

// Encode gives the stored form of one part.
func Encode[T Place | Centre | Job | Portrait | Event](kind Kind, records []T) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head(kind))
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for i := range records {
		if err := lines.Encode(&records[i]); err != nil {
			return nil, fmt.Errorf("record %d of %s: %w", i+1, kind, err)
		}
	}
	return b.Bytes(), nil
}

func decode[T any](kind Kind, stored []byte) ([]T, error) {
	rest, ok := bytes.CutPrefix(stored, []byte(head(kind)))
	if !ok {
		if strings.HasPrefix(string(stored), "frontdesk "+string(kind)+" ") {
			return nil, bot.ErrNewer
		}
		return nil, fmt.Errorf("what is stored is no %s", kind)
	}
	records := make([]T, 0, bytes.Count(rest, []byte("\n")))
	for line := range bytes.Lines(rest) {
		var r T
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("record %d: %w", len(records)+1, err)
		}
		records = append(records, r)
	}
	return records, nil
}
