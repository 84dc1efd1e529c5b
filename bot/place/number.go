package place

import "strconv"

// A qualifier is an area that narrows what a name may mean, or is all that was said.
type qualifier struct {
	kind     Kind // Commune for a postcode
	code     string
	postcode int
	from, to int // words
}

// postcodeAt reads a postcode, "35000" or "35 000".
func postcodeAt(ws []word, i int) (q qualifier, ok bool) {
	text, to := ws[i].text, i+1
	if len(text) == 2 && to < len(ws) && len(ws[to].text) == 3 && ws[to].number && ws[i].number && !ws[to].pause {
		text, to = text+ws[to].text, to+1
	}
	if len(text) != 5 || !ws[i].number || to < len(ws) && money(ws[to].text) {
		return qualifier{}, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return qualifier{}, false
	}
	for range table.byPostcode(n) {
		return qualifier{Commune, text, n, i, to}, true
	}
	return qualifier{}, false
}

func money(word string) bool {
	switch word {
	case "euro", "euros", "eur", "e", "brut", "bruts", "brute", "net", "nets", "balles", "habitants", "k", "km", "kms", "francs":
		return true
	}
	return false
}

// departementAt reads a département's number: "35", "2A", "974".
func departementAt(ws []word, i int) (q qualifier, ok bool) {
	text := ws[i].text
	if len(text) < 2 || len(text) > 3 || text[0] > '9' {
		return qualifier{}, false
	}
	if !ws[i].number && text != "2a" && text != "2b" {
		return qualifier{}, false
	}
	for _, d := range table.departements {
		if d.code == text || len(text) == 2 && text[1] >= 'a' && d.code == string([]byte{text[0], text[1] - 'a' + 'A'}) {
			return qualifier{kind: Departement, code: d.code, from: i, to: i + 1}, true
		}
	}
	return qualifier{}, false
}

// fits says whether a place lies where a qualifier says.
func (q *qualifier) fits(k known) bool {
	if q.postcode == 0 {
		return k.within(q.kind, q.code)
	}
	for record := range table.byPostcode(q.postcode) {
		if k.kind == Commune && (record == k.index || table.whole(record) == k.index) {
			return true
		}
	}
	return false
}

// candidates are the places that a qualifier alone means.
func (q *qualifier) candidates(s *shortlist) {
	if q.postcode > 0 {
		for record := range table.byPostcode(q.postcode) {
			s.addRecord(record, true, 1)
		}
		return
	}
	if q.kind == Departement {
		s.add(known{Departement, areaAt(table.departements, q.code)}, areaPeople)
	}
}

// quarter reads the number of an arrondissement after its town: "Lyon 3e", "Paris 14", "Marseille 1er".
func quarter(ws []word, i, town int) (record, to int, ok bool) {
	if i >= len(ws) || ws[i].pause {
		return 0, 0, false
	}
	digits := 0
	for digits < len(ws[i].text) && ws[i].text[digits] >= '0' && ws[i].text[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(ws[i].text[:digits])
	switch ws[i].text[digits:] {
	case "", "e", "er", "eme", "ieme", "ème", "arr", "nd", "th":
	default:
		return 0, 0, false
	}
	if err != nil || n == 0 || n > 20 {
		return 0, 0, false
	}
	suffix := "e"
	if n == 1 {
		suffix = "er"
	}
	key := keyOf(table.name(town)) + strconv.Itoa(n) + suffix
	name := table.within(table.all(), key).from
	if name == table.names() || table.key(name) != key {
		return 0, 0, false
	}
	record, _ = table.records(name)
	to = i + 1
	for to < len(ws) && (ws[to].text == "arrondissement" || ws[to].text == "arr" || ws[to].text == "eme" || ws[to].text == "e") {
		to++
	}
	return record, to, table.arrondissement(record)
}
