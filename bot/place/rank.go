package place

import "slices"

// A candidate is one place that words may mean.
type candidate struct {
	known
	weight int // how likely it is, in people who live there
}

// What makes a place likelier than another of the same name: that it is served, that its name was said
// in full, that nothing was misspelt.
const (
	servedWeight   = 30
	fullWeight     = 3
	typoShare      = 8
	oldNameShare   = 8
	areaPeople     = 150_000 // what a département, a région or a town abroad counts for
	sureWeight     = 10      // as often likelier than the next, the first is meant
	mostCandidates = 48
)

// A shortlist is the candidates found so far, without any place twice.
type shortlist struct {
	near   Preference
	within *qualifier // where they all lie, or nil
	asked  bool       // the words answer where somebody lives
	list   [mostCandidates]candidate
	count  int
}

// addName adds every commune of a name. share divides the weight of what was not said exactly.
func (s *shortlist) addName(name int, full bool, share int) {
	from, to := table.records(name)
	for record := from; record < to; record++ {
		s.addRecord(record, full, share)
	}
}

func (s *shortlist) addRecord(record int, full bool, share int) {
	whole := record
	if !table.arrondissement(record) {
		whole = table.whole(record)
	}
	weight := table.population(whole) + 20
	if whole != record && !full { // the beginning of a name that has gone
		return
	}
	if whole != record {
		weight = weight/oldNameShare + 20
	}
	if full {
		weight *= fullWeight
	}
	s.add(known{Commune, whole}, weight/share+1)
}

func (s *shortlist) add(k known, weight int) {
	if s.within != nil && !s.within.fits(k) {
		return
	}
	if s.near.serves(k) {
		weight *= servedWeight
	}
	for i := range s.count {
		if s.list[i].known == k {
			s.list[i].weight = max(s.list[i].weight, weight)
			return
		}
	}
	if s.count < len(s.list) {
		s.list[s.count] = candidate{k, weight}
		s.count++
		return
	}
	least := 0
	for i := range s.list {
		if s.list[i].weight < s.list[least].weight {
			least = i
		}
	}
	if s.list[least].weight < weight {
		s.list[least] = candidate{k, weight}
	}
}

// serves says whether a place is in what is served.
func (p Preference) serves(k known) bool {
	departement, region := k.area()
	return slices.Contains(p.Departements, departement) || slices.Contains(p.Regions, region)
}

// area gives the codes of the département and the région that a place is in.
func (k known) area() (departement, region string) {
	switch k.kind {
	case Commune:
		d := table.departement(k.index)
		return d.code, d.region
	case Departement:
		d := &table.departements[k.index]
		return d.code, d.region
	case Region:
		return "", table.regions[k.index].code
	}
	return "", ""
}

// within says whether a place lies in an area.
func (k known) within(areaKind Kind, code string) bool {
	departement, region := k.area()
	return areaKind == Departement && departement == code || areaKind == Region && region == code
}

// sort puts the likeliest first; of equals the one whose code is first.
func (s *shortlist) sort() {
	slices.SortFunc(s.list[:s.count], func(a, b candidate) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		if a.kind != b.kind {
			return len(a.kind) - len(b.kind)
		}
		return a.index - b.index
	})
}

// meaning is what the shortlist comes to. said is the name that the places share.
func (s *shortlist) meaning(said string) Meaning {
	s.sort()
	n := min(s.count, most)
	m := Meaning{Places: make([]Place, n), Name: said, Sure: s.sure()}
	for i := range n {
		m.Places[i] = s.list[i].place()
	}
	if m.Sure || said == "" {
		m.Name = m.Places[0].Name
	}
	return m
}

// sure says whether the first is so much likelier that it is meant.
func (s *shortlist) sure() bool {
	return s.count == 1 || s.list[0].weight >= sureWeight*s.list[1].weight
}

func (k known) place() Place {
	switch k.kind {
	case Commune:
		return table.place(k.index)
	case Departement:
		d := &table.departements[k.index]
		return Place{Kind: Departement, Code: d.code, Name: d.name, Departement: d.code, Region: d.region}
	case Region:
		r := &table.regions[k.index]
		return Place{Kind: Region, Code: r.code, Name: r.name, Region: r.code}
	}
	return Place{Kind: Abroad, Name: abroad[k.index]}
}
