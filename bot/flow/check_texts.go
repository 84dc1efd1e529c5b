package flow

import (
	"maps"
	"slices"
	"strings"
)

// engineFields are the placeholders that the program fills.
func engineFields() []string {
	return []string{"service", "numero_service", "dossier", "structure", "adresse", "telephone", "horaires", "raison",
		"delai", "attente", "prochaine_ouverture", "besoin", "departement", "carte.titre", "carte.texte", "carte.source",
		"carte.date", "carte.etape", "carte.ecole", "carte.apprentissage", "carte.formation", "carte.vae", "rappel_date", "date_ecrite", "duree_message", "conseiller", "regle", "compris",
		"lieux", "lieux_proches", "lieux_theme", "documentation", "portrait", "evenements"}
}

// checkTexts wants every placeholder to be one that can be filled.
func (l *loader) checkTexts() {
	known := append(engineFields(), slices.Collect(maps.Keys(l.b.Answers))...)
	numbers := slices.Collect(maps.Keys(l.b.Safety.Numbers))
	fields := members(known)
	digits := members(numbers)
	for id, text := range l.b.Texts {
		if !strings.ContainsAny(text.Text, "{}") || strings.HasSuffix(id, ".also") || strings.HasSuffix(id, ".words") {
			continue
		}
		step := l.stepOf(id)
		names, fine := placeholders(text.Text)
		switch {
		case strings.Contains(text.Text, "{{"):
			l.codedIn(BadBrace, step, text.Pos, `"{{" n'est pas admis : écrivez {nom}, avec une seule accolade`)
			continue
		case !fine:
			l.codedIn(BadBrace, step, text.Pos, "une accolade est seule dans le texte : on écrit {nom}")
			continue
		}
		for _, name := range names {
			switch {
			case fields[name] || digits[name]:
			case name == "options" && !strings.HasSuffix(id, "@voice"):
				l.codedIn(OnlySpoken, step, text.Pos, `{options} ne se met que dans "voice" : ailleurs, les choix s'affichent seuls`)
			case name != "options":
				l.codedIn(NoPlaceholder, step, text.Pos, "{%s} n'existe pas%s", name, suggestion(name, known))
			}
		}
	}
}

func suggestion(name string, known []string) hint {
	if best := nearest(name, known); best != "" {
		return hint{best, " ; vouliez-vous dire {" + best + "} ?"}
	}
	return hint{}
}

func members(words []string) map[string]bool {
	known := make(map[string]bool, len(words))
	for _, w := range words {
		known[w] = true
	}
	return known
}

// stepOf gives the local id of the step that a text belongs to, or "".
func (l *loader) stepOf(textID string) string {
	id, _, _ := strings.Cut(textID, "@")
	flow, rest, _ := strings.Cut(id, ".")
	local, _, _ := strings.Cut(rest, ".")
	if l.b.Steps[flow+"."+local] == nil {
		return ""
	}
	return local
}

// placeholders lists the names between braces; fine is false when a brace stands alone.
func placeholders(text string) (names []string, fine bool) {
	for {
		open := strings.IndexAny(text, "{}")
		if open < 0 {
			return names, true
		}
		if text[open] == '}' {
			return names, false
		}
		text = text[open+1:]
		end := strings.IndexAny(text, "{}")
		if end < 0 || text[end] == '{' {
			return names, false
		}
		names = append(names, text[:end])
		text = text[end+1:]
	}
}
