package studio

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A recordView is the form of one record.
type recordView struct {
	form
	Kind     recordKind
	ID, Name string
	Stand    standing
	Common   bool // it is the common record that is shown, which the region's stands in place of
	May, All bool // the reader may change some of it, or all
	Groups   []group
	Beside   beside
	Uses     []usage
	Accounts string // how many name it, and whose
	Faults   []fault
	Others   []choice // records of the kind that may stand in for it
	Review   *reviewing
	Apart    bool // a coordinator's structure may be given hours of its own
	Warnings []string
	Words    []wordsLink // of a danger
}

// A group is a part of a form under one heading.
type group struct {
	Title, Hint string
	Locked      bool // not for who may change only some of it
	Parts       []part
}

// A part is one thing in a group: exactly one of its fields is set.
type part struct {
	Line   *line
	Ticks  *ticks
	Order  *order
	Offers *entries
	Week   *weekView
	Spans  *entries
	Reread []rereadView
	Fixed  *fixedView
}

// Ticks are a list as boxes: those in it first, in their order, so that a form that is sent as it was
// drawn changes nothing.
type ticks struct {
	Name, Label, Hint string
	Choices           []choice
}

// An order is a list of records whose order counts: a box for each, and one more.
type order struct {
	Name, Label, Hint, Key string
	Places                 []orderPlace
}

type orderPlace struct {
	Index       int
	Choices     []choice
	First, Last bool
}

// entries is a list of small records with dates, and room for one more.
type entries struct {
	Key, Title, Hint, Add string
	Rows                  []rowView
	New                   map[string]string // what was sent of one to be added and refused
	Wrong                 string            // why
}

type rowView struct {
	Index       int
	Past        bool
	Lines       []line
	First, Last bool
}

