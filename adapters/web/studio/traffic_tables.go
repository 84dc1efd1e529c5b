package studio

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A sayer says figures in the words of the live release.
type sayer struct {
	b     *flow.Bundle
	f     *tally.Figures
	steps []stepCount       // once counted
	names map[string]string // of releases, by their hashes
}

// A stepCount is what became of a step, as it may be seen.
type stepCount struct {
	ID                             string
	Step                           *flow.Step // nil where the live release has none of that name
	Answered, Missed, Silent, Left tally.Shown
	Asked                          tally.Shown // answers and departures together
	answered                       int
	options                        map[string]int
}

// counted gives every step at which something was answered, missed or left, in the order of the flows.
func (s *sayer) counted() []stepCount {
	if s.steps != nil {
		return s.steps
	}
	type sums struct{ answered, missed, silent, other int }
	all := map[string]*sums{}
	options := map[string]map[string]int{}
	for c, n := range s.f.Turns {
		x := all[c.Step]
		if x == nil {
			x = &sums{}
			all[c.Step], options[c.Step] = x, map[string]int{}
		}
		switch tally.SenseOf(c.Class) {
		case tally.Answered:
			x.answered += n
			options[c.Step][strings.TrimPrefix(c.Class, "option:")] += n
		case tally.Missed:
			x.missed += n
		case tally.Silent:
			x.silent += n
		default:
			x.other += n
		}
	}
	delete(all, "")
	ids := slices.Collect(maps.Keys(all))
	left := partsOf(s.f.Left)
	for _, id := range s.inOrder(ids) {
		x := all[id]
		step := s.b.Steps[id]
		if x.answered+x.missed+x.silent == 0 && s.f.Left[id] == 0 || step != nil && step.Kind != flow.Ask {
			continue
		}
		c := stepCount{ID: id, Step: step, Answered: tally.Show(x.answered), Missed: tally.Show(x.missed), Silent: tally.Show(x.silent),
			Left: tally.Few, answered: x.answered, options: options[id]}
		if left != nil {
			c.Left = left[id]
		}
		c.Asked, _ = tally.Line(x.answered+s.f.Left[id], []int{x.answered, s.f.Left[id]})
		s.steps = append(s.steps, c)
	}
	return s.steps
}

// partsOf shows the parts of a whole together; nil where the whole is under ten, or its parts are so many and
// so small that they cannot be shown at all: then not even which ones there are.
func partsOf[K cmp.Ordered](counts map[K]int) map[K]tally.Shown {
	keys := slices.Sorted(maps.Keys(counts))
	whole, parts := 0, make([]int, len(keys))
	for i, k := range keys {
		parts[i] = counts[k]
		whole += counts[k]
	}
	_, shown := tally.Line(whole, parts)
	if shown == nil {
		return nil
	}
	all := map[K]tally.Shown{}
	for i, k := range keys {
		all[k] = shown[i]
	}
	return all
}

