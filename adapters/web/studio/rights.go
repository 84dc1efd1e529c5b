package studio

import (
	"errors"
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

// mayChange says whether somebody may change some of a record of a draft. A coordinator changes the
// structures that they belong to, and hours that nobody else's structure has: see edition.onlyOwn.
func (s *Studio) mayChange(c bot.Counsellor, d *flow.Draft, at flow.Place) bool {
	if may(c, edit) {
		return true
	}
	if may(c, translate) && s.isTranslation(at) {
		return true
	}
	if !may(c, territory) || len(at.Path) != 2 {
		return false
	}
	kind, known := kindByID(at.Path[0])
	here, is := kind.find(d, s.region(), at.Path[1])
	if !known || !is || here.File != at.File {
		return false
	}
	switch kind.ID {
	case "structures":
		return slices.Contains(c.Structures, bot.StructureID(here.ID))
	case "queues":
		return s.alone(d, c.Structures, here.ID)
	}
	return false
}

// alone says that a queue is that of some structures and of no other, nor of a step or a queue like it.
func (s *Studio) alone(d *flow.Draft, own []bot.StructureID, queue string) bool {
	structures, _ := kindByID("structures")
	found := 0
	for _, here := range structures.all(d, s.region()) {
		if here.Value.TextAt("hours") != queue {
			continue
		}
		if !slices.Contains(own, bot.StructureID(here.ID)) {
			return false
		}
		found++
	}
	queues, _ := kindByID("queues")
	return found > 0 && len(queues.uses(d, s.region(), queue)) == found
}

// keepsTo says whether a change leaves all of a record as it is but what a coordinator may change: see ownFields.
func keepsTo(was, is *flow.Draft, at flow.Place) bool {
	before, _ := was.At(at.File, at.Path...)
	after, _ := is.At(at.File, at.Path...)
	if after.Kind() != flow.RecordValue {
		return false
	}
	for _, key := range slices.Concat(before.Keys(), after.Keys()) {
		place := slices.Concat(at.Path, []string{key})
		if !ownFields(at.Path[0], key) && was.Record(at.File, place...) != is.Record(at.File, place...) {
			return false
		}
	}
	return true
}

// errTerritory: a coordinator went beyond hours and texts.
var errTerritory = errors.New("a coordinator changes hours and texts only")

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
