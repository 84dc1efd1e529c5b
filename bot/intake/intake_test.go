package intake

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/bot/directory"
)

var update = flag.Bool("update", false, "write testdata/import anew, as it is read")

const files = "../../testdata/import/"

// bretagne stands for a region's own options: its four départements, and communes by a made-up table.
func bretagne() Options {
	return Options{
		Served: func(area string) bool { return strings.Contains("22 29 35 56 01 2A", area) },
		Commune: func(code string) (string, bool) {
			if code == "35361" { // became part of another
				return "35360", true
			}
			return code, code != "35999"
		},
	}
}

// said is a run as a person would be told of it, and what it gives.
func said(content []byte, r Report, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "read %d, kept %d, aside %d, refused %d\n", r.Read, r.Kept, r.Aside, r.Refused)
	for _, refusal := range r.Refusals {
		fmt.Fprintf(&b, "refused %s\n", refusal)
	}
	for _, remark := range r.Remarks {
		fmt.Fprintf(&b, "remark %s\n", remark)
	}
	if err != nil {
		fmt.Fprintf(&b, "error %v\n", err)
	}
	b.Write(content)
	return b.String()
}

// Each file of testdata/import is one sort of dirt, or a set of refusals; beside it stands what is said of
// it and what it gives.
func TestFilesAreReadAsTheyAre(t *testing.T) {
	all, err := filepath.Glob(files + "*_*")
	if err != nil || len(all) < 15 {
		t.Fatalf("%d files (%v)", len(all), err)
	}
	for _, name := range all {
		if strings.HasSuffix(name, ".want") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(filepath.Base(name), "_")
			got := said(Read(directory.Kind(kind), []File{{filepath.Base(name), bytes.NewReader(src)}}, bretagne()))
			if *update {
				if err := os.WriteFile(name+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("it is read otherwise:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// What arrives in small pieces is read as what arrives at once: letters may be cut anywhere.
func TestPiecesAreNoMatter(t *testing.T) {
	name := files + "places_annuaire_bom_crlf_windows.csv"
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	whole, _, err := Read(directory.Places, []File{{"a", bytes.NewReader(src)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	bits, _, err := Read(directory.Places, []File{{"a", oneByOne{bytes.NewReader(src)}}}, Options{})
	if err != nil || !bytes.Equal(whole, bits) {
		t.Errorf("%v\n%s\nwant\n%s", err, bits, whole)
	}
}

type oneByOne struct{ io.Reader }

func (r oneByOne) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }

// The good records of a faulty file can be had, but only by who asks for them.
func TestSkippingTakesTheGoodOnes(t *testing.T) {
	file := func() []File {
		return []File{{"a.csv", strings.NewReader("code,lat,lon\n35238,48.1,-1.6\n9,1,1\n")}}
	}
	if content, _, err := Read(directory.Coordinates, file(), Options{}); !errors.Is(err, ErrRefused) || content != nil {
		t.Errorf("a refusal gave %q, %v", content, err)
	}
	content, r, err := Read(directory.Coordinates, file(), Options{Skip: true})
	if err != nil || r.Kept != 1 || r.Refused != 1 || !bytes.Contains(content, []byte("35238")) {
		t.Errorf("%q, %+v, %v", content, r, err)
	}
}

func TestAReaderThatFailsGivesNothing(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("code,lat,lon\n35238,48.1,-1.6\n"), failing{})
	content, _, err := Read(directory.Coordinates, []File{{"a.csv", broken}}, Options{Skip: true})
	if err == nil || content != nil {
		t.Errorf("%q, %v", content, err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// shared opens one of the real files, or skips.
func shared(t testing.TB, name string) File {
	t.Helper()
	f, err := os.Open("../../../shared/data/" + name)
	if err != nil {
		t.Skip("shared data is not here: ", err)
	}
	t.Cleanup(func() { f.Close() })
	return File{name, f}
}

func TestTheDirectoryOf2017(t *testing.T) {
	content, r, err := Read(directory.Places, []File{shared(t, "annuaire/annuaire-dila-2017-orientation.csv")}, Options{})
	if err != nil {
		t.Fatal(said(nil, r, err))
	}
	if r.Read != 6104 || r.Kept+r.Aside != 6104 || len(r.Remarks) < 30 {
		t.Errorf("%+v", r)
	}
	t.Logf("kept %d, aside %d, remarks %d, %d bytes", r.Kept, r.Aside, len(r.Remarks), len(content))
	s, err := directory.Build("x", map[directory.Kind][]byte{directory.Places: content})
	if err != nil {
		t.Fatal(err)
	}
	found := s.Near(directory.Where{Commune: "35238", Area: "35"}, directory.Wish{Network: "mission-locale"}, 3)
	if len(found) != 3 || found[0].Town != "Rennes" || !found[0].Here || found[0].Week == nil {
		t.Errorf("%+v", found)
	}
}

func TestARawFileOf2017(t *testing.T) {
	_, r, err := Read(directory.Places, []File{shared(t, "annuaire/raw-sample-35-mission_locale.json")}, Options{})
	if err != nil || r.Kept != r.Read || r.Kept == 0 {
		t.Fatal(said(nil, r, err))
	}
}

// real is the directory of 2017 and the ROME, built as a service has them.
func real(t testing.TB) *directory.Set {
	t.Helper()
	parts := map[directory.Kind][]byte{}
	for kind, names := range map[directory.Kind][]string{
		directory.Places: {"annuaire/annuaire-dila-2017-orientation.csv"},
		directory.Rome:   {"rome/appellations_public.csv", "rome/unix_referentiel_code_rome_v460_utf8.csv", "rome/romes_public.csv", "rome/unix_rubrique_mobilite_v347_utf8.csv"},
	} {
		var open []File
		for _, name := range names {
			open = append(open, shared(t, name))
		}
		content, r, err := Read(kind, open, Options{})
		if err != nil {
			t.Fatal(said(nil, r, err))
		}
		parts[kind] = content
	}
	s, err := directory.Build("real", parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Appellations still have the codes of before; each finds a métier of today.
func TestTheROMEIsJoined(t *testing.T) {
	s := real(t)
	if n := s.Count(directory.Rome); n < 11_118 || n > 12_702 {
		t.Errorf("%d names of jobs", n)
	}
	for words, want := range map[string]string{
		"boulangère": "D1102", "boulanger": "D1102", "infirmiere": "J1502", "plonbier": "F1603", "concepteur paysagiste": "A1206", "aide soignante": "J1501",
		"électricienne": "F1602", "macon": "F1703", "coifeuse": "D1202", "développeuse web": "M1805", "professeur des écoles": "K2106", "soudeur": "H2913",
	} {
		j, ok := s.Job(words)
		if !ok || j.Code[:3] != want[:3] {
			t.Errorf("%q: %v, want %s", words, j, want)
		}
	}
	baker, _ := s.Job("boulanger")
	if near := s.Neighbours(baker); len(near) == 0 {
		t.Error("no métier is near the baker's")
	}
}

func BenchmarkReference(b *testing.B) {
	s := real(b)
	day, _ := time.Parse(time.DateOnly, "2026-11-24")
	b.Run("near", func(b *testing.B) {
		for b.Loop() {
			s.Near(directory.Where{Commune: "35238", Area: "35"}, directory.Wish{Network: "mission-locale", Day: day}, 3)
		}
	})
	b.Run("job", func(b *testing.B) {
		for b.Loop() {
			s.Job("je voudrais parler à une boulagère ou à un plonbier s'il vous plait")
		}
	})
}
