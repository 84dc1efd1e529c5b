package render

import (
	"fmt"
	"strings"

	"frontdesk/bot"
)

// CheckLinks says whether what is shown equals what is opened or dialled: the digits of a tel: or
// sms: link are those of its text, a page's text is its address (https:// may be left out), and
// every link's text stands in what is said.
func CheckLinks(say bot.Say) error {
	shown := Numbered(say)
	for _, l := range say.Links {
		switch {
		case l.Text == "" || !strings.Contains(shown, l.Text):
			return fmt.Errorf("link to %s: its text %q is not in the message", l.URL, l.Text)
		case !honest(l):
			return fmt.Errorf("link to %s shows %q, which is something else", l.URL, l.Text)
		}
	}
	return nil
}

func honest(l bot.Link) bool {
	if isPage(l.URL) {
		return page(l.Text) == page(l.URL)
	}
	if address, is := strings.CutPrefix(l.URL, "mailto:"); is {
		return address == l.Text
	}
	number := target(l.URL)
	return number != "" && digits(l.Text) == digits(number)
}

func isPage(url string) bool { return strings.HasPrefix(url, "https://") }

func page(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
}

// target is the number that a tel: or sms: link dials, or "".
func target(url string) string {
	for _, scheme := range []string{"tel:", "sms:"} {
		if number, is := strings.CutPrefix(url, scheme); is {
			return number
		}
	}
	return ""
}
