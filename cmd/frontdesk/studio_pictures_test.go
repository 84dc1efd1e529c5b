package main

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var studioPicturesTo = flag.String("studio-pictures", "", "folder in which the pictures of the supervisors' guide are made anew")

// largestStudioPicture is what a page on a slow line can bear, in bytes.
const largestStudioPicture = 60_000

// A studioPicture is one picture of the guide: a page, and what somebody has done on it.
type studioPicture struct{ name, path, js, says string }

// studioPictures are all of them, in the order in which they can be taken. A page that the studio does not
// have is left out, and its old picture stays.
func studioPictures() []studioPicture {
	return []studioPicture{
		{"parcours", "/studio/", "", "Les parcours"},
		{"etape", "/studio/parcours/accueil?etape=besoin", "", "La question"},
		{"changer", "/studio/parcours/accueil?etape=besoin", `(f => { f.value = "Que souhaitez-vous faire ?"; f.form.requestSubmit() })(document.getElementById("=ask"))`, "C'est enregistré dans le brouillon"},
		{"controles", "/studio/controles", "", "Contrôles"},
		{"traductions", "/studio/traductions/en", "", "à revoir"},
		{"aide", "/studio/parcours/accueil?etape=besoin", `document.querySelector(".ask").click()`, "Écrire une bonne question"},
		{"telephone", "/studio/essai?voie=phone&depart=voix.menu", "", "secondes"},
		{"table", "/studio/tables/aiguillage", "", ""},
		{"publier", "/studio/publier", "", ""},
		{"versions", "/studio/versions", "", ""},
		{"bulletin", "/studio/bulletin", "", ""},
	}
}

// TestStudioPictures makes the pictures of flows/README.md.
//
//	go test ./cmd/frontdesk -run StudioPictures -studio-pictures ../../flows/images
func TestStudioPictures(t *testing.T) {
	if *studioPicturesTo == "" {
		t.Skip("no folder for pictures is given")
	}
	v := visitDemo(t, "/demo/")
	v.french()
	v.size(1180, 680, 1)
	link, err := v.house.signIn.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.do("come in", chromedp.Navigate(v.base+link))
	v.page().click("button", "Sacha")
	v.page().is("Sacha is in", `!doc.querySelector('[name=qui]')`)
	for _, p := range studioPictures() {
		v.do("the studio", chromedp.Navigate(v.base+"/studio/"))
		if there, err := eval[bool](v.page(), `/^.studio.(parcours|$)/.test(`+quoted(p.path)+`) || [...doc.querySelectorAll('.sections a')].some(a => a.pathname !== '/studio/' && `+quoted(p.path)+`.startsWith(a.pathname))`); err != nil || !there {
			t.Logf("%s is not there yet: %s.png stays as it is", p.path, p.name)
			continue
		}
		v.do(p.name, chromedp.Navigate(v.base+p.path))
		if p.js != "" {
			if _, err := eval[bool](v.page(), `(() => { `+p.js+`; return true })()`); err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
		}
		v.page().says(p.says)
		v.page().is("the proof has ended", `!doc.querySelector('[data-pending]')`)
		v.keepStudio(p.name)
	}
}

// keepStudio writes a picture of what is seen now.
func (v *visit) keepStudio(name string) {
	v.t.Helper()
	time.Sleep(300 * time.Millisecond) // the page settles
	small, err := fewColours(v.picture())
	if err != nil {
		v.t.Fatal(err)
	}
	if len(small) > largestStudioPicture {
		v.t.Errorf("%s has %d bytes, more than %d", name, len(small), largestStudioPicture)
	}
	if err := os.MkdirAll(*studioPicturesTo, 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*studioPicturesTo, name+".png"), small, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// The supervisors' guide has its pictures, small and with words for who does not see them.
func TestSupervisorsGuide(t *testing.T) {
	const folder = "../../flows/"
	raw, err := os.ReadFile(folder + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	shown := regexp.MustCompile(`!\[([^\]]*)\]\((images/[^)]+)\)`).FindAllStringSubmatch(page, -1)
	there, _ := filepath.Glob(folder + "images/*")
	if len(shown) < 5 || len(shown) != len(there) {
		t.Errorf("%d pictures in the guide, %d in the folder", len(shown), len(there))
	}
	for _, picture := range shown {
		file, err := os.ReadFile(folder + picture[2])
		if err != nil {
			t.Error(err)
			continue
		}
		size, err := png.DecodeConfig(bytes.NewReader(file))
		if err != nil || size.Width < 900 || size.Width > 1400 || len(file) > largestStudioPicture || len(picture[1]) < 40 {
			t.Errorf("%s: %d pixels wide, %d bytes, said in words: %q, %v", picture[2], size.Width, len(file), picture[1], err)
		}
	}
	known := map[string]bool{}
	for _, p := range studioPictures() {
		known["images/"+p.name+".png"] = true
	}
	for _, picture := range shown {
		if !known[picture[2]] {
			t.Errorf("nobody can take %s anew", picture[2])
		}
	}
	for _, heading := range []string{"## Premier changement en cinq minutes", "## Écrire pour le téléphone", "## Les tables", "## Publier", "## Annuler"} {
		if !strings.Contains(page, heading+"\n") {
			t.Errorf("the guide has no %q", heading)
		}
	}
}
