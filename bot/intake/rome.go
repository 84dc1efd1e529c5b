package intake

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot/directory"
	"frontdesk/bot/hear"
)

// rome reads the files of the ROME, in any order, known by their columns: métiers (code_rome,
// code_rome_parent, libelle_rome), appellations (a code and libelle_appellation_long), mobility (code_rome,
// code_rome_cible). Appellations and mobility still have the 532 codes of before version 4; they are joined
// to today's métiers by code_rome_parent.
func (r *run) rome(files []File) ([]byte, error) {
	j := &joining{run: r, seen: map[string]int{}, label: map[string]string{}, children: map[string][]string{}, near: map[string][]string{}}
	if err := r.each(files, j.take); err != nil {
		return nil, err
	}
	return sorted(directory.Rome, j.jobs(), func(a, b *directory.Job) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Label, b.Label))
	})
}

type joining struct {
	*run
	seen     map[string]int
	label    map[string]string   // métiers by their code
	children map[string][]string // codes of today by the code of before
	names    []appellation
	near     map[string][]string // codes of before
}

type appellation struct {
	file        string
	line        int
	code, label string
}

func (j *joining) take(rec *record) {
	switch {
	case rec.refused != "":
	case rec.has("code_rome_cible"):
		from, to := rec.romeCode("code_rome"), rec.romeCode("code_rome_cible")
		if rec.refused == "" && from != to && !slices.Contains(j.near[from], to) {
			j.near[from] = append(j.near[from], to)
		}
	case rec.has("code_rome_parent"):
		j.metier(rec, rec.romeCode("code_rome"), rec.romeCode("code_rome_parent"))
	case rec.has("libelle_appellation_long"), rec.has("libelle_appellation"):
		code := rec.romeCode(either(rec, "rome_code", "code_rome"))
		if label := rec.bounded("libelle_appellation", rec.first("libelle_appellation_long", "libelle_appellation"), 2, 300); rec.refused == "" {
			j.names = append(j.names, appellation{j.file, rec.line, code, label})
		}
	case rec.has("libelle_rome"): // the families of before: their codes are in the two other files
		rec.romeCode("code_rome")
		rec.aside = true
	default:
		rec.refuse("ce n'est pas une ligne du ROME ; il faut code_rome et code_rome_parent, libelle_appellation_long, ou code_rome_cible")
	}
}

func (j *joining) metier(rec *record, code, parent string) {
	label := rec.bounded("libelle_rome", rec.must("libelle_rome"), 2, 300)
	if rec.refused == "" && unique(j.seen, rec, code) {
		j.label[code] = label
		j.children[parent] = append(j.children[parent], code)
	}
}

// romeCode is a letter and four digits.
func (r *record) romeCode(name string) string {
	code := strings.ToUpper(r.must(name))
	if code != "" && (len(code) != 5 || code[0] < 'A' || code[0] > 'Z' || strings.Trim(code[1:], "0123456789") != "") {
		r.refuse("%s : « %s » n'est pas un code ROME ; il a une lettre et quatre chiffres, comme D1102", name, clip(code))
	}
	return code
}

// jobs are all appellations under today's codes, and the métiers' own names.
func (j *joining) jobs() []directory.Job {
	var all []directory.Job
	known := map[string]bool{}
	add := func(job directory.Job) {
		if key := job.Code + " " + job.Label; !known[key] {
			known[key] = true
			all = append(all, job)
		}
	}
	parent := map[string]string{}
	for code, children := range j.children {
		for _, c := range children {
			parent[c] = code
		}
	}
	for code, label := range j.label {
		add(directory.Job{Label: label, Code: code, Main: true, Near: j.neighbours(code, parent[code])})
	}
	byName := j.byName()
	for _, n := range j.names {
		code, ok := j.today(n, byName)
		if !ok {
			j.report.Kept--
			j.file = n.file
			j.refuse(n.line, "le code ROME "+n.code+" n'est celui d'aucun métier de ces fichiers ; prendre les métiers de la même version")
			continue
		}
		add(directory.Job{Label: n.label, Code: code})
	}
	return all
}

// neighbours are the métiers that mobility leads to, by today's codes.
func (j *joining) neighbours(code, parent string) []string {
	var near []string
	for _, to := range append(slices.Clone(j.near[code]), j.near[parent]...) {
		if j.label[to] != "" && to != code && !slices.Contains(near, to) {
			near = append(near, to)
		}
	}
	return near
}

// byName finds métiers by their parent and their name.
func (j *joining) byName() map[string]string {
	names := map[string]string{}
	for parent, children := range j.children {
		for _, c := range children {
			names[parent+" "+hear.Fold(j.label[c])] = c
		}
	}
	return names
}

// today is the code of the métier that an appellation belongs to: the one of its own name, else the one
// that has kept the code of before, else the first of those that came from it.
func (j *joining) today(n appellation, byName map[string]string) (string, bool) {
	if code, ok := byName[n.code+" "+hear.Fold(n.label)]; ok {
		return code, true
	}
	if j.label[n.code] != "" || len(j.label) == 0 { // without métiers nothing can be joined
		return n.code, true
	}
	if children := j.children[n.code]; len(children) > 0 {
		return slices.Min(children), true
	}
	return "", false
}
