package flow

// The shapes of the bundle's files. They are read, never changed.
var (
	proseShape  = one(prose)
	phraseShape = one(phrase)
	wordShape   = one(word)
	wordsShape  = listOf(phraseShape)
	idsShape    = listOf(wordShape)
	spanShape   = one(span)
	truthShape  = one(truth)
	wholeShape  = one(whole)
	dayShape    = one(day)
	whenShape   = pairsOf(freeID, one(cell))

	rowShape = listOf(one(cell))

	phoneShape = recordOf(must("text", phraseShape), must("tel", wordShape))

	territoriesShape = tableOf("territoire", digitID, recordOf(must("name", phraseShape), must("in", phraseShape),
		may("departements", idsShape), may("communes", listOf(phraseShape)), may("coordinator", wordShape), may("crip", phoneShape)))

	delaysShape = recordOf(may("pickup", spanShape), may("call", spanShape), may("owner", spanShape), may("citizen", spanShape),
		may("dated", wholeShape), may("reopen", spanShape), may("hold", spanShape), may("follow", spanShape))

	languagesShape = listOf(wordShape)
	receivedShape  = pairsOf(freeID, phraseShape)

	// campaignsShape is what a word on a poster says of whoever writes it.
	campaignsShape = tableOf("campagne", dashedID, pairsOf(freeID, wordShape))

	bundleShape = recordOf(
		must("format", wholeShape),
		must("region", wordShape),
		must("service", phraseShape),
		may("demonstration", truthShape),
		may("banner", phraseShape),
		may("source", wordShape),
		may("languages", languagesShape),
		may("received", receivedShape),
		must("start", wordShape),
		may("zone", wordShape),
		may("line", phoneShape),
		may("territories", territoriesShape),
		may("delays", delaysShape),
		may("busy", wholeShape),
		may("campaigns", campaignsShape),
		may("reprompt", recordOf(
			may("no_match", listOf(oneOf("rephrase", "list", "human"))),
			may("no_input", recordOf(may("voice", listOf(spanShape)), may("chat", listOf(spanShape)), may("sms", listOf(spanShape)))),
			may("expire", spanShape))),
		may("moved", pairsOf(freeID, wordShape)),
	)

	regionShape = recordOf(
		may("service", phraseShape),
		may("demonstration", truthShape),
		may("banner", phraseShape),
		may("languages", languagesShape),
		may("zone", wordShape),
		may("line", phoneShape),
		may("territories", territoriesShape),
		may("delays", delaysShape),
		may("busy", wholeShape),
		may("campaigns", campaignsShape),
	)

	answerShape = recordOf(
		must("type", oneOf("choice", "yesno", "postcode", "phone", "mobile", "email", "number", "text")),
		must("keep", oneOf("session", "case", "never")),
		may("sensitive", truthShape),
		may("label", phraseShape),
		may("as", oneOf("need", "public", "adaptation", "contact", "consent", "useful", "network", "reason", "card", "offer", "structure", "follow", "job", "theme", "message")),
	)

	optionShape = recordOf(
		must("text", proseShape),
		may("voice", proseShape),
		may("sms", proseShape),
		may("range", wordShape),
		may("also", wordsShape),
		may("only", whenShape),
		may("sets", pairsOf(freeID, wordShape)),
		may("then", wordShape),
	)

	variantShape = recordOf(
		must("when", whenShape),
		may("say", proseShape),
		may("ask", proseShape),
		may("text", proseShape),
		may("voice", proseShape),
		may("sms", proseShape),
		may("retry", proseShape),
	)

	handoffShape = recordOf(
		must("to", wordShape),
		must("mode", oneOf("direct", "referral", "dated")),
		may("wait", spanShape),
		may("urgent", whenShape),
		may("brief", idsShape),
	)

	stepShape = recordOf(
		may("say", proseShape),
		may("ask", proseShape),
		may("if", listOf(recordOf(must("when", whenShape), must("then", wordShape)))),
		may("else", wordShape),
		may("route", wordShape),
		may("call", wordShape),
		may("handoff", handoffShape),
		may("end", wordShape),
		may("text", proseShape),
		may("voice", proseShape),
		may("sms", proseShape),
		may("answer", wordShape),
		may("budget", oneOf("triage", "contact")),
		may("optional", truthShape),
		may("ask_again", truthShape),
		may("check", recordOf(may("min", wholeShape), may("max", wholeShape), must("error", proseShape))),
		may("retry", proseShape),
		may("why", proseShape),
		may("variants", tableOf("variante", plainID, variantShape)),
		may("options", tableOf("choix", plainID, optionShape)),
		may("card", wordShape),
		may("link", wordShape),
		may("send", wordShape),
		may("no_match", idsShape),
		may("on", recordOf(may("closed", wordShape), may("unstaffed", wordShape), may("timeout", wordShape), may("over", wordShape))),
		may("then", wordShape),
	)

	interruptShape = recordOf(
		must("priority", wholeShape),
		must("do", oneOf("human", "stop", "erase", "data", "back", "repeat", "restart", "help", "language", "why", "opinion")),
		may("key", wordShape),
		may("words", wordsShape),
		may("text", proseShape),
		may("voice", proseShape),
		may("sms", proseShape),
		may("retry", proseShape),
		may("then", wordShape),
	)

	flowShape = recordOf(
		must("flow", wordShape),
		must("title", phraseShape),
		must("start", wordShape),
		may("answers", tableOf("réponse", plainID, answerShape)),
		must("steps", tableOf("étape", plainID, stepShape)),
		may("interrupts", tableOf("commande", plainID, interruptShape)),
	)

	tableShape = recordOf(
		may("title", phraseShape),
		must("columns", idsShape),
		must("sets", idsShape),
		must("rows", &shape{is: rows, each: rowShape}),
	)

	routingShape = recordOf(
		may("tables", tableOf("table", plainID, tableShape)),
		may("reasons", tableOf("raison", plainID, proseShape)),
	)

	saidShape = pairsOf(freeID, wordsShape)

	lexiconShape = recordOf(
		may("families", tableOf("famille", plainID, saidShape)),
		must("needs", tableOf("besoin", dashedID, recordOf(meaningFields()...))),
		must("publics", tableOf("public", dashedID, recordOf(meaningFields()...))),
		may("traits", tableOf("trait", dashedID, recordOf(append([]field{must("of", wordShape)}, meaningFields()...)...))),
		must("verdicts", recordOf(must("columns", idsShape), must("rows", &shape{is: rows, each: rowShape}))),
	)

	examplesShape = recordOf(must("examples", pairsOf(dashedID, wordsShape)))

	cardShape = recordOf(
		must("title", proseShape),
		must("text", proseShape),
		may("sms", proseShape),
		may("voice", proseShape),
		must("source", phraseShape),
		may("url", wordShape),
		must("checked", dayShape),
		must("expires", dayShape),
		may("owner", phraseShape),
		may("demonstration", truthShape),
		may("nothing", truthShape),
		may("routes", recordOf(must("school", proseShape), must("apprenticeship", proseShape),
			must("training", proseShape), must("vae", proseShape))),
	)

	cardsShape = recordOf(must("cards", tableOf("carte", plainID, cardShape)))

	networksShape = recordOf(must("networks", tableOf("réseau", dashedID,
		recordOf(must("name", phraseShape), may("was", wordsShape)))))

	structureShape = recordOf(
		must("name", phraseShape),
		must("network", wordShape),
		may("lead", truthShape),
		must("territories", idsShape),
		must("offers", listOf(recordOf(must("id", wordShape), must("from", dayShape), may("to", dayShape)))),
		must("hours", wordShape),
		may("delay", wholeShape),
		may("quota", wholeShape),
		may("fallback", idsShape),
		must("contacts", listOf(oneOf("phone", "sms", "mail", "desk", "place", "video"))),
		may("address", phraseShape),
		may("phone", phoneShape),
		may("mail", wordShape),
		may("demonstration", truthShape),
	)

	structuresShape = recordOf(must("structures", tableOf("structure", dashedID, structureShape)))

	spansShape = listOf(recordOf(must("from", one(moment)), must("to", one(moment)), may("say", phraseShape)))

	queueShape = recordOf(queueFields()...)

	hoursShape = recordOf(
		may("holidays", wordShape),
		may("queues", tableOf("file", dashedID, queueShape)),
	)

	safetyShape = recordOf(
		must("owner", phraseShape),
		must("reviewed", dayShape),
		may("on_call", truthShape),
		must("numbers", tableOf("numéro", digitID, recordOf(must("label", phraseShape),
			may("always", truthShape), may("sms", truthShape), may("quiet", truthShape)))),
		must("dangers", tableOf("danger", plainID, recordOf(
			may("title", phraseShape),
			must("grade", oneOf("immediate", "distress", "sensitive")),
			must("numbers", idsShape),
			may("words", wordsShape),
			may("denied", wordShape),
			may("past", wordShape),
			may("minor", wordShape),
			may("adult", wordShape),
			must("text", proseShape),
			may("voice", proseShape),
			may("sms", proseShape),
			may("reread", pairsOf(freeID, recordOf(must("by", phraseShape), must("on", dayShape), may("hash", wordShape))))))),
		may("procedure", tableOf("étape", plainID, recordOf(must("text", phraseShape), may("call", wordShape)))),
		may("hearing", tableOf("langue", dashedID, hearingShape)),
	)

	// hearingShape is the words in which one language speaks of danger: see flows/README.md.
	hearingShape = recordOf(
		may("skip", phraseShape), may("deny", phraseShape), may("no_more", phraseShape), may("deny_with", phraseShape), may("harmless", phraseShape),
		may("years", phraseShape), may("since", phraseShape), may("mine", phraseShape), may("ordinary", phraseShape),
		may("classes", pairsOf(plainID, phraseShape)),
		may("idioms", wordsShape), may("about", wordsShape), may("past", wordsShape), may("over", wordsShape),
		may("minor", wordsShape), may("adult", wordsShape),
		must("dangers", tableOf("danger", plainID, recordOf(
			may("now", wordsShape), may("done", wordsShape), may("mention", wordsShape), may("hint", wordsShape)))),
	)

	// messagesShape is for translations: they are stored here and read by package locales.
	messagesShape = &shape{is: table, ids: freeID, each: recordOf(
		may("description", phraseShape), may("hash", wordShape),
		may("reread", recordOf(must("by", phraseShape), must("on", dayShape))), may("zero", proseShape), may("one", proseShape),
		may("two", proseShape), may("few", proseShape), may("many", proseShape), may("other", proseShape))}
)

// meaningFields are the keys of whatever people may mean.
func meaningFields() []field {
	return []field{may("weight", wholeShape), must("words", saidShape), may("except", saidShape), may("unless", saidShape), may("sets", pairsOf(freeID, wordShape)),
		may("do", oneOf("human", "resume", "calm")), may("insult", truthShape)}
}

// weekdays are the keys of a queue's hours, Monday first.
func weekdays() []string { return []string{"lun", "mar", "mer", "jeu", "ven", "sam", "dim"} }

// queueFields are the keys of a queue: every day, and every run of days such as lun-ven.
func queueFields() []field {
	fields := []field{may("title", phraseShape), may("like", wordShape), may("always", truthShape)}
	days := weekdays()
	for i := range days {
		for j := len(days) - 1; j > i; j-- {
			fields = append(fields, may(days[i]+"-"+days[j], one(opening)))
		}
		fields = append(fields, may(days[i], one(opening)))
	}
	return append(fields, may("on_holidays", truthShape), may("close", spansShape), may("open", spansShape))
}
