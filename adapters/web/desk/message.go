package desk

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

// Messages gives the sound of what a caller recorded, to whom may hear it; bot.ErrNotFound otherwise. part
// is true for what follows the beginning.
type Messages interface {
	Message(ctx context.Context, by bot.Counsellor, id bot.ConversationID, part bool) (bot.Attachment, []byte, error)
}

// listen plays the recorded message of a case. Nobody stores it on the way.
func (d *Desk) listen(w http.ResponseWriter, r *http.Request) {
	me := web.Signed(r)
	card, err := d.find(r.Context(), me, r.PathValue("dossier"))
	if err != nil {
		d.failed(w, r, "find a case", err)
		return
	}
	if d.Messages == nil {
		d.missing(w, r)
		return
	}
	message, sound, err := d.Messages.Message(r.Context(), me, card.Conversation, furtherOn(r))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		d.stop(w, r, http.StatusNotFound, "Il n'y a pas de message vocal ici, ou il n'est plus gardé.")
		return
	case err != nil:
		d.failed(w, r, "play a recorded message", err)
		return
	}
	kind := message.Kind
	if !strings.HasPrefix(kind, "audio/") {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", "inline")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sound))
}

// furtherOn says whether a player asks for more of what it has begun: it asks for a range that does not
// begin with the first byte.
func furtherOn(r *http.Request) bool {
	asked := r.Header.Get("Range")
	return asked != "" && !strings.HasPrefix(asked, "bytes=0-")
}

// audible is where the message of a case is heard, or "".
func (d *Desk) audible(brief bot.Brief, dossier string, may bool) string {
	if d.Messages == nil || brief.Message == nil || !may || !d.Now().Before(brief.Message.Until) {
		return ""
	}
	return "/desk/cases/" + dossier + "/message"
}
