package web

import "net/http"

// Sentence is what a person reads when something is refused with a status.
func Sentence(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "La demande n'est pas lisible. Réessayez, merci."
	case http.StatusUnauthorized:
		return "Votre session n'est plus ouverte. Recommencez, merci."
	case http.StatusForbidden:
		return "Vous n'avez pas accès à cette page."
	case http.StatusNotFound:
		return "Cette page n'existe pas ou n'existe plus."
	case http.StatusMethodNotAllowed:
		return "Cette adresse ne s'utilise pas ainsi."
	case http.StatusConflict:
		return "Une autre personne a été plus rapide. Rechargez la page, merci."
	case http.StatusRequestEntityTooLarge:
		return "C'est trop long pour nous. Raccourcissez, ou envoyez en plusieurs fois."
	case http.StatusUnsupportedMediaType:
		return "La demande doit être en JSON."
	case http.StatusMisdirectedRequest:
		return "Cet essai ne répond que sur cette machine : utilisez http://localhost."
	case http.StatusTooManyRequests:
		return "Trop de messages d'un coup. Attendez quelques secondes, puis réessayez."
	case http.StatusServiceUnavailable:
		return "Désolé, votre dernier message n'est pas arrivé. Renvoyez-le, merci."
	}
	return "Désolé, le problème vient de nous. Réessayez dans quelques minutes."
}
