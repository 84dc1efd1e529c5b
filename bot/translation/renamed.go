package translation

import "frontdesk/bot/flow"

// Renamed gives a draft in which an answer, say, has another name the translations that it had: where the source
// text has changed by that name alone, as the translation has, what was up to date stays so. A draft that does not
// load stays as it is.
func Renamed(was, now *flow.Draft) (*flow.Draft, error) {
	before, err := was.Bundle("")
	if err != nil {
		return now, nil
	}
	after, err := now.Bundle("")
	if err != nil {
		return now, nil
	}
	var edits []flow.Change
	for _, files := range filesOf(now) {
		for _, name := range files {
			v, _ := now.At(name)
			for i, id := range v.Keys() {
				hash := v.Items()[i].TextAt("hash")
				text, renamed := before.Texts[id].Text, after.Texts[id].Text
				if text != renamed && renamed != "" && short(hash) == Hash(text) {
					edits = append(edits, flow.SetText(flow.In(name, id, "hash"), Hash(renamed)))
				}
			}
		}
	}
	return now.Edit(edits...)
}
