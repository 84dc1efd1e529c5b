package chat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// code gives a person the resume code of their conversation. It is in this answer and nowhere else.
func (c *Chat) code(w http.ResponseWriter, r *http.Request) error {
	if c.Codes == nil {
		return bot.ErrNotFound
	}
	ctx := r.Context()
	who, err := c.admit(r)
	if err != nil {
		return err
	}
	if err := c.allow(ctx, "web-code", string(who.conversation), codeRate, codeBurst); err != nil {
		if errors.Is(err, bot.ErrTooMany) {
			return tooMany("Vous avez déjà demandé plusieurs codes. Attendez une minute, puis réessayez.")
		}
		return err
	}
	code, until, err := c.Codes.Issue(ctx, who.conversation)
	if err != nil {
		return fmt.Errorf("make a resume code: %w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	web.WriteJSON(w, http.StatusCreated, map[string]string{"code": code, "until": until.UTC().Format(time.RFC3339)})
	return nil
}

// resume lets the conversation of a code go on in this browser. Should the process die before the
// answer, the code has been used and the person asks for another, where they began.
func (c *Chat) resume(w http.ResponseWriter, r *http.Request) error {
	if c.Codes == nil {
		return bot.ErrNotFound
	}
	ctx := r.Context()
	var asked struct {
		Code   string `json:"code"`
		Shared bool   `json:"shared"`
	}
	if err := c.allowAddress(r); err != nil {
		return err
	}
	if err := web.ReadJSON(w, r, web.MaxBody, &asked); err != nil {
		return err
	}
	token := secret()
	who := visitor{key: hash(token), resumed: true}
	id, err := c.Codes.Join(ctx, c.address(r), asked.Code, who.leg())
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return refuse(http.StatusNotFound, "Ce code n'est pas bon, ou il a déjà servi. Vérifiez-le, ou demandez-en un autre.")
	case errors.Is(err, bot.ErrTooMany):
		return tooMany("Trop d'essais. Attendez une minute, puis réessayez.")
	case err != nil:
		return fmt.Errorf("resume: %w", err)
	}
	who.conversation = id
	life := tokenLife
	if asked.Shared {
		life = sharedLife
	}
	if err := c.Refs.SetRef(ctx, tokenRef, who.key, "", kept(id, c.came(ctx, who)), life); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	c.leave(r, who)
	w.Header().Set("Cache-Control", "no-store")
	web.WriteJSON(w, http.StatusCreated, map[string]string{"conversation": who.alias(), "token": token})
	return nil
}

func tooMany(sentence string) error {
	return web.Refusal{Status: http.StatusTooManyRequests, Sentence: sentence, After: time.Minute}
}

// lookFor bounds the search for where somebody came in.
const lookFor = 2500 * time.Millisecond

// came is the entry before the one with which a visitor came: what was said before is not read back to
// whoever brings a code (service.md §3). Where that turn is not played yet, all that is there is before.
func (c *Chat) came(ctx context.Context, who visitor) (seq int64) {
	ctx, stop := context.WithTimeout(ctx, lookFor)
	defer stop()
	for {
		entries, err := c.Door.Follow(ctx, who.conversation, seq)
		if err != nil || len(entries) == 0 {
			return seq
		}
		for _, e := range entries {
			if e.Input != nil && e.Input.Leg.Peer == who.leg().Peer {
				return e.Seq - 1
			}
			seq = e.Seq
		}
	}
}

// leave ends the conversation's part in this browser that it showed so far.
func (c *Chat) leave(r *http.Request, who visitor) {
	before, err := c.visitor(r)
	if err != nil || before.ended {
		return
	}
	ctx := context.WithoutCancel(r.Context())
	if before.conversation != who.conversation {
		err = c.Door.Take(ctx, before.input("@moved", bot.HungUp{Moved: true}))
	}
	if err = errors.Join(err, c.Refs.DropRef(ctx, tokenRef, before.key)); err != nil {
		c.Log.InfoContext(ctx, "chat: a conversation was left, and does not know", "error", err)
	}
}
