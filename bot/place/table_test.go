package place

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// The table as cmd/communes made it from the package that its first line names.
const (
	packedSum  = "ca4dbbdea144a90668dd4b989dd10fd1ba370c51ee9630d1e7298a70667ed40b"
	packedFrom = "@etalab/decoupage-administratif 6.0.0"
)

func TestTheTableIsTheOneThatWasMade(t *testing.T) {
	sum := sha256.Sum256([]byte(packed))
	if got := hex.EncodeToString(sum[:]); got != packedSum {
		t.Errorf("communes.bin has the sum %s; it was made with %s", got, packedSum)
	}
	if !strings.HasPrefix(Attribution(), packedFrom) || !strings.Contains(Attribution(), "Licence Ouverte") {
		t.Errorf("attribution: %q", Attribution())
	}
	if len(packed) > 3<<20 {
		t.Errorf("the table takes %d bytes; want at most 3 MB", len(packed))
	}
	communes, quarters := 0, 0
	for range Communes() {
		communes++
	}
	for record := range table.count() {
		if table.arrondissement(record) {
			quarters++
		}
	}
	got := []int{table.count(), communes, quarters, len(table.departements), len(table.regions)}
	if want := []int{37590, 34969, 45, 109, 26}; !slices.Equal(got, want) {
		t.Errorf("records, communes, arrondissements, départements, régions: %v, want %v", got, want)
	}
}

// Taken apart and made again, the table is the same, in whatever order it is fed.
func TestTheSameSourceGivesTheSameTable(t *testing.T) {
	src := Source{Attribution: table.attribution}
	for _, r := range table.regions {
		src.Regions = append(src.Regions, SourceArea{Code: r.code, Name: r.name})
	}
	for _, d := range table.departements {
		src.Departements = append(src.Departements, SourceArea{Code: d.code, Region: d.region, Name: d.name})
	}
	postcodes := map[int][]string{}
	for n := range 100_000 {
		code := itoa5(n)
		for record := range table.byPostcode(n) {
			postcodes[record] = append(postcodes[record], code)
			if table.arrondissement(record) && !slices.Contains(postcodes[table.whole(record)], code) {
				postcodes[table.whole(record)] = append(postcodes[table.whole(record)], code)
			}
		}
	}
	for record := range table.count() {
		c := SourceCommune{Code: table.code(record), Name: table.name(record), Departement: table.departement(record).code,
			Arrondissement: table.arrondissement(record), Postcodes: postcodes[record], Population: table.population(record)}
		if whole := table.whole(record); whole != record {
			c.Into = table.code(whole)
		}
		src.Communes = append(src.Communes, c)
	}
	slices.Reverse(src.Communes)
	slices.Reverse(src.Departements)
	again, err := Pack(src)
	if err != nil {
		t.Fatal(err)
	}
	if again != packed {
		t.Errorf("made again, the table has %d bytes and differs from the %d before", len(again), len(packed))
	}
}

func itoa5(n int) string {
	const digits = "0123456789"
	return string([]byte{digits[n/10000], digits[n/1000%10], digits[n/100%10], digits[n/10%10], digits[n%10]})
}

// Every commune, every old name and every arrondissement of the Code officiel géographique of 2024 is
// found by its name, but for the few that a later year has renamed or split.
func TestTheTableHoldsTheCodeOfficielGeographique(t *testing.T) {
	f, err := os.Open("../../../shared/data/cog/communes.csv")
	if err != nil {
		t.Skip("the COG files are not there: ", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	lost, total := 0, 0
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if row[0] == "TYPECOM" {
			continue
		}
		total++
		name := strings.TrimSuffix(row[9], " Arrondissement")
		s := table.within(table.all(), keyOf(name))
		found := s.from < s.to && table.key(s.from) == keyOf(name)
		if _, coded := table.byCode(row[1]); !coded && row[0] != "COMD" && row[0] != "COMA" {
			found = false
		}
		if !found {
			if lost++; lost < 20 {
				t.Logf("%v is not in the table", row)
			}
		}
	}
	if total != 37544 {
		t.Errorf("%d rows of the COG, want 37544", total)
	}
	if lost > total/200 { // what two years of mergers and separations have changed since
		t.Errorf("%d of %d are lost", lost, total)
	}
}
