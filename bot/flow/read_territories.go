package flow

import (
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot/place"
)

// readTerritories reads the sets of communes and départements that cases are routed by.
func (l *loader) readTerritories(main, over *node) {
	all := main
	if over != nil {
		all = over
	}
	b := l.b
	b.communes, b.departements = map[string]string{}, map[string]string{}
	for _, e := range all.list() {
		t := Territory{Code: e.key.text, Name: e.value.str("name"), In: e.value.str("in"), Coordinator: e.value.str("coordinator"),
			Crip: e.value.phone("crip")}
		l.phone(e.value.at("crip"))
		l.readArea(e, &t)
		if t.Coordinator != "" {
			l.refer(ref{at: e.value.place("coordinator"), kind: toStructure, said: "le territoire mène à", name: t.Coordinator})
		}
		b.Territories = append(b.Territories, t)
		l.text("territory."+t.Code, e.value.at("in"))
	}
	for i := range b.Territories {
		b.Territories[i].Within = b.around(&b.Territories[i])
	}
	slices.SortFunc(b.Territories, func(a, b Territory) int { return strings.Compare(a.Code, b.Code) })
	if len(b.Territories) == 0 {
		l.coded(NoTerritory, l.trees["bundle.yaml"].place("region"), `aucun territoire : il manque "territories" dans regions/%s/region.yaml`, l.region)
	}
}

// around is the territory that has the départements of all communes of a set.
func (b *Bundle) around(t *Territory) string {
	within := ""
	for i, code := range t.Communes {
		in := b.departements[departementOfCommune(code)]
		if i > 0 && in != within || in == t.Code || len(t.Departements) > 0 {
			return ""
		}
		within = in
	}
	return within
}

// readArea reads what a territory is made of: its communes, its départements, or the one département
// whose code it has.
func (l *loader) readArea(e *entry, t *Territory) {
	listed := e.value.at("departements").list()
	communes := e.value.at("communes").list()
	switch {
	case len(listed) > 0 || len(communes) > 0:
		if !wellFormed(t.Code, true) && !isDepartement(t.Code) {
			l.fault(e.pos, "le territoire %q n'est pas admis : minuscules sans accent, chiffres et - seulement", t.Code)
		}
	case isDepartement(t.Code):
		l.takeDepartement(e.pos, t, t.Code)
	case strings.Trim(t.Code, "0123456789") == "":
		l.coded(NoDepartement, e.pos, `%q n'est pas un code de département, comme "35", "2A" ou "974"`, t.Code)
	default:
		l.coded(EmptyTerritory, e.pos, `le territoire %q est vide : ajoutez "communes: [Redon]" ou "departements: ["35"]"`, t.Code)
	}
	for _, d := range listed {
		if !isDepartement(d.value.text) {
			l.coded(NoDepartement, d.value.pos, `%q n'est pas un code de département, comme "35", "2A" ou "974"`, d.value.text)
			continue
		}
		l.takeDepartement(d.value.pos, t, d.value.text)
	}
	for _, c := range communes {
		l.takeCommune(c.value.pos, t, c.value.text)
	}
}

func (l *loader) takeDepartement(at Pos, t *Territory, code string) {
	if other, taken := l.b.departements[code]; taken {
		l.coded(TakenDepartement, at, "le département %s est déjà dans le territoire %q : retirez-le de l'un des deux", code, other)
		return
	}
	l.b.departements[code] = t.Code
	t.Departements = append(t.Departements, code)
}

func (l *loader) takeCommune(at Pos, t *Territory, words string) {
	found := place.Named(words)
	switch {
	case len(found) == 0:
		l.coded(NoCommune, at, "la commune %q n'existe pas%s", words, meantCommune(words))
		return
	case len(found) > 1:
		var said []string
		for _, p := range found[:min(len(found), 6)] {
			said = append(said, `"`+strings.TrimSpace(words)+" ("+p.Departement+`)"`)
		}
		l.fault(at, "%d communes s'appellent %q : écrivez %s, ou le code", len(found), words, strings.Join(slices.Compact(said), " ou "))
		return
	}
	code := found[0].Code
	if other, taken := l.b.communes[code]; taken {
		l.coded(TakenCommune, at, "la commune %s (%s) est déjà dans le territoire %q : retirez-la de l'un des deux", found[0].Name, found[0].Departement, other)
		return
	}
	t.Communes = append(t.Communes, code)
	l.b.communes[code] = t.Code
	for _, quarter := range place.Quarters(code) {
		l.b.communes[quarter] = t.Code
	}
}

// meantCommune ends a message with the commune that was probably meant.
func meantCommune(words string) hint {
	m, ok := place.Find(words, place.Preference{})
	if !ok || m.Places[0].Kind != place.Commune {
		return hint{text: " ; écrivez son nom ou son code, comme \"35238\""}
	}
	name := m.Places[0].Name + " (" + m.Places[0].Departement + ")"
	return hint{name, ` ; vouliez-vous dire "` + name + `" ?`}
}

// isDepartement says whether a code has the form of a département's.
func isDepartement(code string) bool {
	switch {
	case code == "2A" || code == "2B":
		return true
	case len(code) == 3:
		n, err := strconv.Atoi(code)
		return err == nil && (n >= 971 && n <= 978 || n >= 984 && n <= 988)
	case len(code) == 2:
		n, err := strconv.Atoi(code)
		return err == nil && n >= 1 && n <= 95 && n != 20
	}
	return false
}
