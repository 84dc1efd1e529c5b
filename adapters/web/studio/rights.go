package studio

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A right is what somebody may do in the studio.
type right int

// The rights.
const (
	read      right = iota // every page
	translate              // the texts of other languages
	territory              // the hours and texts of one's own structures
	edit                   // the draft, all of it
	publish                // releases and bulletins
	administer
)

// rights are what each role may do. A supervisor is the one who does it all, where nobody shares it out.
func rights(r bot.Role) []right {
	switch r {
	case bot.RoleReader, bot.RoleLead:
		return []right{read}
	case bot.RoleTranslator:
		return []right{read, translate}
	case bot.RoleCoordinator:
		return []right{read, territory}
	case bot.RoleEditor:
		return []right{read, translate, territory, edit}
	case bot.RolePublisher:
		return []right{read, translate, territory, edit, publish}
	case bot.RoleSupervisor, bot.RoleAdmin:
		return []right{read, translate, territory, edit, publish, administer}
	}
	return nil
}

// may says whether somebody has a right.
func may(c bot.Counsellor, r right) bool {
	return slices.ContainsFunc(c.Roles, func(role bot.Role) bool { return slices.Contains(rights(role), r) })
}

// mayEdit says whether somebody may change a record. A coordinator changes the structures that they belong
// to, and their hours.
func (s *Studio) mayEdit(c bot.Counsellor, at flow.Place) bool {
	if may(c, edit) {
		return true
	}
	if may(c, translate) && s.isTranslation(at) {
		return true
	}
	if !may(c, territory) || len(at.Path) < 2 {
		return false
	}
	b := s.Live()
	return slices.ContainsFunc(c.Structures, func(id bot.StructureID) bool {
		own := b.Structures[string(id)]
		switch {
		case own == nil:
			return false
		case at.Path[0] == "structures":
			return at.Path[1] == own.ID
		}
		return at.Path[0] == "queues" && at.Path[1] == own.Hours
	})
}

// Enters says whether the studio is open to somebody at all.
func Enters(c bot.Counsellor) bool { return may(c, read) }

// lacking is what is said to who has not the right.
func lacking(r right) string {
	switch r {
	case read:
		return "Votre compte ne donne pas accès au studio."
	case translate:
		return "Votre compte permet de lire, pas de traduire."
	case territory, edit:
		return "Votre compte permet de lire, pas de modifier."
	case publish:
		return "Votre compte ne permet pas de publier. Demandez à une personne qui publie."
	}
	return "Cette page est réservée à l'administration."
}