func (s *Studio) showRecord(w http.ResponseWriter, r *http.Request) {
	kind, known := kindByID(r.PathValue("kind"))
	state, err := s.Workshop.Open(r.Context())
	if err != nil || !known {
		s.openOrMissing(w, r, err)
		return
	}
	id := r.PathValue("id")
	here, is := kind.find(state.Draft, s.region(), id)
	common := r.URL.Query().Get("commun") != ""
	if common && is {
		here.Value, is = state.Draft.At(kind.File, kind.Table, id)
		here.File, here.Regional, here.Replaces = kind.File, false, false
	}
	if !is {
		s.missing(w, r)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	v := s.recordView(r, state, c, kind, here)
	v.Common = common
	if kind.ID == "cards" && r.URL.Query().Get("revoir") != "" {
		v.Review = s.reviewing(state.Draft, id, r.URL.Query().Get("revoir"))
		v.Back += "?revoir=" + v.Review.Which
	}
	if common {
		v.Back += "?commun=1"
	}
	s.show(w, r, "record", page{Title: v.Name, Section: "/studio/fiches/" + kind.ID, State: state, Checked: c, Body: v})
}

func (s *Studio) recordView(r *http.Request, state *workshop.State, c *checked, kind recordKind, here standing) *recordView {
	d, me := state.Draft, web.Signed(r)
	at := flow.In(here.File, kind.Table, here.ID)
	v := &recordView{Kind: kind, ID: here.ID, Name: cmp.Or(kind.nameOf(here), here.ID), Stand: here,
		form: form{At: at, Version: state.ID, ETag: d.ETag(at.File, at.Path...), Back: kind.path(here.ID)},
		May:  s.mayChange(me, d, at), All: may(me, edit), Uses: usages(d, kind.uses(d, s.region(), here.ID)),
		Accounts: s.staffed(r.Context(), kind, here.ID)}
	v.Faults = faultsOf(d, foundAt(d, c.Found(), at), everything)
	for _, other := range kind.all(d, s.region()) {
		if other.ID != here.ID {
			v.Others = append(v.Others, choice{Value: other.ID, Label: pickedName(kind, other)})
		}
	}
	v.Groups = s.groups(d, kind, here, byInput(v.Faults))
	v.Beside = s.beside(d, s.bundleOf(d, c), kind, here.ID, here.Value)
	if day, err := time.Parse(time.DateOnly, here.Value.TextAt("expires")); err == nil && kind.ID == "cards" && day.Before(s.Now()) {
		v.Warnings = append(v.Warnings, "Cette carte est périmée depuis le "+day.Format("02/01/2006")+" : elle n'est plus dite.")
	}
	switch kind.ID {
	case "structures":
		v.Apart = v.May && !s.alone(d, me.Structures, here.Value.TextAt("hours"))
	case "dangers":
		v.dangerous(d)
	}
	return v
}

// pickedName is a record as it is picked from a list.
func pickedName(kind recordKind, here standing) string {
	if name := kind.nameOf(here); name != here.ID && name != "" {
		return name + " (" + here.ID + ")"
	}
	return here.ID
}

// groups are the parts of a form, by kind: what people hear or read first.
func (s *Studio) groups(d *flow.Draft, kind recordKind, here standing, marks map[string][]fault) []group {
	of, _ := d.At(here.File, "flow")
	f := fields{s: s, d: d, id: here.ID, v: here.Value, pick: picker{d: d, flow: of.Text(), marks: marks}, region: s.region()}
	switch kind.ID {
	case "cards":
		return f.card()
	case "structures":
		return f.structure()
	case "networks":
		return []group{{Parts: f.lines("name", "was")}}
	case "queues":
		return f.queue(here.ID)
	case "dangers":
		return f.danger()
	case "answers":
		return f.answer()
	case "interrupts":
		return f.command()
	case reasonsKind:
		return f.reason()
	}
	return []group{{Parts: f.lines("name", "in", "coordinator")},
		{Title: "Ce dont il est fait", Hint: "Rien à écrire pour un département qui porte son propre numéro.", Parts: f.lines("departements", "communes")},
		{Title: "Informations préoccupantes", Hint: "La cellule du département (CRIP), appelée dans la Procédure danger. Sans elle : le 119.", Parts: f.lines("crip")}}
}

// fields draw the parts of one record.
type fields struct {
	s      *Studio
	d      *flow.Draft
	id     string
	v      flow.Value
	pick   picker
	region string
}

// lines are plain fields, by their keys.
func (f fields) lines(keys ...string) []part {
	var parts []part
	for _, key := range keys {
		field, known := f.v.Field(key)
		if !known {
			continue
		}
		here, _ := f.v.At(key)
		l := lineOf(here, field, f.pick, []string{key})
		parts = append(parts, part{Line: &l})
	}
	return parts
}

func (f fields) card() []group {
	groups := []group{
		{Parts: f.lines("title", "text", "voice", "sms")},
		{Title: "D'où vient l'information", Parts: f.lines("source", "url", "checked", "expires", "owner")},
		{Title: "Ce qu'elle est", Parts: f.lines("nothing", "demonstration")},
	}
	if _, four := f.v.At("routes"); four {
		groups = slices.Insert(groups, 1, group{Parts: f.lines("routes")})
	}
	return groups
}

func (f fields) structure() []group {
	return []group{
		{Title: "Ce que les gens lisent", Parts: append(f.lines("name", "address", "phone", "mail"),
			part{Ticks: f.ticks("contacts", "Répond par", "", contactWays())})},
		{Title: "Ses horaires", Locked: true, Parts: f.lines("hours", "delay")},
		{Title: "Pour qui", Locked: true, Parts: append(f.lines("network", "lead"),
			part{Ticks: f.ticks("territories", "Territoires", "", f.territories())})},
		{Title: "Offres et conventions", Locked: true, Hint: "Une offre n'est proposée que pendant les dates de sa convention.",
			Parts: []part{{Offers: f.rows("offers", "", "", "Ajouter une offre", "id", "from", "to")}}},
		{Title: "Quand elle est pleine", Locked: true, Parts: append(f.lines("quota"),
			part{Order: f.order("fallback", "Remplacée par", "Dans l'ordre : la première qui peut répondre.", "structures")})},
		{Title: "Ce qu'elle est", Locked: true, Parts: f.lines("demonstration")},
	}
}

// contactWays are how a structure answers.
func contactWays() []choice {
	return []choice{{Value: "phone", Label: "téléphone"}, {Value: "sms", Label: "SMS"}, {Value: "mail", Label: "e-mail"},
		{Value: "desk", Label: "conversation en ligne"}, {Value: "place", Label: "accueil sur place"}, {Value: "video", Label: "visio en langue des signes"}}
}

func (f fields) territories() []choice {
	kind, _ := kindByID("territories")
	all := []choice{{Value: "*", Label: "toute la région"}}
	for _, t := range kind.all(f.d, f.region) {
		all = append(all, choice{Value: t.ID, Label: kind.nameOf(t) + " (" + t.ID + ")"})
	}
	return all
}

// ticks draw a list as boxes.
func (f fields) ticks(key, label, hint string, all []choice) *ticks {
	now, _ := f.v.At(key)
	return ticksOf(now, below(key), label, hint, all)
}

func ticksOf(now flow.Value, name, label, hint string, all []choice) *ticks {
	t := &ticks{Name: name, Label: label, Hint: hint}
	for _, value := range now.Texts() {
		c := choice{Value: value, Label: value + " (n'existe pas)", Picked: true}
		if i := slices.IndexFunc(all, func(c choice) bool { return c.Value == value }); i >= 0 {
			c.Label = all[i].Label
		}
		t.Choices = append(t.Choices, c)
	}
	for _, c := range all {
		if !slices.Contains(now.Texts(), c.Value) {
			t.Choices = append(t.Choices, c)
		}
	}
	return t
}

// order draws a list of records as boxes to pick from, one after the other.
func (f fields) order(key, label, hint, of string) *order {
	kind, _ := kindByID(of)
	var all []choice
	for _, here := range kind.all(f.d, f.region) {
		all = append(all, choice{Value: here.ID, Label: pickedName(kind, here)})
	}
	return f.orderOf(key, label, hint, all)
}

// orderOf draws a list of words of a set in the same way.
func (f fields) orderOf(key, label, hint string, all []choice) *order {
	now, _ := f.v.At(key)
	o := &order{Name: below(key), Key: key, Label: label, Hint: hint}
	for i, value := range append(slices.Clone(now.Texts()), "") {
		o.Places = append(o.Places, orderPlace{Index: i, Choices: picked(slices.Clone(all), value), First: i == 0, Last: i >= len(now.Texts())-1})
	}
	return o
}

// rows draw a list of records, each on a line.
func (f fields) rows(key, title, hint, add string, keys ...string) *entries {
	list, _ := f.v.At(key)
	rows := &entries{Key: key, Title: title, Hint: hint, Add: add}
	field, _ := f.v.Field(key)
	today := f.s.Now().In(f.s.Zone).Format(time.DateOnly)
	for i, item := range list.Items() {
		row := rowView{Index: i, First: i == 0, Last: i == len(list.Items())-1}
		row.Past = item.TextAt("to") != "" && item.TextAt("to") < today
		for _, below := range field.Fields() {
			if !slices.Contains(keys, below.Name) {
				continue
			}
			here, _ := item.At(below.Name)
			l := lineOf(here, below, f.pick, []string{key, itoa(i), below.Name})
			if l.Hint = ""; below.Name == "say" {
				l.Label, l.Kind = "Phrase dite", flow.ShortText
			}
			row.Lines = append(row.Lines, l)
		}
		rows.Rows = append(rows.Rows, row)
	}
	return rows
}

// ownFields are the keys of a record that a territory's coordinator may change: texts and hours.
func ownFields(table string, key string) bool {
	switch table {
	case "structures":
		return slices.Contains([]string{"name", "address", "phone", "mail", "contacts"}, key)
	case "queues":
		return days(key) != key || slices.Contains([]string{"close", "open", "jours", "on_holidays"}, key)
	}
	return false
}

// onlyOwn says whether a form has inputs for nothing but what a coordinator may change. Of a record that is written
// as a whole, as in a conflict, keepsTo judges what comes of it.
func (e edition) onlyOwn() bool {
	if len(e.at.Path) != 2 || e.sent.Has("yaml") {
		return len(e.at.Path) == 2
	}
	_, where, _ := strings.Cut(e.sent.Get("do"), ":")
	for name := range e.sent {
		key, below := strings.CutPrefix(name, sign)
		for _, mark := range []string{"+", pickSign, daySign, twoSign} {
			if more, is := strings.CutPrefix(strings.TrimSuffix(name, "="), mark); is {
				key, below = more, true
			}
		}
		key, _, _ = strings.Cut(key, "/")
		if below && !ownFields(e.at.Path[0], key) {
			return false
		}
	}
	key, _, _ := strings.Cut(where, "/")
	for _, key := range e.adds() {
		if !ownFields(e.at.Path[0], key) {
			return false
		}
	}
	return where == "" || ownFields(e.at.Path[0], key)
}
