package slack

import (
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

func TestTheDeskIsAChannel(t *testing.T) {
	s := newStage(t, WordsDM)
	bottest.TestChannel(t, s.d, s.log)
	link := newStage(t, WordsLink)
	bottest.TestChannel(t, link.d, link.log)
}

func TestACardSaysCodesAndWhatWasPromised(t *testing.T) {
	s := newStage(t, WordsDM)
	card := waiting()
	card.Adaptation, card.Urgent, card.Procedure, card.Hops = "ecrit", true, "open", 1
	s.give(s.to(theDesk(), bot.Post{Card: card}))
	m := s.only("accueil-regional-35")
	s.wants(m.Text(), "🚨 URGENT · OR-7F3K-9Q2M-4 · Trouver une formation", "Public : Jeune de 16 à 25 ans · Territoire : Ille-et-Vilaine",
		"Langue : français · Adaptation : échanger par écrit", "✈️ Telegram · depuis 10 h 42 · à prendre avant 10 h 47", "Déjà transmis une fois",
		"Procédure danger ouverte", "[Prendre] [Aperçu] [Transférer… | Signaler un mauvais aiguillage]")
	s.wants(m.Mrkdwn, "URGENT", "OR-7F3K-9Q2M-4", "à prendre avant 10 h 47")
}

func TestACardIsUpdatedAsTheCaseGoesOn(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	first := s.only("accueil-regional-35")
	s.give(s.to(theDesk(), bot.Post{Card: taken()}))
	m := s.only("accueil-regional-35")
	s.wants(m.Text(), "👤 Pris par Anna", "[Aperçu]")
	s.lacks(m.Text(), "[Prendre]", "à prendre avant")
	owed := taken()
	owed.Life, owed.Mode, owed.Due = bot.Promised, bot.Dated, time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)
	s.give(s.to(theDesk(), bot.Post{Card: owed}))
	s.wants(s.only("accueil-regional-35").Text(), "réponse avant lundi 7 décembre, 9 h")
	owed.Life, owed.Outcome, owed.Owner = bot.Closed, "answered", ""
	s.give(s.to(theDesk(), bot.Post{Card: owed}))
	m = s.only("accueil-regional-35")
	s.wants(m.Text(), "✔️ Terminé : Réponse donnée")
	s.lacks(m.Text(), "[")
	if m.TS != first.TS {
		t.Error("the card was posted again instead of updated")
	}
	back := waiting()
	back.Dossier = "OR-NEW2-9Q2M-4"
	s.give(s.to(theDesk(), bot.Post{Card: back})) // somebody must see it
	all := s.room("accueil-regional-35")
	if len(all) != 2 {
		t.Fatalf("after it was opened again: %v", texts(all))
	}
	s.wants(all[0].Text(), "✔️ Terminé : Réponse donnée")
	s.lacks(all[0].Text(), "OR-NEW2", "[")
	s.wants(all[1].Text(), "OR-NEW2", "[Prendre]")
}

func TestAMiseEnRelationIsAcceptedOrRefused(t *testing.T) {
	s := newStage(t, WordsDM)
	card := waiting()
	card.Life, card.Mode, card.Queue, card.Structure, card.Due = bot.Referred, bot.Referral, "ml-rennes/35", "ml-rennes", time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)
	s.give(s.to(theDesk(), bot.Post{Card: card}))
	s.wants(s.only("ml-rennes-35").Text(), "mise en relation : réponse avant lundi 7 décembre, 9 h", "[Accepter] [Refuser…] [Aperçu]")
}

func TestACaseThatMovesTakesItsCardAlong(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	moved := waiting()
	moved.Life, moved.Queue, moved.Structure, moved.Hops = bot.Referred, "ml-rennes/35", "ml-rennes", 1
	s.give(s.to(theDesk(), bot.Post{Card: moved}))
	old := s.only("accueil-regional-35")
	s.wants(old.Text(), "Transmis à Mission locale de Rennes.")
	s.lacks(old.Text(), "[", "formation")
	s.wants(s.only("ml-rennes-35").Text(), "[Accepter]", "Déjà transmis une fois")
}

func TestAGuestHasACardInItsOwnRoom(t *testing.T) {
	s := newStage(t, WordsDM)
	card := taken()
	card.Beside = "ml-rennes"
	s.give(s.to(theDesk(), bot.Post{Card: card}))
	guest := s.only("ml-rennes-35")
	s.wants(guest.Text(), "Votre structure est invitée", "[Aperçu]")
	s.lacks(guest.Text(), "Prendre", "Transférer")
	p, err := s.d.memory.conversation(t.Context(), spot{guest.Channel, guest.TS})
	if err != nil || p != (place{caseID, "guest"}) {
		t.Errorf("the guest's card stands for %+v, %v", p, err)
	}
	card.Beside = ""
	s.give(s.to(theDesk(), bot.Post{Card: card}))
	s.wants(s.only("ml-rennes-35").Text(), "L'invitation est terminée.")
	s.lacks(s.only("ml-rennes-35").Text(), "[")
}

func TestACardThatSomebodyDeletedIsPostedAgain(t *testing.T) {
	s := newStage(t, WordsDM)
	s.give(s.to(theDesk(), bot.Post{Card: waiting()}))
	m := s.only("accueil-regional-35")
	if err := s.w.Purge(m.Channel, m.TS); err != nil {
		t.Fatal(err)
	}
	s.give(s.to(theDesk(), bot.Post{Card: taken()}))
	s.wants(s.only("accueil-regional-35").Text(), "👤 Pris par Anna")
}

func TestACaseThatEndsBeforeItsCardIsShownHasNone(t *testing.T) {
	s := newStage(t, WordsDM)
	card := waiting()
	card.Life, card.Outcome = bot.Closed, "abandoned"
	s.give(s.to(theDesk(), bot.Post{Card: card}))
	if n := s.w.Calls("chat.postMessage"); n != 0 {
		t.Errorf("%d posts", n)
	}
}
