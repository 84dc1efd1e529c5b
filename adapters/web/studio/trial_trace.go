package studio

import (
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A mark is one thing that a turn went through, and where to change it.
type mark struct{ Text, Link string }

// traced says what became of the last line: what was understood, what decided, where it stands now.
func traced(b *flow.Bundle, t turn, now bot.Session) []mark {
	if t.Line == "" {
		return nil
	}
	var all []mark
	if text := understood(b, t, now); text != "" {
		all = append(all, mark{Text: text})
	}
	for _, p := range t.Passed {
		if p.Row > 0 {
			all = append(all, mark{"ligne " + itoa(p.Row) + " de la table « " + b.Tables[p.Step.Table].Title + " »", "/studio/tables/" + p.Step.Table})
		}
	}
	for _, id := range t.Trace.Cards {
		all = append(all, mark{"carte « " + cardTitle(b, id) + " »", "/studio/fiches/cards/" + id})
	}
	if why := lacks(t.Trace.Lacking); why != "" {
		all = append(all, mark{Text: why})
	}
	if b.Steps[now.Step] != nil {
		all = append(all, mark{"étape « " + now.Step + " »", linkTo(now.Step)})
	}
	return all
}

// understood is the class of an answer in words.
func understood(b *flow.Bundle, t turn, now bot.Session) string {
	kind, what, _ := strings.Cut(t.Trace.Class, ":")
	step := b.Steps[t.Trace.Step]
	name := func() string {
		if step == nil || b.Answers[step.Answer] == nil {
			return "la réponse"
		}
		if label := b.Answers[step.Answer].Label; label != "" {
			return label
		}
		return step.Answer
	}
	switch kind {
	case "option":
		return "compris : " + name() + " = " + optionLabel(b, step, what)
	case "value":
		if step != nil && now.Answers.Get(step.Answer) != "" {
			return "compris : " + name() + " = " + now.Answers.Get(step.Answer)
		}
		return "compris : " + name()
	case "skip":
		return "passé : " + name()
	case "no_match":
		return "pas compris : " + map[string]string{"rephrase": "la question est dite autrement", "list": "la liste est redite", "human": "une personne est proposée"}[what]
	case "invalid":
		return "réponse hors bornes"
	case "command":
		return "commande « " + what + " »"
	case "danger":
		return "danger reconnu : " + what
	case "filled", "meant":
		return "compris dans la phrase" + strings.TrimRight(" : "+what, ": ")
	case "no_input", "timer":
		return "silence"
	case "fallback":
		return "panne : le service s'excuse et garde le dossier"
	case "arrived":
		return ""
	}
	return "classe : " + t.Trace.Class
}

// optionLabel is an option as people read it.
func optionLabel(b *flow.Bundle, step *flow.Step, id string) string {
	if step != nil {
		for _, o := range step.Options {
			if text := b.Texts[step.ID+"."+o.ID].Text; o.ID == id && text != "" {
				return text
			}
		}
	}
	return id
}

func cardTitle(b *flow.Bundle, id string) string {
	if text := b.Texts["card."+id+".title"].Text; text != "" {
		return text
	}
	return id
}

// lacks says why there was no information to give.
func lacks(code string) string {
	kind, card, _ := strings.Cut(code, ":")
	switch kind {
	case "nothing":
		return "aucune information à donner : question sans réponse"
	case "expired":
		return "la carte « " + card + " » est périmée : elle n'est pas dite"
	}
	return ""
}
