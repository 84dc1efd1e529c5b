package flow

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones, on machines that have none
)

// Format is the version of the bundle's format that this program reads.
const formatVersion = 1

// readBundle reads bundle.yaml and lays the region's scalars over it.
func (l *loader) readBundle() {
	main := l.trees["bundle.yaml"]
	region := l.trees[path.Join("regions", l.region, "region.yaml")]
	b := l.b
	b.Format = main.whole("format")
	if main.get("format") != nil && b.Format != formatVersion {
		l.fault(main.place("format"), "format %d inconnu : ce programme lit le format %d", b.Format, formatVersion)
	}
	b.Region, b.Start = l.region, main.str("start")
	l.refer(ref{at: main.place("start"), kind: toFlow, name: b.Start})
	over := func(key string) *node {
		if region.get(key) != nil {
			return region
		}
		return main
	}
	b.Service = over("service").str("service")
	b.Banner = over("banner").str("banner")
	b.Demonstration = over("demonstration").truth("demonstration")
	b.Line = over("line").phone("line")
	l.phone(over("line").at("line"))
	l.readZone(over("zone"))
	l.readLanguages(main, over("languages"))
	l.readDelays(main.at("delays"), region.at("delays"))
	b.Busy = over("busy").whole("busy")
	l.readReprompt(main.at("reprompt"))
	l.readTerritories(main.at("territories"), region.at("territories"))
	l.readCampaigns(main.at("campaigns"), region.at("campaigns"))
	for _, e := range main.at("moved").list() {
		to := strings.TrimSpace(e.value.text)
		b.Moved[e.key.text] = to
		if !strings.Contains(e.key.text, ".") || !strings.Contains(to, ".") {
			l.fault(e.pos, `"moved" s'écrit parcours.étape: parcours.étape`)
			continue
		}
		l.refer(ref{at: e.value.pos, kind: toStep, said: fmt.Sprintf("%q est devenue", e.key.text), name: to})
	}
}

func (l *loader) readZone(n *node) {
	name := n.str("zone")
	if name == "" {
		name = "Europe/Paris"
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		l.fault(n.place("zone"), "le fuseau horaire %q n'existe pas ; écrivez par exemple Europe/Paris", name)
		zone = time.UTC
	}
	l.b.Zone, l.b.Calendar.Zone = zone, zone
}

func (l *loader) readLanguages(main, over *node) {
	b := l.b
	b.Source = main.str("source")
	if b.Source == "" {
		b.Source = "fr"
	}
	b.Languages = over.words("languages")
	if len(b.Languages) == 0 {
		b.Languages = []string{b.Source}
	}
	if !slices.Contains(b.Languages, b.Source) {
		l.fault(over.place("languages"), "la langue %q du parcours manque dans la liste", b.Source)
	}
	l.readReceived(main)
}

// unread is what stands for a language whose texts nobody has reread.
const unread = "à relire"

// readReceived reads the languages in which somebody is greeted and handed to a person, and who has
// reread their texts: « es: à relire », « es: Ana Ruiz, 2026-11-02 ».
func (l *loader) readReceived(n *node) {
	l.b.Received = map[string]Review{}
	for _, e := range n.at("received").list() {
		language, state := e.key.text, strings.TrimSpace(e.value.text)
		by, day, _ := strings.Cut(state, ",")
		on, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
		switch {
		case !slices.Contains(hearable(), language):
			l.fault(e.pos, "la langue %q n'est pas reconnue%s", language, instead(language, hearable()))
		case slices.Contains(l.b.Languages, language):
			l.fault(e.pos, "la langue %q est déjà dans \"languages\"", language)
		case state == unread:
			l.b.Received[language] = Review{}
		case err != nil || strings.TrimSpace(by) == "":
			l.fault(e.value.pos, "écrivez « %s », ou qui a relu et quand : Ana Ruiz, 2026-11-02", unread)
		default:
			l.b.Received[language] = Review{By: by, On: on}
		}
	}
}

// hearable are the languages that a message can be found to be in.
func hearable() []string { return []string{"fr", "en", "es", "ar", "pt", "uk", "tr", "br"} }

func (l *loader) readDelays(main, over *node) {
	d := Delays{Pickup: 5 * time.Minute, Call: 3 * time.Minute, Owner: 10 * time.Minute, Citizen: 15 * time.Minute, Dated: 3,
		Reopen: 30 * 24 * time.Hour, Hold: 10 * time.Second, Follow: 14 * 24 * time.Hour}
	for _, n := range []*node{main, over} {
		d.Pickup = n.span("pickup", d.Pickup)
		d.Call = n.span("call", d.Call)
		d.Owner = n.span("owner", d.Owner)
		d.Citizen = n.span("citizen", d.Citizen)
		d.Reopen = n.span("reopen", d.Reopen)
		d.Hold = n.span("hold", d.Hold)
		d.Follow = n.span("follow", d.Follow)
		if n.get("dated") != nil {
			d.Dated = n.whole("dated")
		}
	}
	l.b.Delays = d
}

func (l *loader) readReprompt(n *node) {
	r := Reprompt{NoMatch: l.noMatch("", n.at("no_match")), NoInput: map[string][]time.Duration{}, Expire: n.span("expire", 24*time.Hour)}
	if r.NoMatch == nil {
		r.NoMatch = []string{"rephrase", "list", "human"}
	}
	for _, e := range n.at("no_input").list() {
		for _, wait := range e.value.strings() {
			d, _ := time.ParseDuration(wait)
			r.NoInput[e.key.text] = append(r.NoInput[e.key.text], d)
		}
	}
	l.b.Reprompt = r
}

// readCampaigns reads what each campaign word stands for, the region's words beside the common ones.
func (l *loader) readCampaigns(trees ...*node) {
	l.b.Campaigns = map[string][]Setting{}
	for _, tree := range trees {
		for _, e := range tree.list() {
			var sets []Setting
			for _, set := range e.value.list() {
				value := strings.TrimSpace(set.value.text)
				l.refer(ref{at: set.pos, kind: toAnswer, name: set.key.text})
				l.given = append(l.given, given{set.value.pos, "", set.key.text, value})
				sets = append(sets, Setting{set.key.text, value})
			}
			l.b.Campaigns[e.key.text] = sets
		}
	}
}

var (
	dialled = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{2,6})$`)
	mailed  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)
)

// phone checks that what is shown is what is dialled: people copy one and tap the other.
func (l *loader) phone(n *node) {
	if n == nil {
		return
	}
	p := Phone{Text: n.str("text"), Tel: n.str("tel")}
	switch {
	case n.get("tel") == nil:
		return // said already
	case !dialled.MatchString(p.Tel):
		l.fault(n.place("tel"), `%q n'est pas un numéro à composer ; écrivez par exemple "+33261910000"`, p.Tel)
		return
	}
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	shown := digits(p.Text)
	if rest, ok := strings.CutPrefix(p.Tel, "+33"); ok && shown != "0"+rest && shown != "33"+rest || !ok && shown != digits(p.Tel) {
		l.fault(n.place("text"), "le numéro affiché %q n'est pas celui qui est composé (%s)", p.Text, p.Tel)
	}
}
