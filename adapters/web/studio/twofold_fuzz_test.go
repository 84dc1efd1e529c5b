package studio

import (
	"net/url"
	"testing"

	"frontdesk/bot/flow"
)

// Whatever is put in two boxes, the draft is refused or has it, and drawn again it changes nothing.
func FuzzTwofold(f *testing.F) {
	f.Add("4", "m", "16", "17")
	f.Add("1h30m", "s", "", "14")
	f.Add("-4: [", "jours", "30+", "")
	f.Add("0", "d", "dix#", "16-17")
	d := openVillage(f).draft().Draft
	f.Fuzz(func(t *testing.T, count, unit, from, to string) {
		for _, c := range []struct {
			at                  flow.Place
			name, first, second string
			draw                func(string) (string, string)
		}{
			{flow.In("accueil.yaml", "steps", "passer"), "handoff/wait", count, unit, func(text string) (string, string) {
				two, unit := spanOf(text, []string{"wait"}), ""
				for _, u := range two.Units {
					if u.Picked {
						unit = u.Value
					}
				}
				return two.First, unit
			}},
			{flow.In("accueil.yaml", "steps", "age"), "options/mineur/range", from, to, func(text string) (string, string) {
				two := agesOf(text)
				return two.First, two.Second
			}},
		} {
			sent := url.Values{twoSign + c.name: {c.first}, twoSign + c.name + "=": {c.second}}
			now, err := d.Edit(changesOf(d, c.at, sent)...)
			if err != nil {
				continue // signs that no file may hold
			}
			here, _ := now.At(c.at.File, append(c.at.Path, keysOf(c.name)...)...)
			first, second := c.draw(here.Text())
			again := url.Values{twoSign + c.name: {first}, twoSign + c.name + "=": {second}}
			if changes := changesOf(now, c.at, again); len(changes) > 0 {
				t.Errorf("%q %q is written %q, drawn %q %q, and changes again", c.first, c.second, here.Text(), first, second)
			}
		}
	})
}
