package intake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdesk/bot/directory"
)

// portraits reads what is to be said of territories: territoires (codes of communes or départements, a|b),
// nom, texte, source, annee.
func (r *run) portraits(files []File) ([]byte, error) {
	var all []directory.Portrait
	seen := map[string]int{}
	err := r.each(files, func(rec *record) {
		p := directory.Portrait{
			Areas: r.areas(rec), Name: rec.bounded("nom", rec.must("nom"), 2, 80), Text: rec.must("texte"), Source: rec.must("source"),
			Year: rec.year("annee"), Example: rec.yes("exemple"),
		}
		if p.Text != "" && !strings.HasSuffix(p.Text, ".") {
			p.Text += "."
		}
		if n := shownLength(&p); n > directory.LongestPortrait {
			rec.refuse("texte : le portrait a %d caractères avec sa source ; il en faut %d au plus, raccourcir de %d", n, directory.LongestPortrait, n-directory.LongestPortrait)
		}
		if rec.refused != "" || rec.aside {
			return
		}
		p.ID = p.Areas[0]
		for _, area := range p.Areas {
			if line, there := seen[area]; there {
				rec.refuse("le territoire %q a déjà le portrait de la ligne %d ; en garder un", area, line)
				return
			}
		}
		for _, area := range p.Areas {
			seen[area] = rec.line
		}
		all = append(all, p)
	})
	if err != nil {
		return nil, err
	}
	return sorted(directory.Portraits, all, func(a, b *directory.Portrait) int { return strings.Compare(a.ID, b.ID) })
}

// areas are codes of communes and départements; a record none of which is served is left aside.
func (r *run) areas(rec *record) []string {
	var all []string
	served := false
	for _, code := range rec.list("territoires") {
		area := code
		switch {
		case len(code) == 5:
			code = r.commune(rec, rec.code("territoires", code))
			area = directory.Area(code, "")
		case len(code) != 2 && len(code) != 3:
			rec.refuse("territoires : « %s » n'est le code ni d'une commune ni d'un département", clip(code))
		}
		served = served || r.served(area)
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	if len(all) == 0 {
		rec.refuse("il manque territoires ; y mettre les codes des communes ou des départements, comme 35238|35047")
	}
	rec.aside = !served
	return all
}

// year is four digits.
func (r *record) year(name string) int {
	text := r.must(name)
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 1990 || n > 2100) {
		r.refuse("%s : « %s » n'est pas une année ; écrire 2024", name, clip(text))
	}
	return n
}

// shownLength is how long a portrait is as people see it, in characters.
func shownLength(p *directory.Portrait) int {
	return utf8.RuneCountInString(fmt.Sprintf("%s : %s Source : %s, %d.", p.Name, p.Text, p.Source, p.Year))
}
