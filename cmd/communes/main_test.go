package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"frontdesk/bot/place"
)

// pack writes files as the registry's packages are written.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	w := tar.NewWriter(zipped)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	zipped.Close()
	file := filepath.Join(t.TempDir(), "package.tgz")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var files = map[string]string{
	"package.json":           `{"name": "@etalab/decoupage-administratif", "version": "6.0.0"}`,
	"data/regions.json":      `[{"code": "53", "nom": "Bretagne"}]`,
	"data/departements.json": `[{"code": "35", "region": "53", "nom": "Ille-et-Vilaine"}]`,
	"data/epci.json":         `[]`,
	"data/communes.json": `[
		{"code": "35238", "nom": "Rennes", "type": "commune-actuelle", "departement": "35", "region": "53", "codesPostaux": ["35200", "35000"], "population": 230890},
		{"code": "35112", "nom": "Ossé", "type": "commune-deleguee", "chefLieu": "35069", "departement": "35", "region": "53"},
		{"code": "35069", "nom": "Châteaugiron", "type": "commune-actuelle", "departement": "35", "region": "53", "codesPostaux": ["35410"], "population": 11000}]`,
}

func TestReadsThePackage(t *testing.T) {
	src, err := read(pack(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if len(src.Communes) != 3 || src.Communes[1].Into != "35069" || src.Regions[0].Name != "Bretagne" || src.Departements[0].Region != "53" {
		t.Errorf("%+v", src)
	}
	once, err := place.Pack(src)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := place.Pack(src)
	if once != again {
		t.Error("the same package gives two tables")
	}
}

func TestSaysWhatIsNotInThePackage(t *testing.T) {
	if _, err := read(pack(t, map[string]string{"package.json": files["package.json"]})); err == nil {
		t.Error("a package without communes is read")
	}
	out := filepath.Join(t.TempDir(), "communes.bin")
	if err := run(filepath.Join(t.TempDir(), "none.tgz"), out); err == nil {
		t.Error("a file that is not there is read")
	}
}
