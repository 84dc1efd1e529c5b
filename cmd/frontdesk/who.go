package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/directory"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// mostServing is how many structures « qui » names.
const mostServing = 8

// whoServes answers « /accueil qui BESOIN COMMUNE »: the structures that the routing can choose for a
// need in a territory, each with what else must be so. place is a postcode, a département's number or
// its name.
func (h *house) whoServes(need, place string) string {
	b := h.shelf.Live().Bundle
	id, label := h.needOf(need)
	if id == "" {
		return "Je ne connais pas ce besoin. Essayez : " + strings.Join(h.shelf.Live().Options("need"), ", ") + "."
	}
	territory, known := territoryOf(b, place)
	if !known {
		return "Je ne trouve pas ce lieu dans la région. Donnez un code postal ou un département."
	}
	var lines []string
	for _, s := range serving(b, id, territory.Code, h.now()) {
		line := "• " + s.structure.Name
		if s.structure.Phone.Text != "" {
			line += ", " + s.structure.Phone.Text
		}
		if s.when != "" {
			line += " (si " + s.when + ")"
		}
		lines = append(lines, line)
		for _, r := range h.shelf.data().Referents(s.structure.ID) {
			lines = append(lines, "   "+referentLine(r))
		}
	}
	if len(lines) == 0 {
		return "Aucune structure n'a d'offre en cours pour ce besoin. L'accueil régional répond."
	}
	return fmt.Sprintf("%s, %s :\n%s", label, territory.Name, strings.Join(lines, "\n"))
}

// referentLine says who to ask in a place, what for and when; never by name.
func referentLine(r directory.Referral) string {
	line := r.Town + ", référente ou référent " + r.Role
	if r.Topic != "" {
		line += ", " + r.Topic
	}
	if r.Referent.Hours != "" {
		line += " (" + r.Referent.Hours + ")"
	}
	return line
}

// A competent structure is one that a row can choose, and what else the row asks.
type competent struct {
	structure *flow.Structure
	when      string
}

// serving reads the tables that choose a network by the need, row by row.
func serving(b *flow.Bundle, need, territory string, at time.Time) []competent {
	var all []competent
	needName, network := b.As(flow.AsNeed), b.As(flow.AsNetwork)
	for _, id := range slices.Sorted(maps.Keys(b.Tables)) {
		t := b.Tables[id]
		column := slices.Index(t.Sets, network)
		offer := slices.Index(t.Sets, b.As(flow.AsOffer))
		if column < 0 || !slices.Contains(t.Columns, needName) {
			continue
		}
		for _, row := range t.Rows {
			when, fits := otherwise(row, needName, need)
			w := flow.Wish{Network: row.Values[column], Territory: territory, At: at}
			if offer >= 0 {
				w.Offer = row.Values[offer]
			}
			s, _ := b.Competent(w)
			if !fits || s == nil || slices.ContainsFunc(all, func(x competent) bool { return x.structure == s }) {
				continue
			}
			if all = append(all, competent{s, when}); len(all) == mostServing {
				return all
			}
		}
	}
	return all
}

// otherwise says what a row asks beside the need, and whether it can be for this need at all.
func otherwise(row flow.Row, name, need string) (when string, fits bool) {
	var parts []string
	for _, c := range row.When {
		switch {
		case c.Any:
		case c.Answer == name:
			if !(flow.Condition{c}).Match(func(string) string { return need }) {
				return "", false
			}
		default:
			parts = append(parts, c.Answer+" : "+cellText(c))
		}
	}
	return strings.Join(parts, " ; "), true
}

// needOf finds a need by its id or by words of its label.
func (h *house) needOf(words string) (id, label string) {
	words = hear.Fold(words)
	if words == "" {
		return "", ""
	}
	for _, code := range h.shelf.Live().Options("need") {
		label := h.label("need", code)
		if hear.Fold(code) == words || strings.Contains(hear.Fold(label), words) {
			return code, label
		}
	}
	return "", ""
}

// territoryOf finds the territory of a place by postcode, by département, by the name of a commune or by
// its own.
func territoryOf(b *flow.Bundle, said string) (flow.Territory, bool) {
	words := hear.Fold(said)
	for _, t := range b.Territories {
		if words != "" && hear.Fold(t.Name) == words {
			return t, true
		}
	}
	value, err := placeValue(b, said)
	if err != nil {
		return flow.Territory{}, false
	}
	return b.Territory(b.TerritoryOf(value))
}
