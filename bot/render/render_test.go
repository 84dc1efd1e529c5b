package render

import (
	"fmt"
	"testing"

	"frontdesk/bot"
)

func TestKind(t *testing.T) {
	for channel, want := range map[bot.ChannelName]string{
		"web": "chat", "telegram": "chat", "desk": "chat", "sms": "sms", "phone": "voice",
	} {
		if got := Kind(channel); got != want {
			t.Errorf("%s is %s, want %s", string(channel), got, want)
		}
	}
}

var offers = []bot.Choice{{ID: "metier", Label: "Choisir un métier"}, {ID: "emploi", Label: "Trouver un emploi"}}

func TestNumbered(t *testing.T) {
	tests := []struct {
		say  bot.Say
		want string
	}{
		{bot.Say{Text: "Bonjour."}, "Bonjour."},
		{bot.Say{Text: "Que cherchez-vous ?", Options: offers}, "Que cherchez-vous ?\n1 Choisir un métier\n2 Trouver un emploi"},
		{bot.Say{Options: offers[:1]}, "1 Choisir un métier"},
		{bot.Say{}, ""},
	}
	for _, test := range tests {
		if got := Numbered(test.say); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestSpoken(t *testing.T) {
	menu := func(label string, n int) string { return fmt.Sprintf("Pour %s, tapez %d.", label, n) }
	tests := []struct {
		name string
		say  bot.Say
		want string
	}{
		{"menu", bot.Say{Text: "Que cherchez-vous ?", Options: offers}, "Que cherchez-vous ? Pour Choisir un métier, tapez 1. Pour Trouver un emploi, tapez 2."},
		{"lines end as sentences", bot.Say{Text: "Bonjour\n\nVous avez 17 ans :\n"}, "Bonjour. Vous avez 17 ans."},
		{"emergency numbers", bot.Say{Text: "Appelez le 3114, le 3919, le 15 ou le 112. Dossier 13114."}, "Appelez le 31 14, le 39 19, le 15 ou le 112. Dossier 13114."},
		{"linked numbers", bot.Say{
			Text:  "Le 116006, ou le 0299123456, pas 3000 euros.",
			Links: []bot.Link{{Text: "116006", URL: "tel:116006"}, {Text: "0299123456", URL: "tel:+33299123456"}},
		}, "Le 116 006, ou le 02 99 12 34 56, pas 3000 euros."},
		{"pages", bot.Say{Text: "Tout est là : https://exemple.fr/vae?a=1. Ou (www.exemple.fr), demandez-moi."}, "Tout est là. Ou, demandez-moi."},
		{"linked pages", bot.Say{Text: "Voir exemple.fr/vae.", Links: []bot.Link{{Text: "exemple.fr/vae", URL: "https://exemple.fr/vae"}}}, "Voir."},
		{"only a page", bot.Say{Text: "Bonjour.\nhttps://exemple.fr"}, "Bonjour."},
		{"nothing", bot.Say{}, ""},
	}
	for _, test := range tests {
		if got := Spoken(test.say, menu); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

func TestCheckLinks(t *testing.T) {
	tests := []struct {
		link bot.Link
		want string
	}{
		{bot.Link{Text: "3114", URL: "tel:3114"}, ""},
		{bot.Link{Text: "114", URL: "sms:114"}, ""},
		{bot.Link{Text: "02 99 12 34 56", URL: "tel:+33299123456"}, ""},
		{bot.Link{Text: "exemple.fr/vae", URL: "https://exemple.fr/vae/"}, ""},
		{bot.Link{Text: "a@exemple.fr", URL: "mailto:a@exemple.fr"}, ""},
		{bot.Link{Text: "3114", URL: "tel:3919"}, `link to tel:3919 shows "3114", which is something else`},
		{bot.Link{Text: "3114", URL: "tel:"}, `link to tel: shows "3114", which is something else`},
		{bot.Link{Text: "exemple.fr/vae", URL: "https://autre.fr/vae"}, `link to https://autre.fr/vae shows "exemple.fr/vae", which is something else`},
		{bot.Link{Text: "exemple.fr/vae", URL: "http://exemple.fr/vae"}, `link to http://exemple.fr/vae shows "exemple.fr/vae", which is something else`},
		{bot.Link{Text: "ici", URL: "javascript:alert(1)"}, `link to javascript:alert(1) shows "ici", which is something else`},
		{bot.Link{Text: "3020", URL: "tel:3020"}, `link to tel:3020: its text "3020" is not in the message`},
		{bot.Link{Text: "", URL: "tel:3020"}, `link to tel:3020: its text "" is not in the message`},
	}
	for _, test := range tests {
		err := CheckLinks(bot.Say{
			Text:  "ici : 3114, 114, 02 99 12 34 56, exemple.fr/vae, a@exemple.fr",
			Links: []bot.Link{test.link},
		})
		if got := fmt.Sprint(err); got != test.want && (err != nil || test.want != "") {
			t.Errorf("%+v: %v, want %q", test.link, err, test.want)
		}
	}
}
