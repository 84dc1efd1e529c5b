package engine

import (
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// pseudo answers the names in conditions that are no answers: "lieu.departement", "territory",
// "language", "channel", "danger", "staffed", "busy", "pushed", "textable", "convention" and "open:<queue>".
func pseudo(p *Program, answers bot.Answers, name string, scene *Scene) string {
	switch name {
	case "language":
		return scene.Language
	case "channel":
		return scene.Channel
	case "danger":
		return scene.Danger
	case "staffed":
		return ouiNon(scene.Staffed)
	case "busy":
		return ouiNon(scene.Busy)
	case "convention":
		return ouiNon(scene.Convened == nil || scene.Convened(answers.Get(p.as.network), answers.Get(p.as.offer), territory(p, answers)))
	case "pushed":
		return ouiNon(scene.Pushed)
	case "textable":
		return ouiNon(scene.Textable != nil && scene.Textable())
	case "territory":
		code := territory(p, answers)
		if code == "" {
			return ""
		}
		_, served := p.Bundle.Territory(code)
		return ouiNon(served)
	}
	if place, ok := strings.CutSuffix(name, ".departement"); ok {
		return flow.DepartementOf(answers.Get(place))
	}
	if queue, ok := strings.CutPrefix(name, "open:"); ok {
		if inner, ok := strings.CutPrefix(queue, "{"); ok {
			queue = answers.Get(strings.TrimSuffix(inner, "}"))
		}
		return ouiNon(scene.Open != nil && scene.Open(queue))
	}
	return ""
}

func ouiNon(v bool) string {
	if v {
		return "oui"
	}
	return "non"
}

// territory is the one that the place the person gave lies in, or what tells where else that is, or "".
func territory(p *Program, answers bot.Answers) string {
	return p.Bundle.TerritoryOf(answers.Get(p.as.place))
}
