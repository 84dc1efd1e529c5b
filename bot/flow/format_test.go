package flow

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/lexer"
)

// The canonical form is stable, keeps every comment and, where the bundle loads, means the same.
func TestFormatKeepsMeaningAndComments(t *testing.T) {
	trees := map[string]map[string]string{"good": sections(t, "good.txt")}
	if _, err := os.Stat(reference + "/bundle.yaml"); err == nil {
		trees["reference"] = yamlFiles(t, reference)
	}
	for name, files := range trees {
		t.Run(name, func(t *testing.T) {
			before, err := Load(filesOf(files), "")
			if err != nil {
				t.Fatal(err)
			}
			formatted := map[string]string{}
			for file, src := range files {
				formatted[file] = string(checkFormat(t, file, src))
			}
			after, err := Load(filesOf(formatted), "")
			if err != nil {
				t.Fatal(err)
			}
			if before.Hash != after.Hash {
				t.Errorf("hash %s became %s", before.Hash, after.Hash)
			}
			dropPlaces(reflect.ValueOf(before))
			dropPlaces(reflect.ValueOf(after))
			if !reflect.DeepEqual(before, after) {
				t.Error("the formatted bundle means something else")
			}
		})
	}
}

// checkFormat formats a file and holds the result against the promises of Format.
func checkFormat(t testing.TB, name, src string) []byte {
	t.Helper()
	out, err := Format(name, []byte(src))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again, err := Format(name, out)
	if err != nil {
		t.Fatalf("%s: canonical form: %v\nsource %q\ncanonical:\n%s", name, err, src, out)
	}
	if !bytes.Equal(out, again) {
		t.Fatalf("%s: not stable\nsource %q\nfirst:\n%s\nthen:\n%s", name, src, out, again)
	}
	before, _ := parseTree(name, []byte(src))
	after, _ := parseTree(name, out)
	if a, b := outline(before, shapeOf(name, before)), outline(after, shapeOf(name, after)); a != b {
		t.Fatalf("%s: another meaning\nsource %q\ncanonical:\n%s\nbefore %s\nafter  %s", name, src, out, a, b)
	}
	if a, b := countComments(src), countComments(string(out)); a != b {
		t.Fatalf("%s: %d comments became %d\nsource %q\ncanonical:\n%s", name, a, b, src, out)
	}
	return out
}

func countComments(src string) int {
	text, _ := cleanSource("", []byte(src))
	return len(comments(text, lexer.Tokenize(text)))
}

// outline writes what a tree means: values, keys in canonical order, nothing of its looks.
func outline(n *node, s *shape) string {
	switch n.kind {
	case scalar:
		return fmt.Sprintf("%q", n.text)
	case mapping:
		var b strings.Builder
		for _, e := range ordered(n, s) {
			fmt.Fprintf(&b, "%q:%s,", e.key.text, outline(e.value, s.child(e)))
		}
		return "{" + b.String() + "}"
	}
	var b strings.Builder
	for _, e := range n.entries {
		b.WriteString(outline(e.value, s.child(e)) + ",")
	}
	return "[" + b.String() + "]"
}

// dropPlaces clears every Pos, so that bundles compare by meaning.
func dropPlaces(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().PkgPath() != "time" {
			dropPlaces(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Pos]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				dropPlaces(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			dropPlaces(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(k))
			dropPlaces(value)
			v.SetMapIndex(k, value)
		}
	}
}

// The look itself, with comments in every place where people put them.
func TestFormatLook(t *testing.T) {
	const dir = "../../testdata/bundles/format"
	inputs, _ := filepath.Glob(dir + "/*.in.yaml")
	if len(inputs) == 0 {
		t.Fatal("no inputs in " + dir)
	}
	for _, in := range inputs {
		src, err := os.ReadFile(in)
		if err != nil {
			t.Fatal(err)
		}
		wantFile := strings.Replace(in, ".in.", ".want.", 1)
		want, _ := os.ReadFile(wantFile)
		got := checkFormat(t, "accueil.yaml", string(src))
		if string(got) != string(want) {
			t.Errorf("%s:\n%s\nwant:\n%s", filepath.Base(in), got, want)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for name, src := range sections(f, "good.txt") {
		f.Add(name, src)
	}
	for _, src := range []string{"a: {b: , c}\n", "a:\n- x: 1\n  # c\n  y: {}\n", "a: |\n  x\n\n  y\n", "a: [b, # c\n d]\n", "# only\na: \"x\\ty\"\n"} {
		f.Add("accueil.yaml", src)
	}
	f.Fuzz(func(t *testing.T, name, src string) {
		if len(src) > 4000 {
			return
		}
		if _, err := Format(name, []byte(src)); err == nil {
			checkFormat(t, name, src)
		}
	})
}

func FuzzLoad(f *testing.F) {
	files := sections(f, "good.txt")
	for name, src := range files {
		f.Add(name, src)
	}
	f.Fuzz(func(t *testing.T, name, src string) {
		if len(src) > 4000 || !strings.HasSuffix(name, ".yaml") {
			return
		}
		more := map[string]string{name: src}
		for known, text := range files {
			if known != name {
				more[known] = text
			}
		}
		data := map[string][]byte{}
		for n, s := range more {
			data[n] = []byte(s)
		}
		b, err := load(data, "")
		if err != nil {
			return
		}
		again, err := Unpack(Pack(b))
		if err != nil {
			t.Fatal(err)
		}
		if again.Hash != b.Hash {
			t.Fatalf("hash %s became %s", b.Hash, again.Hash)
		}
	})
}
