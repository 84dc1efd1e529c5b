package engine

import (
	"strings"

	"frontdesk/bot/hear"
)

// languageOf is the language a message is written in.
func languageOf(words string) string {
	best, most := "fr", 1
	lists := map[string]string{
		"en": " the i my am is are in and want to can how what do need with for of a im out speak who has looking training ",
		"es": " el la los mi tiene en para busco quiero con una un y soy trabajo hablar buenos dias es hija hola no más mas ",
		"pt": " o a os minha meu tenho em para procuro quero com uma um e sou trabalho falar bom dia moro anos não ",
		"tr": " bir ve ben için istiyorum arıyorum merhaba nasıl kursu iş ",
		"br": " e ar me da petra c hoant eus gant labour demat klask o ",
	}
	for _, l := range []string{"en", "es", "pt", "tr", "br"} {
		n := 0
		for _, w := range strings.Fields(hear.Fold(words)) {
			if strings.Contains(lists[l], " "+w+" ") {
				n++
			}
		}
		if n > most {
			best, most = l, n
		}
	}
	for _, r := range words {
		if r >= 0x400 && r < 0x500 {
			return "uk"
		}
		if r >= 0x600 && r < 0x700 {
			return "ar"
		}
	}
	return best
}
