package change

import (
	"strings"

	"frontdesk/bot/flow"
)

// renames are the steps that the second of two drafts knows under another name, by their old one. They are
// told once, not as a step that is gone, another that came, and every text of theirs.
type renames map[string]string

func renamesOf(was, is *flow.Draft) renames {
	all := renames{}
	before, _ := was.At("bundle.yaml", "moved")
	after, _ := is.At("bundle.yaml", "moved")
	for i, from := range after.Keys() {
		to := after.Items()[i].Text()
		if before.TextAt(from) != to && !was.Has(flow.StepRecord, to) && is.Has(flow.StepRecord, to) { // else it stands in for one that is gone
			all[from] = to
		}
	}
	return all
}

// to is the new name of a key: of a step in its flow, or of a text of one in a file of translations.
func (c *comparison) to(path []string, key string) (string, bool) {
	if c.translated != "" && len(path) == 0 {
		return c.renamed.text(key)
	}
	if len(path) != 1 || path[0] != "steps" {
		return "", false
	}
	to, is := c.renamed[c.flow+"."+key]
	local, same := strings.CutPrefix(to, c.flow+".")
	return local, is && same
}

// text is the new id of a text of a renamed step.
func (r renames) text(id string) (string, bool) {
	for from, to := range r {
		if rest, is := strings.CutPrefix(id, from); is && (rest == "" || rest[0] == '.' || rest[0] == '@') {
			return to + rest, true
		}
	}
	return "", false
}

// leads says that two destinations are one step under its two names.
func (c *comparison) leads(was, is string) bool {
	if to, known := c.renamed[was]; known && to == is {
		return true
	}
	return c.renamed[c.flow+"."+was] == c.flow+"."+is && c.flow != ""
}
