package engine

import "frontdesk/bot"

// invite asks a partner beside the lead, with the person's agreement, or ends an invitation. The lead
// stays the lead, and the owner the only one who speaks.
func (t *turn) invite(ev bot.Invited) {
	if ev.To == "" {
		t.s.Case.Beside = ""
		t.reply(codeUninvited)
		t.mirror(codeUninvited, "")
		return
	}
	to := t.another(ev.To, ev.Consent)
	if to == nil {
		return
	}
	t.s.Case.Beside = bot.StructureID(to.ID)
	t.note(bot.DeedInvited)
	t.reply(codeInvited)
	t.mirror(codeInvited, "")
	t.speak(bot.Say{Text: t.textNaming("engine.invited", to.Name)})
}

// textNaming is a text in which {structure} is somebody else than whose case it is.
func (t *turn) textNaming(id, structure string) string {
	return t.live.texts[textKey{t.s.Language, t.kind, id}].render(func(name string) string {
		if name == "structure" {
			return structure
		}
		return t.value(name, t.s.Answers)
	})
}

// misrouted notes that the row which sent the case here was wrong. It changes nothing.
func (t *turn) misrouted() {
	t.trace.Class, t.trace.Row, t.trace.Again = "misrouted", t.s.Case.Row, true
	t.reply(codeMisrouted)
	t.mirror(codeMisrouted, "")
}

// redact takes words out of the log, and does not let those go that are still held.
func (t *turn) redact(ev bot.Redacted) {
	t.unhold(ev.Message)
	t.trace.Class = "redacted"
	t.note(bot.DeedRedacted)
	t.cutOut = ev.Seqs
	t.reply(codeRedacted)
}
