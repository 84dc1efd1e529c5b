package studio

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

func (s *sayer) delayTable() statTable {
	t := statTable{ID: "delais", Title: "Délais", Lead: "La moitié des personnes attend moins que le délai médian.",
		Columns: []statColumn{{Label: "Jusqu'à", Name: "jusqu_a", Doc: "fin du délai ; il court depuis le premier message"}, {Label: "Délai médian", Name: "mediane_secondes", Doc: "en secondes ; vide sous dix personnes", Number: true},
			{Label: "Personnes", Name: "personnes", Doc: "personnes dont le délai est connu", Number: true}}}
	for _, x := range []struct {
		name  string
		times tally.Times
	}{{"la première information", s.f.Informed}, {"une personne", s.f.Met}} {
		median := statCell{Text: "–", Count: true, Bar: -1, Key: -1, Quiet: true}
		if d, known := x.times.Median(); known {
			median = statCell{Text: lasted(d), File: strconv.Itoa(int(d / time.Second)), Count: true, Key: d.Seconds(), Bar: -1}
		}
		t.Rows = append(t.Rows, statRow{Cells: []statCell{word(x.name, x.name), median, figure(tally.Show(x.times.Count()))}})
	}
	return t
}

// promiseTable says which promises were kept.
func (s *sayer) promiseTable() statTable {
	t := statTable{ID: "promesses", Title: "Promesses", Lead: "Une réponse était annoncée pour une date. Tenue : elle est venue à temps.", Empty: "Aucune promesse n'était due pendant cette période.",
		Columns: []statColumn{{Label: "Suite promise", Name: "suite", Doc: "direct : l'accueil régional ; referral : une mise en relation ; dated : une réponse à une date"}, {Label: "Besoin", Name: "besoin", Doc: "besoin compris, par son nom"},
			{Label: "Tenues", Name: "tenues", Doc: "promesses tenues", Number: true}, {Label: "Pas tenues", Name: "pas_tenues", Doc: "promesses dépassées", Number: true}, {Label: "Part tenue", Name: "tenues_pourcent", Doc: "tenues pour cent promesses", Number: true}}}
	for _, p := range s.promises() {
		part := share(p.kept, p.due)
		if !p.broken.Known() {
			part = share(tally.Few, p.due)
		}
		t.Rows = append(t.Rows, statRow{Cells: []statCell{word(modeName(p.Mode), p.Mode), word(s.optionName(flow.AsNeed, p.Need), p.Need), figure(p.kept), figure(p.broken), part}})
	}
	return t.fold()
}

// A promise is one kind of promise, as it may be seen.
type promise struct {
	Mode, Need        string
	due, kept, broken tally.Shown
}

// promises are sorted by how many were broken.
func (s *sayer) promises() []promise {
	broken := map[tally.Promise]int{}
	for p, n := range s.f.Promises {
		if p.Kept {
			n = 0
		}
		p.Kept = false
		broken[p] += n
	}
	var all []promise
	for _, p := range tally.Ranked(broken, func(a, b tally.Promise) int {
		return cmp.Or(strings.Compare(a.Mode, b.Mode), strings.Compare(a.Need, b.Need))
	}) {
		kept := s.f.Promises[tally.Promise{Mode: p.Mode, Need: p.Need, Kept: true}]
		due, parts := tally.Line(kept+broken[p], []int{kept, broken[p]})
		x := promise{Mode: p.Mode, Need: p.Need, due: due, kept: tally.Few, broken: tally.Few}
		if parts != nil {
			x.kept, x.broken = parts[0], parts[1]
		}
		all = append(all, x)
	}
	return all
}

func modeName(mode string) string {
	switch bot.Mode(mode) {
	case bot.Direct:
		return "réponse immédiate de l'accueil régional"
	case bot.Referral:
		return "mise en relation avec une structure"
	case bot.Dated:
		return "réponse à une date"
	}
	return cmp.Or(mode, "–")
}

func outcomeName(outcome string) string {
	for _, c := range desk.Outcomes() {
		if c.ID == outcome {
			return c.Label
		}
	}
	if reason, is := strings.CutPrefix(outcome, "refused:"); is {
		for _, c := range desk.Refusals() {
			if c.ID == reason {
				return "Refus d'une structure : " + c.Label
			}
		}
	}
	switch outcome {
	case "expired":
		return "La personne n'a plus répondu"
	case "abandoned":
		return "La personne a dit STOP"
	case "silent":
		return "Silence après un échange avec un conseiller"
	case "moved":
		return "Suite sur un autre canal"
	case "informed":
		return "Information donnée"
	case "handed_over":
		return "Passage à une personne"
	}
	return outcome
}

// plain is a table of one count.
func (s *sayer) plain(id, title, lead, label, name string, counts map[string]int, say func(string) string) statTable {
	t := statTable{ID: id, Title: title, Lead: lead, Empty: "Rien n'a été compté pendant cette période.",
		Columns: []statColumn{{Label: label, Name: name, Doc: "par son nom dans le service"}, {Label: "Texte", Name: "texte", Doc: "en français"},
			{Label: "Conversations", Name: "conversations", Doc: "nombre", Number: true}, {Label: "Part", Name: "pourcent", Doc: "pour cent", Number: true}}}
	whole := 0
	for _, n := range counts {
		whole += n
	}
	parts := partsOf(counts)
	for _, key := range tally.Ranked(counts, strings.Compare) {
		if parts == nil {
			t.Empty = tooFew
			break
		}
		t.Rows = append(t.Rows, statRow{Cells: []statCell{word(cmp.Or(key, "–"), key), word(say(key), say(key)), figure(parts[key]), share(parts[key], tally.Show(whole))}})
	}
	return t.fold()
}

// tooFew is said instead of rows that could point at somebody.
const tooFew = "Moins de dix conversations : le détail n'est pas montré."

// dayTable counts conversations by day.
func (s *sayer) dayTable() statTable {
	t := statTable{ID: "jours", Title: "Jour par jour", Empty: "Aucune conversation pendant cette période.",
		Columns: []statColumn{{Label: "Jour", Name: "jour", Doc: "année, mois, jour"}, {Label: "Conversations", Name: "conversations", Doc: "conversations commencées", Number: true}}}
	parts := partsOf(s.f.Days)
	for _, d := range slices.Sorted(maps.Keys(parts)) {
		t.Rows = append(t.Rows, statRow{Cells: []statCell{word(d.Date().Format("02/01/2006"), d.Date().Format(time.DateOnly)), figure(parts[d])}})
	}
	return t.fold()
}
