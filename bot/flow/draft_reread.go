package flow

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Pinned is what a change made of a draft, with the hash of what was read at each rereading of a danger's texts:
// of the texts as they are now where the rereading is new, of those before where it had none and they changed. So a
// text that nobody has reread is known for one.
func (d *Draft) Pinned(before *Draft) (*Draft, error) {
	if maps.EqualFunc(d.wordings(), before.wordings(), bytes.Equal) {
		return d, nil
	}
	var changes []Change
	dangers, _ := d.At(safetyFile, "dangers")
	for i, id := range dangers.Keys() {
		readings, _ := dangers.Items()[i].At("reread")
		for k, language := range readings.Keys() {
			is, at := readings.Items()[k], In(safetyFile, "dangers", id, "reread", language, "hash")
			was, had := before.At(safetyFile, "dangers", id, "reread", language)
			noted := is.TextAt("hash")
			again := !had || is.TextAt("by") != was.TextAt("by") || is.TextAt("on") != was.TextAt("on") || noted == "" && was.TextAt("hash") != ""
			switch {
			case noted != "" && is.TextAt("by") == "" && is.TextAt("on") == "": // taken back
				changes = append(changes, Remove(In(safetyFile, "dangers", id, "reread", language)))
			case noted != "" && noted != was.TextAt("hash"): // whoever wrote it knows
			case again:
				changes = append(changes, SetText(at, d.ReadHash(id, language)))
			case noted == "" && d.ReadHash(id, language) != before.ReadHash(id, language):
				changes = append(changes, SetText(at, before.ReadHash(id, language)))
			}
		}
	}
	if len(changes) == 0 {
		return d, nil
	}
	return d.Edit(changes...)
}

const safetyFile = "safety.yaml"

// wordings are the files that texts of dangers stand in.
func (d *Draft) wordings() map[string][]byte {
	files := maps.Clone(d.Files())
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return name != safetyFile && !strings.HasPrefix(name, "locales/") })
	return files
}

// ReadHash names the texts of a danger as a draft has them in a language.
func (d *Draft) ReadHash(danger, language string) string {
	here, _ := d.At(safetyFile, "dangers", danger)
	texts := []string{here.TextAt("text"), here.TextAt("voice"), here.TextAt("sms")}
	if main, _ := d.At("bundle.yaml"); language != cmp.Or(main.TextAt("source"), "fr") {
		texts = slices.Repeat([]string{""}, 3)
		for _, name := range d.Names() {
			if strings.HasPrefix(name, "locales/") && strings.HasSuffix(name, "."+language+".yaml") {
				for i, kind := range []string{"", "@voice", "@sms"} {
					if text, is := d.At(name, "safety."+danger+kind); is {
						texts[i] = text.TextAt("other")
					}
				}
			}
		}
	}
	return ReadHash(texts[0], texts[1], texts[2])
}
