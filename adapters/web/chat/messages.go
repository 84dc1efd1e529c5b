package chat

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/render"
)

// Longest is how many characters one message may have.
const Longest = 4000

// open starts a conversation: the person has the page before them.
func (c *Chat) open(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var hello struct {
		Language string `json:"language"`
		Shared   bool   `json:"shared"`
		Entry    string `json:"entry"`
	}
	if err := c.allowAddress(r); err != nil {
		return err
	}
	if err := web.ReadJSON(w, r, web.MaxBody, &hello); err != nil {
		return err
	}
	if len(hello.Language) > 35 || len(hello.Entry) > 40 || !utf8.ValidString(hello.Entry) {
		return web.Refusal{Status: http.StatusBadRequest}
	}
	if err := c.allow(ctx, "web-open", c.address(r), openRate, openBurst); err != nil {
		return err
	}
	token := secret()
	who := visitor{key: hash(token)}
	var err error
	if who.conversation, err = c.Door.Open(ctx, who.leg()); err != nil {
		return fmt.Errorf("open conversation: %w", err)
	}
	life := tokenLife
	if hello.Shared {
		life = sharedLife
	}
	if err := c.Refs.SetRef(ctx, tokenRef, who.key, "", string(who.conversation), life); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	arrived := bot.Arrived{Language: hello.Language, Entry: hello.Entry, Shared: hello.Shared}
	if err := c.Door.Take(ctx, who.input("@arrived", arrived)); err != nil {
		return fmt.Errorf("arrive: %w", err)
	}
	web.WriteJSON(w, http.StatusCreated, map[string]string{"conversation": who.alias(), "token": token})
	return nil
}

// share shortens the token's life and tells the conversation why.
func (c *Chat) share(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := c.admit(r)
	if err != nil {
		return err
	}
	if err := c.Refs.SetRef(ctx, tokenRef, who.key, who.value, who.value, sharedLife); err != nil {
		return fmt.Errorf("shorten token: %w", err)
	}
	if err := c.Door.Take(ctx, who.input("@shared", bot.Arrived{Shared: true})); err != nil {
		return fmt.Errorf("share: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// A message is what a person sends: words, or one of the options that were shown.
type message struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Option string `json:"option"`
}

// take accepts a message; it answers 202 only once the message cannot be lost any more.
func (c *Chat) take(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who, err := c.admit(r)
	if err != nil {
		return err
	}
	var m message
	if err := web.ReadJSON(w, r, web.MaxBody, &m); err != nil {
		return err
	}
	event, err := m.event()
	if err != nil {
		return err
	}
	if err := c.allow(ctx, "web-message", who.key, tokenRate, tokenBurst); err != nil {
		return err
	}
	in := who.input(m.ID, event)
	err = c.Door.Take(ctx, in)
	c.Log.DebugContext(ctx, "chat: message", "input", in.Mark(), "error", err)
	if err != nil {
		return fmt.Errorf("take message, input %s: %w", in.Mark(), err)
	}
	web.WriteJSON(w, http.StatusAccepted, map[string]string{"id": m.ID})
	return nil
}

// event checks a message and says what happened.
func (m message) event() (bot.Event, error) {
	text := render.Typed(m.Text)
	switch {
	case !validID(m.ID):
		return nil, refuse(http.StatusBadRequest, "Il manque au message un identifiant de 1 à 64 lettres, chiffres, tirets.")
	case m.Option != "" && m.Text != "":
		return nil, refuse(http.StatusBadRequest, "Envoyez un texte ou une option, pas les deux.")
	case m.Option != "":
		return chose(m.Option)
	case strings.TrimFunc(text, render.Blank) == "":
		return nil, refuse(http.StatusBadRequest, "Votre message est vide. Écrivez quelques mots.")
	case utf8.RuneCountInString(text) > Longest:
		return nil, refuse(http.StatusRequestEntityTooLarge,
			"Votre message est trop long : 4 000 caractères au plus. Raccourcissez-le, ou envoyez-le en plusieurs fois.")
	}
	return bot.Said{Text: bot.Words(text)}, nil
}

// chose reads "<ask>.<option>"; the ask may itself contain dots, an option's id has none.
func chose(id string) (bot.Event, error) {
	dot := strings.LastIndexByte(id, '.')
	if dot < 0 || dot == len(id)-1 || len(id) > 200 || !utf8.ValidString(id) {
		return nil, refuse(http.StatusBadRequest, "Cette option n'existe pas. Choisissez-en une autre, ou écrivez votre réponse.")
	}
	return bot.Chose{Ask: bot.AskID(id[:dot]), Option: id[dot+1:]}, nil
}

func validID(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

func refuse(status int, sentence string) error {
	return web.Refusal{Status: status, Sentence: sentence}
}
