package slack

import (
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// finishForm closes a case: an outcome, the structure that a person was sent to, and a day on which
// somebody looks what became of it.
func (d *Desk) finishForm() form {
	return form{verb: desk.Finish, title: "Terminer le dossier", submit: "Terminer",
		fields: func(bot.Card) []slack.Block {
			blocks := []slack.Block{selecting("outcome", "Comment le dossier se termine", desk.Outcomes())}
			if list := d.others(""); len(list) > 0 {
				blocks = append(blocks, optional(selecting("structure", "Structure", list), "Seulement si la personne est orientée vers une structure."))
			}
			return append(blocks, optional(dating("follow", "Revoir le dossier le"), "Le dossier revient ce jour-là dans la file."))
		},
		read: d.readFinish}
}

func (d *Desk) readFinish(by bot.Counsellor, _ bot.Card, in fields) (bot.Event, map[string]string) {
	outcome, to := in.choice("outcome"), in.choice("structure")
	if !desk.Known(desk.Outcomes(), outcome) {
		return nil, map[string]string{"outcome": "Choisissez comment le dossier se termine."}
	}
	switch {
	case outcome != "referred":
		to = ""
	case !d.exists(to):
		return nil, map[string]string{"structure": "Choisissez une structure."}
	}
	event := bot.Finished{By: by.ID, Outcome: outcome, To: bot.StructureID(to)}
	if day := in["follow"].Date; day != "" {
		at, err := d.instant(day, "", "09:00")
		if err != nil || !at.After(d.Now()) {
			return nil, map[string]string{"follow": "Cette date est passée. Donnez un jour à venir."}
		}
		event.Follow = at
	}
	return event, nil
}

// promiseForm announces a dated answer.
func (d *Desk) promiseForm() form {
	return form{verb: desk.Promise, title: "Promettre une réponse", submit: "Annoncer",
		fields: func(bot.Card) []slack.Block {
			hour := slack.NewTimePickerBlockElement("hour")
			return []slack.Block{
				dating("day", "Jour"),
				slack.NewInputBlock("hour", words("Heure"), nil, hour),
				selecting("contact", "Comment la réponse sera donnée", desk.Contacts()),
			}
		},
		read: d.readPromise}
}

func (d *Desk) readPromise(by bot.Counsellor, _ bot.Card, in fields) (bot.Event, map[string]string) {
	faults := map[string]string{}
	var at time.Time
	var err error
	if in["hour"].Hour == "" {
		faults["hour"] = "Donnez une heure."
	} else if at, err = d.instant(in["day"].Date, in["hour"].Hour, ""); err != nil {
		faults["day"] = "Donnez un jour et une heure."
	} else if !at.After(d.Now()) {
		faults["day"] = "Cette date est passée. Donnez un jour et une heure à venir."
	}
	contact := in.choice("contact")
	if !desk.Known(desk.Contacts(), contact) {
		faults["contact"] = "Choisissez comment la réponse sera donnée."
	}
	return bot.Promise{By: by.ID, At: at, Contact: contact}, faults
}

// refuseForm declines a mise en relation.
func (d *Desk) refuseForm() form {
	return form{verb: desk.Refuse, title: "Refuser la demande", submit: "Refuser",
		fields: func(bot.Card) []slack.Block {
			return []slack.Block{
				selecting("reason", "Raison", desk.Refusals()),
				optional(writing("note", "Note pour l'accueil régional", ""), "La personne ne la voit pas."),
			}
		},
		read: func(by bot.Counsellor, _ bot.Card, in fields) (bot.Event, map[string]string) {
			reason := in.choice("reason")
			if !desk.Known(desk.Refusals(), reason) {
				return nil, map[string]string{"reason": "Choisissez une raison."}
			}
			return bot.Refused{By: by.ID, Reason: reason, Note: bot.Words(in.text("note"))}, nil
		}}
}

// procedureForm shows the Procédure danger and records a step of it.
func (d *Desk) procedureForm() form {
	return form{verb: desk.Procedure, title: "Procédure danger", submit: "Noter",
		fields: func(card bot.Card) []slack.Block {
			var blocks []slack.Block
			if measures := d.Procedure(card); len(measures) > 0 {
				blocks = append(blocks, measuresBlock(measures))
			}
			return append(blocks,
				selecting("do", "Étape", d.procedureSteps(card)),
				optional(writing("note", "Qui a fait quoi", ""), "La personne ne le voit pas."))
		},
		read: func(by bot.Counsellor, card bot.Card, in fields) (bot.Event, map[string]string) {
			step, note := in.choice("do"), in.text("note")
			if !desk.Known(d.procedureSteps(card), step) {
				return nil, map[string]string{"do": "Choisissez une étape."}
			}
			for _, m := range d.Procedure(card) {
				if step == measured+m.ID {
					step, note = "called", m.Done(note)
				}
			}
			return bot.Procedure{By: by.ID, Do: step, Note: bot.Words(note)}, nil
		}}
}

// measured stands before the id of a measure that was taken.
const measured = "called:"

// procedureSteps are what can be noted: the procedure as it was opened, each measure, and its end.
func (d *Desk) procedureSteps(card bot.Card) []bot.Choice {
	var steps []bot.Choice
	for _, step := range desk.Steps() {
		if step.ID == "close" {
			for _, m := range d.Procedure(card) {
				steps = append(steps, bot.Choice{ID: measured + m.ID, Label: "Fait : " + m.Text})
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// measuresBlock lists the measures with their numbers, as plain text: nothing in Slack is made live.
func measuresBlock(measures []desk.Measure) slack.Block {
	var lines []string
	for i, m := range measures {
		lines = append(lines, strings.TrimSpace(strconv.Itoa(i+1)+". "+m.Text+" "+m.Number))
	}
	return prose(strings.Join(lines, "\n"))
}
