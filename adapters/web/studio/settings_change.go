package studio

import (
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// changeSettings makes what the page of settings sent. A button may give the region a value of its own, which is
// then the one that the form is about, or take it away.
func changeSettings(d *flow.Draft, region string, sent url.Values) (*flow.Draft, error) {
	verb, where, _ := strings.Cut(sent.Get("do"), ":")
	keys := strings.Split(where, "/")
	var err error
	switch unit := unitOf(keys); {
	case verb == "region" && isSetting(flow.In("bundle.yaml", keys...)):
		if d, err = d.Edit(flow.SetYAML(flow.In(regionFile(region), unit...), d.Record("bundle.yaml", unit...))); err != nil {
			return nil, err
		}
	case verb == "commun" && isSetting(flow.In("bundle.yaml", keys...)):
		if d, err = d.Edit(flow.Remove(flow.In(regionFile(region), unit...))); err != nil {
			return nil, err
		}
		sent = without(sent, unit)
	case verb == "retirer" && len(keys) == 2 && keys[0] == "campaigns":
		file := servedFrom(d, region, keys)
		if d, err = d.Edit(flow.Remove(flow.In(file, keys...))); err != nil {
			return nil, err
		}
		sent = without(sent, keys)
	}
	var changes []flow.Change
	for _, file := range []string{"bundle.yaml", regionFile(region)} {
		own := sentFor(d, region, file, sent)
		changes = append(changes, edition{flow.In(file), own}.changes(d)...)
	}
	return d.Edit(append(changes, campaignAdded(d, region, sent)...)...)
}

// placeSent is the place that an input stands for, whatever the sign that its name begins with; nil for the others.
func placeSent(name string) []string {
	for _, mark := range []string{sign, "+", pickSign, twoSign} {
		if keys, is := strings.CutPrefix(name, mark); is {
			return strings.Split(strings.TrimSuffix(strings.TrimSuffix(keys, "="), pickSign), "/")
		}
	}
	return nil
}

// without is a form without what it says of one setting.
func without(sent url.Values, unit []string) url.Values {
	rest := url.Values{}
	for name, values := range sent {
		if keys := placeSent(name); keys == nil || !slices.Equal(unitOf(keys), unit) {
			rest[name] = values
		}
	}
	return rest
}

// sentFor is what a form says of the settings that a file holds.
func sentFor(d *flow.Draft, region, file string, sent url.Values) url.Values {
	own := url.Values{}
	for name, values := range sent {
		keys := placeSent(name)
		if len(keys) > 0 && isSetting(flow.In(file, keys...)) && servedFrom(d, region, keys) == file {
			own[name] = values
		}
	}
	verb, where, _ := strings.Cut(sent.Get("do"), ":")
	if keys := strings.Split(where, "/"); verb == "retirer" && len(keys) == 3 && servedFrom(d, region, keys) == file {
		own.Set("do", sent.Get("do"))
	}
	return own
}

// newCampaign is the word of a campaign to be added, and the answer that it gives; nil where one is missing.
func newCampaign(sent url.Values) []string {
	word := campaignID(typed(sent, "mot"))
	answer, value := pickedFor(sent, "nouveau-donne")
	if word == "" || answer == "" || value == "" {
		return nil
	}
	return []string{word, answer, value}
}

// campaignID is the word of a poster as files write it: without accents, "-" between words.
func campaignID(word string) string {
	return strings.Join(strings.FieldsFunc(unaccented.Replace(strings.ToLower(word)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

func campaignAdded(d *flow.Draft, region string, sent url.Values) []flow.Change {
	made := newCampaign(sent)
	if made == nil {
		return nil
	}
	file := "bundle.yaml"
	if _, stands := d.At(regionFile(region), "campaigns", made[0]); stands || sent.Get("nouveau-ou") == "region" {
		file = regionFile(region)
	}
	var changes []flow.Change
	if _, stands := d.At(file, "campaigns", made[0]); !stands && d.Record("bundle.yaml", "campaigns", made[0]) != "" { // the region's stands in place of the common one
		changes = append(changes, flow.SetYAML(flow.In(file, "campaigns", made[0]), d.Record("bundle.yaml", "campaigns", made[0])))
	}
	return append(changes, flow.SetText(flow.In(file, "campaigns", made[0], made[1]), made[2]))
}
