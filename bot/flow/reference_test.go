package flow

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

const reference = "../../flows"

func loadReference(t testing.TB) *Bundle {
	t.Helper()
	if _, err := os.Stat(reference + "/bundle.yaml"); err != nil {
		t.Skip("no reference bundle here")
	}
	b, err := Load(os.DirFS(reference), "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReferenceLoads(t *testing.T) {
	b := loadReference(t)
	for _, w := range b.Warnings {
		t.Log(w)
	}
}

// With its translations, as a process starts. The budget is 50 ms.
func BenchmarkLoad(b *testing.B) {
	loadReference(b)
	fsys, locales := os.DirFS(reference), os.DirFS("../../locales")
	for b.Loop() {
		if _, err := LoadWithLocales(fsys, locales, ""); err != nil {
			b.Fatal(err)
		}
	}
}

// yamlFiles gives every file of a tree of YAML files.
func yamlFiles(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	fsys := os.DirFS(dir)
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".yaml") {
			src, err2 := fs.ReadFile(fsys, name)
			files[name], err = string(src), err2
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
