package main

import (
	"errors"
	"fmt"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/place"
)

// placeValue reads a place as a person would answer it, and refuses what a conversation would ask about.
func placeValue(b *flow.Bundle, said string) (string, error) {
	m, ok := place.Find(said, b.Near())
	switch {
	case !ok:
		return "", errors.New("ce n'est ni une commune, ni un code postal, ni un département ; écrivez par exemple Rennes, 35000 ou 35")
	case m.Postcode != "" && len(m.Places) > 1:
		return m.Postcode, nil
	case !m.Sure:
		var names []string
		for _, p := range m.Places {
			names = append(names, flow.PlaceName(flow.Where(p)))
		}
		return "", fmt.Errorf("plusieurs lieux correspondent : %s", strings.Join(names, ", "))
	}
	return flow.Where(m.Places[0]), nil
}
