package engine

// engineIDs are the engine's own texts: every language served has them, or falls back.
var engineIDs = []string{
	"engine.relance", "engine.noted", "engine.nothing", "engine.masked", "engine.gave_up", "engine.yes", "engine.no",
	"engine.check.postcode", "engine.check.phone", "engine.check.email", "engine.check.number", "engine.check.text", "engine.check.choice",
	"engine.hear.calm", "engine.hear.resume", "engine.hear.propose",
	"engine.place.which", "engine.place.said", "engine.place.other", "engine.place.commune",
	"engine.back", "engine.back.none", "engine.restart", "engine.help", "engine.late", "engine.stop",
	"engine.language", "engine.language.fr", "engine.language.en", "engine.language.done",
	"engine.tongue", "engine.tongue.yes", "engine.tongue.no",
	"engine.erased", "engine.erased.procedure", "engine.distress", "engine.distress.no", "engine.sensitive", "engine.safety.unread",
	"engine.danger.open", "engine.danger.unstaffed", "engine.danger.closed", "engine.danger.noted", "engine.danger.again", "engine.holiday", "engine.reason.lead", "engine.waiting.promised",
	"engine.waiting.first", "engine.waiting.noted", "engine.waiting.still", "engine.live.still",
	"engine.claimed", "engine.claimed.bare", "engine.released", "engine.transferred", "engine.accepted", "engine.refused", "engine.unanswered", "engine.promised", "engine.promise.late",
	"engine.contact.phone", "engine.contact.sms", "engine.contact.mail", "engine.contact.desk",
	"engine.finished", "engine.finished.safety", "engine.finished.unreachable", "engine.nudge.citizen", "engine.silence", "engine.closed.soft",
	"engine.reopen", "engine.reopen.new", "engine.reopen.human", "engine.resume", "engine.resume.need", "engine.thanks", "engine.hello",
	"engine.fallback", "engine.unplayed", "engine.soon", "engine.wait.unknown", "engine.card.expired", "engine.card.none",
	"engine.menu.voice",
	"engine.edited", "engine.file", "engine.file.voice", "engine.number.unasked", "engine.number.other", "engine.invited", "engine.desk.away",
	"engine.card.source", "engine.command.human", "engine.command.stop", "engine.command.erase", "engine.command.data", "engine.command.back",
	"engine.command.repeat", "engine.command.restart", "engine.command.help", "engine.command.language",
	"engine.mail.offer", "engine.mail.no", "engine.mail.ask", "engine.mail.again", "engine.mail.without", "engine.mail.sent_again", "engine.mail.wrong", "engine.mail.proved", "engine.mail.none",
	"engine.mail.code", "engine.mail.recap", "engine.mail.recap.bare", "engine.mail.answer", "engine.mail.appointment",
	"engine.advice.ecrit", "engine.advice.lsf", "engine.advice.lire", "engine.advice.langue",
}