// inOrder sorts steps as the flows have them; those of other releases come last.
func (s *sayer) inOrder(ids []string) []string {
	place := map[string]int{}
	for _, id := range slices.SortedFunc(maps.Keys(s.b.Flows), func(a, b string) int {
		return cmp.Or(boolInt(b == s.b.Start)-boolInt(a == s.b.Start), strings.Compare(a, b))
	}) {
		for _, step := range s.b.Flows[id].Order {
			place[step] = len(place) + 1
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		pa, pb := cmp.Or(place[a], 1<<30), cmp.Or(place[b], 1<<30)
		return cmp.Or(cmp.Compare(pa, pb), strings.Compare(a, b))
	})
	return ids
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tables are all tables of the page, in the order in which they are read.
func (s *sayer) tables() []statTable {
	return []statTable{s.stepTable(), s.optionTable(), s.rowTable(), s.unansweredTable(), s.delayTable(), s.promiseTable(),
		s.plain("resultats", "Comment les conversations finissent", "Une conversation sans réponse de la personne finit par un silence.", "Fin", "resultat", s.f.Outcomes, outcomeName),
		s.plain("utilite", "Utile ?", "Ce que les personnes répondent à la dernière question.", "Réponse", "utile", s.f.Useful, func(v string) string { return v }),
		s.plain("canaux", "Par canal", "", "Canal", "canal", s.f.Channels, func(c string) string { return desk.ChannelLabel(bot.ChannelName(c)) }),
		s.plain("territoires", "Par territoire", "Le territoire est connu quand la personne a dit sa commune.", "Territoire", "territoire", s.f.Territories, func(c string) string { return placeName(s.b, c) }),
		s.plain("versions", "Par version", "", "Version", "version", s.f.Releases, func(h string) string { return s.release(h) }),
		s.dayTable(),
	}
}

// stepTable says what became of each question. It is what the picture shows, in words.
func (s *sayer) stepTable() statTable {
	t := statTable{ID: "etapes", Title: "Étape par étape", Lead: "Ce que dit le dessin, en chiffres. Un départ : la personne n'écrit plus, raccroche ou dit STOP.",
		Empty: "Aucune question n'a été posée pendant cette période.",
		Columns: []statColumn{{Label: "Étape", Name: "etape", Doc: "parcours et nom de l'étape"}, {Label: "Question", Name: "question", Doc: "premiers mots, dans la version en ligne"},
			{Label: "Réponses", Name: "reponses", Doc: "réponses comprises", Number: true}, {Label: "Pas compris", Name: "pas_compris", Doc: "réponses qui n'ont pas été comprises", Number: true},
			{Label: "Silences", Name: "silences", Doc: "rappels faits après un silence", Number: true}, {Label: "Départs", Name: "departs", Doc: "conversations finies là par la personne", Number: true},
			{Label: "% qui partent", Name: "departs_pourcent", Doc: "départs pour cent réponses et départs", Number: true}, {Label: "% non compris", Name: "pas_compris_pourcent", Doc: "non comprises pour cent réponses", Number: true}}}
	for _, c := range s.counted() {
		name := word(c.ID, c.ID)
		text := word("n'est plus dans la version en ligne", "")
		text.Quiet = true
		if c.Step != nil {
			name.Link = stepPath(c.Step.Flow, strings.TrimPrefix(c.ID, c.Step.Flow+"."))
			said := s.b.Texts[c.ID].Text
			text = word(firstWords(said, 9), said)
		}
		t.Rows = append(t.Rows, statRow{Cells: []statCell{name, text, figure(c.Answered), figure(c.Missed), figure(c.Silent), figure(c.Left),
			share(c.Left, c.Asked), share(c.Missed, sum(c.Answered, c.Missed))}})
	}
	return t.fold()
}

// sum adds what is shown; what is hidden makes it hidden.
func sum(a, b tally.Shown) tally.Shown {
	if !a.Known() || !b.Known() {
		return tally.Few
	}
	return a + b
}

// optionTable says what people chose.
func (s *sayer) optionTable() statTable {
	t := statTable{ID: "choix", Title: "Choix par choix", Lead: "Ce que les personnes choisissent à chaque question.", Empty: "Aucun choix n'a été fait pendant cette période.",
		Columns: []statColumn{{Label: "Étape", Name: "etape", Doc: "parcours et nom de l'étape"}, {Label: "Choix", Name: "choix", Doc: "nom du choix ; value : une réponse sans choix ; skip : question passée"},
			{Label: "Texte", Name: "texte", Doc: "texte du choix, dans la version en ligne"}, {Label: "Réponses", Name: "reponses", Doc: "fois où il a été choisi", Number: true},
			{Label: "Part", Name: "pourcent", Doc: "pour cent réponses à la question", Number: true}}}
	for _, c := range s.counted() {
		ids := tally.Ranked(c.options, strings.Compare)
		parts := partsOf(c.options)
		if parts == nil {
			continue
		}
		for _, id := range ids {
			label := cmp.Or(s.b.Texts[c.ID+"."+id].Text, answerKinds(id))
			t.Rows = append(t.Rows, statRow{Cells: []statCell{word(c.ID, c.ID), word(id, id), word(label, label), figure(parts[id]), share(parts[id], c.Answered)}})
		}
	}
	return t.fold()
}

// answerKinds names an answer that is no option.
func answerKinds(class string) string {
	switch {
	case class == "value":
		return "réponse libre, lieu ou nombre"
	case class == "skip":
		return "question passée"
	case strings.HasPrefix(class, "meant:"):
		return "compris dans une phrase"
	case class == "filled":
		return "plusieurs réponses à la fois"
	}
	return ""
}

// rowTable says which rows of the tables decide. Numbers of rows belong to a release.
func (s *sayer) rowTable() statTable {
	t := statTable{ID: "lignes", Title: "Lignes des tables", Lead: "Quelle ligne oriente combien de personnes. Les numéros sont ceux de la version indiquée.", Empty: "Aucune table n'a servi pendant cette période.",
		Columns: []statColumn{{Label: "Table", Name: "table", Doc: "nom de la table"}, {Label: "Ligne", Name: "ligne", Doc: "numéro de la ligne, à partir de 1", Number: true},
			{Label: "Cas", Name: "cas", Doc: "conditions de la ligne, si elle est de la version en ligne"}, {Label: "Version", Name: "version", Doc: "version à laquelle la ligne appartient"},
			{Label: "Personnes", Name: "fois", Doc: "fois où la ligne a décidé", Number: true}, {Label: "Part", Name: "pourcent", Doc: "pour cent fois où la table de cette version a servi", Number: true}}}
	tables := map[tally.Row]map[string]int{} // by release and table
	for row, n := range s.f.Rows {
		id, _, _ := strings.Cut(row.Row, ":")
		key := tally.Row{Release: row.Release, Row: id}
		if tables[key] == nil {
			tables[key] = map[string]int{}
		}
		tables[key][row.Row] += n
	}
	for _, key := range slices.SortedFunc(maps.Keys(tables), func(a, b tally.Row) int {
		return cmp.Or(boolInt(b.Release == s.b.Hash)-boolInt(a.Release == s.b.Hash), strings.Compare(a.Row, b.Row), strings.Compare(a.Release, b.Release))
	}) {
		rows := tables[key]
		whole := 0
		for _, n := range rows {
			whole += n
		}
		parts := partsOf(rows)
		if parts == nil {
			continue
		}
		for _, row := range tally.Ranked(rows, strings.Compare) {
			_, number, _ := strings.Cut(row, ":")
			n, _ := strconv.Atoi(number)
			at := word(number, number)
			at.Count, at.Key = true, float64(n)
			table := word(key.Row, key.Row)
			said := ""
			if key.Release == s.b.Hash {
				table.Link = "/studio/tables/" + key.Row
				if known := s.b.Tables[key.Row]; known != nil {
					table.Text = known.Title
				}
				said = s.rowCase(key.Row, n)
			}
			t.Rows = append(t.Rows, statRow{Cells: []statCell{table, at, word(said, said), word(s.release(key.Release), key.Release),
				figure(parts[row]), share(parts[row], tally.Show(whole))}})
		}
	}
	return t.fold()
}

// rowCase says the conditions of a row.
func (s *sayer) rowCase(table string, n int) string {
	t := s.b.Tables[table]
	if t == nil || n < 1 || n > len(t.Rows) {
		return ""
	}
	var parts []string
	for _, c := range t.Rows[n-1].When {
		if !c.Any {
			parts = append(parts, c.Answer+" "+c.Raw)
		}
	}
	if len(parts) == 0 {
		return "tous les autres cas"
	}
	return strings.Join(parts, ", ")
}

// unansweredTable is « questions sans réponse »: classes alone, for no word of a question is kept.
func (s *sayer) unansweredTable() statTable {
	t := statTable{ID: "questions", Title: "Questions sans réponse", Lead: "Ce que nous n'avons pas su dire. Les mots des personnes ne sont pas gardés : seuls le besoin et la situation le sont.",
		Empty: "Chaque question a eu une réponse pendant cette période.",
		Columns: []statColumn{{Label: "Besoin", Name: "besoin", Doc: "besoin compris, par son nom"}, {Label: "Situation", Name: "situation", Doc: "situation comprise, par son nom"},
			{Label: "Territoire", Name: "territoire", Doc: "code du territoire"}, {Label: "Pourquoi", Name: "pourquoi", Doc: "nothing : pas d'information ; expired:<fiche> : fiche périmée ; not_understood : pas compris"},
			{Label: "Fois", Name: "fois", Doc: "nombre de fois", Number: true}}}
	for _, q := range s.f.Unanswered() {
		if len(s.f.Lacking) > 1 && s.lacking() < tally.Fewest {
			t.Empty = "Moins de dix questions sans réponse : le détail n'est pas montré."
			break
		}
		t.Rows = append(t.Rows, statRow{Cells: []statCell{word(s.optionName(flow.AsNeed, q.Need), q.Need), word(s.optionName(flow.AsPublic, q.Public), q.Public),
			word(placeName(s.b, q.Territory), q.Territory), word(s.whyNot(q.Lacking), q.Lacking), figure(tally.Show(s.f.Lacking[q]))}})
	}
	return t.fold()
}

// lacking is how many questions had no answer.
func (s *sayer) lacking() int {
	n := 0
	for _, x := range s.f.Lacking {
		n += x
	}
	return n
}

func (s *sayer) whyNot(lacking string) string {
	if card, is := strings.CutPrefix(lacking, "expired:"); is {
		return "fiche périmée : " + cmp.Or(s.b.Texts["card."+card+".title"].Text, card)
	}
	switch lacking {
	case "nothing":
		return "pas d'information"
	case "not_understood":
		return "pas compris trois fois"
	}
	return lacking
}

// optionName is a value as the question that asks for it offers it.
func (s *sayer) optionName(as flow.Role, value string) string {
	if value == "" {
		return "–"
	}
	if a := s.b.Answers[s.b.As(as)]; a != nil {
		if text := s.b.Texts[a.Step+"."+value].Text; text != "" {
			return text
		}
	}
	return value
}
