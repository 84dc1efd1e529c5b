package chat_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// The service is away for some seconds, first its store and then all of it. The page says whose fault
// it is, keeps what was written, waits as long as it was asked to, and brings everything in order.
func TestBrowserTellsTheTruthAndBringsEverythingInOrder(t *testing.T) {
	v := browse(t, nil)
	v.media("light")
	v.open("/chat/")
	v.door.Sleep(true)
	for _, text := range []string{"un", "deux", "trois"} {
		v.write(text)
	}
	v.says("Désolé, le problème vient de nous. Vos messages sont gardés ici. Nous réessayons.")
	v.says("Désolé, ce message n'est pas encore arrivé.")
	v.shot("15-trouble")
	v.axe("trouble")
	tried, at := v.sent.all()
	if slices.ContainsFunc(tried, func(text string) bool { return text != "un" }) {
		t.Errorf("tried %q: a later message may come before the first", tried)
	}
	for i := 1; i < len(at); i++ {
		if wait := at[i].Sub(at[i-1]); wait < 1900*time.Millisecond {
			t.Errorf("tried again after %s; it was asked to wait two seconds", wait)
		}
	}

	v.stop()
	v.says("Connexion perdue. Nous réessayons. Vos messages sont gardés ici.")
	v.write("quatre")
	v.shot("16-away")
	time.Sleep(2 * time.Second)
	v.restart()
	v.says("le problème vient de nous") // it is back, its store is not
	v.door.Sleep(false)
	v.until(`document.body.innerText.includes("Vous avez dit : quatre")`) // the longest pause is 12 s
	v.until(`!document.querySelector('[data-state=waiting], [data-state=lost]') && !document.getElementById('status').textContent`)
	want := []bot.Event{bot.Arrived{Language: "fr"}, bot.Said{Text: "un"}, bot.Said{Text: "deux"}, bot.Said{Text: "trois"}, bot.Said{Text: "quatre"}}
	if got := v.door.Inputs("conversation-1"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	var mine []string
	for _, line := range v.lines() {
		if text, is := strings.CutPrefix(line, "you: "); is {
			mine = append(mine, text)
		}
	}
	if !slices.Equal(mine, []string{"un", "deux", "trois", "quatre"}) {
		t.Errorf("shown as %q", mine)
	}
	v.shot("17-back")
}

// Too much at once is said as that, and still arrives.
func TestBrowserSaysThatItIsTooMuch(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	v.door.Fill(true)
	v.write("un")
	v.says("Trop de messages d'un coup.")
	v.door.Fill(false)
	v.until(`document.body.innerText.includes("Vous avez dit : un")`)
	v.until(`!document.getElementById('status').textContent`)
}
