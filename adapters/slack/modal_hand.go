package slack

import (
	"slices"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// What is asked of the person before anybody else sees their case.
const (
	agreed    = "La personne est d'accord pour que ses réponses soient transmises."
	mustAgree = "Il faut l'accord de la personne."
)

// transferForm hands a case to another structure, with the person's agreement.
func (d *Desk) transferForm() form {
	return form{verb: desk.Transfer, title: "Transférer", submit: "Transférer",
		fields: func(card bot.Card) []slack.Block {
			return []slack.Block{
				selecting("structure", "Structure", d.others(card.Structure)),
				writing("reason", "Raison, en une phrase", ""),
				agreeing("consent", "Accord", agreed),
			}
		},
		read: func(by bot.Counsellor, card bot.Card, in fields) (bot.Event, map[string]string) {
			to, reason, faults := in.choice("structure"), in.text("reason"), map[string]string{}
			if !d.exists(to) || to == string(card.Structure) {
				faults["structure"] = "Choisissez une structure."
			}
			if reason == "" {
				faults["reason"] = "Écrivez la raison en une phrase."
			}
			if !in.ticked("consent") {
				faults["consent"] = mustAgree
			}
			return bot.Transferred{By: by.ID, To: bot.StructureID(to), Reason: bot.Words(reason), Consent: true}, faults
		}}
}

// nobody is the choice that ends an invitation.
const nobody = "-"

// inviteForm asks a partner beside the lead, or ends that.
func (d *Desk) inviteForm() form {
	return form{verb: desk.Invite, title: "Inviter un partenaire", submit: "Enregistrer",
		fields: func(card bot.Card) []slack.Block {
			list := d.others(card.Structure)
			if card.Beside != "" {
				list = slices.Insert(list, 0, bot.Choice{ID: nobody, Label: "Personne : l'invitation se termine"})
			}
			consent := agreeing("consent", "Accord", agreed)
			consent.Optional = card.Beside != ""
			return []slack.Block{selecting("structure", "Structure", list), consent}
		},
		read: func(by bot.Counsellor, card bot.Card, in fields) (bot.Event, map[string]string) {
			to := in.choice("structure")
			switch {
			case to == nobody:
				return bot.Invited{By: by.ID}, nil
			case !d.exists(to) || to == string(card.Structure):
				return nil, map[string]string{"structure": "Choisissez une structure."}
			case !in.ticked("consent"):
				return nil, map[string]string{"consent": mustAgree}
			}
			return bot.Invited{By: by.ID, To: bot.StructureID(to), Consent: true}, nil
		}}
}

// The two forms of a canned reply: which one, then its text, which can be changed.
const (
	cannedChoice = "canned"
	cannedText   = "canned_text"
)

func (d *Desk) cannedForm() form {
	return form{verb: desk.Reply, title: "Réponse préparée", submit: "Voir le texte",
		fields: func(bot.Card) []slack.Block {
			var list []bot.Choice
			for _, a := range d.Answers() {
				list = append(list, bot.Choice{ID: titleID(a.Title), Label: a.Title})
			}
			return []slack.Block{selecting("answer", "Réponse", list)}
		}}
}

func (d *Desk) cannedTextForm() form {
	return form{verb: desk.Reply, title: "Réponse préparée", submit: "Envoyer",
		fields: func(bot.Card) []slack.Block { return []slack.Block{writing("text", "Message à la personne", "")} },
		read: func(by bot.Counsellor, _ bot.Card, in fields) (bot.Event, map[string]string) {
			text := in.text("text")
			if text == "" {
				return nil, map[string]string{"text": "Écrivez d'abord un message."}
			}
			return bot.Replied{By: by.ID, Text: bot.Words(text)}, nil
		}}
}

// cannedChosen shows the text of the reply that was chosen. Nothing is kept yet.
func (d *Desk) cannedChosen(card bot.Card, from origin, in fields) answer {
	for _, a := range d.Answers() {
		if titleID(a.Title) == in.choice("answer") {
			f := d.cannedTextForm()
			f.fields = func(bot.Card) []slack.Block {
				return []slack.Block{writing("text", "Message à la personne", a.Text)}
			}
			view := f.view(cannedText, card, from)
			return answer{body: slack.NewUpdateViewSubmissionResponse(&view)}
		}
	}
	return answer{body: slack.NewErrorsViewSubmissionResponse(map[string]string{"answer": "Cette réponse n'existe plus. Choisissez-en une autre."})}
}

// titleID is a title as the value of an option, which may be 75 characters long.
func titleID(title string) string { return clip(title, maxOption) }
