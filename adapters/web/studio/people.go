package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"frontdesk/bot"
)

// peopleView says who may do what. The staff file decides; nothing is changed here.
type peopleView struct {
	People []personRow
	Roles  []roleRow
	Strays []stray // of the live release
}

type personRow struct {
	ID, Name   string
	Roles      []string
	Structures []string
	Ways       []string // how they sign in
}

// roleRow is a role with what it allows.
type roleRow struct{ ID, Name, May string }

// roleRows are all roles, those of the desk first.
func roleRows() []roleRow {
	return []roleRow{
		{string(bot.RoleCounsellor), "conseil", "prend et suit les dossiers de ses structures"},
		{string(bot.RoleLead), "responsable de l'accueil", "suit tous les dossiers de ses structures, lit le studio"},
		{string(bot.RoleReader), "lecture", "lit le studio"},
		{string(bot.RoleTranslator), "traduction", "lit, et écrit les textes des autres langues"},
		{string(bot.RoleCoordinator), "coordination d'un territoire", "lit, et change les textes et les horaires de ses structures"},
		{string(bot.RoleEditor), "rédaction", "change tout le brouillon"},
		{string(bot.RolePublisher), "publication", "change tout le brouillon, publie, annonce"},
		{string(bot.RoleSupervisor), "supervision", "change, publie et administre"},
		{string(bot.RoleAdmin), "administration", "change, publie et administre"},
	}
}

func (s *Studio) showPeople(w http.ResponseWriter, r *http.Request) {
	all, err := s.SignIn.Staff.All(r.Context())
	if err != nil {
		s.failed(w, r, "list the staff", err)
		return
	}
	names := map[bot.Role]string{}
	view := peopleView{Roles: roleRows(), Strays: s.strays(r.Context(), s.online())}
	for _, row := range view.Roles {
		names[bot.Role(row.ID)] = row.Name
	}
	for _, c := range all {
		row := personRow{ID: string(c.ID), Name: c.Name, Ways: s.waysIn(c)}
		for _, role := range c.Roles {
			row.Roles = append(row.Roles, cmp.Or(names[role], string(role)))
		}
		for _, id := range c.Structures {
			row.Structures = append(row.Structures, s.structure(id))
		}
		view.People = append(view.People, row)
	}
	slices.SortFunc(view.People, func(a, b personRow) int { return strings.Compare(a.Name, b.Name) })
	s.show(w, r, "people", page{Title: "Comptes", Section: "/studio/comptes", Body: view})
}

// waysIn says how somebody signs in, never with what.
func (s *Studio) waysIn(c bot.Counsellor) []string {
	var ways []string
	if c.OIDC != "" && s.SignIn.OpenID != nil {
		ways = append(ways, "compte professionnel")
	}
	if c.Password != "" {
		ways = append(ways, "mot de passe")
	} else if s.SignIn.Trial {
		ways = append(ways, "lien d'essai")
	}
	return ways
}

// structure is the name of one as the live release has it.
func (s *Studio) structure(id bot.StructureID) string {
	if known := s.Live().Structures[string(id)]; known != nil {
		return known.Name
	}
	return string(id)
}
