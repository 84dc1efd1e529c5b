package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A recordKind is one kind of record that has a list and a form of its own.
type recordKind struct {
	ID         string // in addresses
	File       string // common to all regions
	RegionFile string // of one region, "" where a region has none
	Table      string // the key of both that holds the records
	Names      flow.RecordKind
	Name       string // the key that holds a record's name, "" for its id
	Title      string // of the list
	Whole      bool   // the region's table stands in place of the common one as a whole
	Flows      bool   // each flow holds some
	Fixed      bool   // none is added, renamed or taken away
}

// recordKinds are in the order of the navigation.
func recordKinds() []recordKind {
	return []recordKind{
		{ID: "cards", File: "cards.yaml", RegionFile: "cards.yaml", Table: "cards", Names: flow.CardRecord, Name: "title", Title: "Cartes"},
		{ID: "structures", File: "structures.yaml", RegionFile: "structures.yaml", Table: "structures", Names: flow.StructureRecord, Name: "name", Title: "Structures"},
		{ID: "networks", File: "networks.yaml", RegionFile: "networks.yaml", Table: "networks", Names: flow.NetworkRecord, Name: "name", Title: "Réseaux"},
		{ID: "queues", File: "hours.yaml", RegionFile: "hours.yaml", Table: "queues", Names: flow.QueueRecord, Name: "title", Title: "Horaires"},
		{ID: "dangers", File: "safety.yaml", Table: "dangers", Names: flow.DangerRecord, Name: "title", Title: "Sécurité"},
		{ID: "territories", File: "bundle.yaml", RegionFile: "region.yaml", Table: "territories", Names: flow.TerritoryRecord, Name: "name", Title: "Territoires", Whole: true},
		{ID: "answers", Table: "answers", Names: flow.AnswerRecord, Name: "label", Title: "Réponses", Flows: true},
		{ID: "interrupts", Table: "interrupts", Title: "Commandes", Flows: true, Fixed: true},
		{ID: reasonsKind, File: "routing.yaml", Table: "reasons", Names: flow.ReasonRecord, Title: "Raisons"},
	}
}

// reasonsKind is the only kind whose records are texts: what a table says of its choice. It stands beside the
// tables.
const reasonsKind = "reasons"

func kindByID(id string) (recordKind, bool) {
	all := recordKinds()
	i := slices.IndexFunc(all, func(k recordKind) bool { return k.ID == id })
	if i < 0 {
		return recordKind{}, false
	}
	return all[i], true
}

// own is the file of a region, "" where the kind has none.
func (k recordKind) own(region string) string {
	if k.RegionFile == "" {
		return ""
	}
	return "regions/" + region + "/" + k.RegionFile
}

// A standing is where a record is written: in the common file, in the region's, or there in place of the
// common one.
type standing struct {
	ID       string
	File     string
	Regional bool
	Replaces bool
	Value    flow.Value
}

// Where says it in words.
func (s standing) Where() string {
	switch {
	case s.Replaces:
		return "remplacée pour la région"
	case s.Regional:
		return "de la région"
	}
	return "commune"
}

// all lists what a region is served with, common and its own as one.
func (k recordKind) all(d *flow.Draft, region string) []standing {
	if k.Flows {
		return k.inFlows(d)
	}
	own, _ := d.At(k.own(region), k.Table)
	var all []standing
	if common, _ := d.At(k.File, k.Table); !k.Whole || len(own.Keys()) == 0 {
		for i, id := range common.Keys() {
			all = append(all, standing{ID: id, File: k.File, Value: common.Items()[i]})
		}
	}
	for i, id := range own.Keys() {
		here := standing{ID: id, File: k.own(region), Regional: true, Value: own.Items()[i]}
		if j := slices.IndexFunc(all, func(s standing) bool { return s.ID == id }); j >= 0 {
			here.Replaces = true
			all[j] = here
			continue
		}
		all = append(all, here)
	}
	return all
}

// find is one record of a region.
func (k recordKind) find(d *flow.Draft, region, id string) (standing, bool) {
	all := k.all(d, region)
	i := slices.IndexFunc(all, func(s standing) bool { return s.ID == id })
	if i < 0 {
		return standing{}, false
	}
	return all[i], true
}

// nameOf is how a record is called where people read it.
func (k recordKind) nameOf(s standing) string {
	if k.ID == "interrupts" {
		words, _ := s.Value.At("words")
		for _, w := range words.Texts() {
			if unaccented.Replace(strings.ToLower(w)) == s.ID { // as people write it: DONNÉES
				return strings.ToUpper(w)
			}
		}
		return strings.ToUpper(s.ID)
	}
	if k.ID == reasonsKind {
		return cmp.Or(s.Value.Text(), s.ID)
	}
	if k.Name == "" {
		return s.ID
	}
	return cmp.Or(s.Value.TextAt(k.Name), s.ID)
}

// uses lists what depends on a record in one region: other regions have theirs.
func (k recordKind) uses(d *flow.Draft, region, id string) []flow.Use {
	return slices.DeleteFunc(d.Uses(k.Names, id), func(u flow.Use) bool {
		return strings.HasPrefix(u.File, "regions/") && !strings.HasPrefix(u.File, "regions/"+region+"/")
	})
}

// elsewhere says that another region has a record of the same id.
func (k recordKind) elsewhere(d *flow.Draft, region, id string) bool {
	return slices.ContainsFunc(d.Regions(), func(other string) bool {
		_, is := d.At(k.own(other), k.Table, id)
		return is && other != region
	})
}

// path is the page of a record.
func (k recordKind) path(id string) string { return "/studio/fiches/" + k.ID + "/" + id }

// region is the one that is served, whose files are edited.
func (s *Studio) region() string { return cmp.Or(s.Region, s.Live().Region) }

// bundleOf is the draft as the region would be served with it, nil where it does not load.
func (s *Studio) bundleOf(d *flow.Draft, c *checked) *flow.Bundle {
	if c != nil && c.Bundle != nil {
		return c.Bundle
	}
	b, _ := s.checks.bundle(d) // why it does not load is told as faults
	return b
}

// recordPages are the pages of records. A page is one line here.
func (s *Studio) recordPages(page func(pattern string, needs right, do http.HandlerFunc)) {
	page("GET /studio/fiches/{kind}", read, s.showRecords)
	page("GET /studio/fiches/{kind}/{id}", read, s.showRecord)
	page("POST /studio/fiches/{kind}", edit, s.addRecord)
	page("POST /studio/fiches/{kind}/{id}/{verb}", edit, s.actOnRecord)
	page("POST /studio/fiches/cards/{id}/verifiee", edit, s.renewCard)
	page("POST /studio/fiches/structures/{id}/horaires", read, s.giveHours) // whose right depends on the structure
	page("POST /studio/apercu", read, s.tryRecord)
	page("GET /studio/revoir", read, s.reviewNext)
	page("GET /studio/fiches/dangers/{id}/mots", read, s.showHeard)
	page("GET /studio/securite", read, s.showProcedure)
	page("GET /studio/securite/mots", read, s.showSharedWords)
	page("POST /studio/securite/essai", read, s.trySentence)
}
