package flow

import "testing"

// Which texts of a danger somebody has read again is noted with who they are; a text that is changed afterwards is
// known for one that nobody has read.
func TestWhatWasReadAgainIsNoted(t *testing.T) {
	was := withTexts(t)
	at := func(keys ...string) Place {
		return In("safety.yaml", append([]string{"dangers", "suicide"}, keys...)...)
	}
	noted := func(d *Draft) string {
		v, _ := d.At("safety.yaml", "dangers", "suicide", "reread", "fr")
		return v.TextAt("hash")
	}
	after := func(d *Draft, changes ...Change) *Draft {
		t.Helper()
		made, err := d.Edit(changes...)
		if err == nil {
			made, err = made.Pinned(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	if d := after(was, SetText(at("title"), "Autre titre")); noted(d) != "" {
		t.Errorf("nothing was read, and %q is noted", noted(d))
	}
	d := after(was, SetText(at("text"), "Appelez le {15}."))
	if noted(d) != was.ReadHash("suicide", "fr") || noted(d) == d.ReadHash("suicide", "fr") {
		t.Errorf("a text that changed is noted as read: %q", noted(d))
	}
	d = after(d, SetText(at("reread", "fr", "on"), "2026-11-20"))
	if noted(d) != d.ReadHash("suicide", "fr") {
		t.Errorf("a text that was read again is not noted: %q", noted(d))
	}
	d = after(d, SetText(at("voice"), "Appelez le quinze."))
	if noted(d) == d.ReadHash("suicide", "fr") {
		t.Error("what is said on the telephone changed, and is noted as read")
	}
	d = after(d, Remove(at("reread", "fr", "hash")))
	if noted(d) != d.ReadHash("suicide", "fr") {
		t.Error("who reads again on the same day is not noted")
	}
	if d := after(d, SetText(at("text"), "Le {15}."), SetText(at("reread", "fr", "hash"), "sha1-0123456789ab")); noted(d) != "sha1-0123456789ab" {
		t.Errorf("what a file says is written over: %q", noted(d))
	}
	d = after(d, SetText(at("reread", "en", "by"), "Ana Ruiz"), SetText(at("reread", "en", "on"), "2026-11-20"))
	d = after(d, WriteFile("locales/safety.en.yaml", "safety.suicide: {other: \"Call {15}.\"}\n"))
	if v, _ := d.At("safety.yaml", "dangers", "suicide", "reread", "en"); v.TextAt("hash") == "" || v.TextAt("hash") == d.ReadHash("suicide", "en") {
		t.Errorf("a translation that changed is noted as read: %q", v.TextAt("hash"))
	}
	d = after(d, Remove(at("reread", "fr", "by")), Remove(at("reread", "fr", "on")))
	if _, is := d.At("safety.yaml", "dangers", "suicide", "reread", "fr"); is {
		t.Error("who takes a reading back leaves its note")
	}
}
