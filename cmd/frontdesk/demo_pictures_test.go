package main

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var picturesTo = flag.String("pictures", "", "folder in which the pictures of the counsellors' page are made anew")

// largestPicture is what a page on a slow line can bear, in bytes.
const largestPicture = 120_000

// TestDemoPictures makes the pictures of adapters/slack/CONSEILLERS.md: each is a screen of the demonstration.
//
//	go test ./cmd/frontdesk -run DemoPictures -pictures ../../adapters/slack/images
func TestDemoPictures(t *testing.T) {
	if *picturesTo == "" {
		t.Skip("no folder for pictures is given")
	}
	v := visitDemo(t, "/demo/")
	v.french()
	v.size(1240, 760, 1)
	v.tg.Person(103, "Alex (exemple)", "fr")
	v.begin(103, "") // somebody else waits before, and is served
	sam := v.tg.Person(101, "", "")
	sam.Start("")
	v.sees(101, "Que cherchez-vous ?")
	sam.Write("g 17 an jai arreter le lycee")
	v.sees(101, "Et maintenant ?")
	sam.Write("une personne")
	card := v.card("accueil-regional", "Quitter l'école")

	team := pane{v.visitTeam(), "document"}
	team.click("#rooms button", "🔒 accueil-regional")
	team.says("Quitter l'école, ou y revenir")
	v.keep("1-prendre")

	team.click(`[data-ts="`+card.TS+`"] button`, "Prendre")
	v.sees(101, "Camille est avec vous")
	team.says("👤 Pris par Camille")
	openTalk(team)
	team.is("the newest thread is open", `doc.querySelector('#thread').innerText.includes("Quitter l'école")`)
	team.write("reply-text", "Bonjour Sam, je m'appelle Camille. Qu'est-ce qui vous plaisait au lycée ?")
	team.is("it has arrived", sign("✅"))
	sam.Write("les cour en atelier surtout")
	team.says("les cour en atelier surtout")
	team.write("reply-text", "Vous pouvez revenir en formation. Je regarde ce qui existe près de chez vous.")
	team.is("the next is on its way", sign("⏳"))
	v.keep("2-repondre")
	team.is("it has arrived", `doc.querySelectorAll('#thread .reactions').length === 2 && !doc.querySelector('#thread').innerText.includes('⏳')`)

	team.click("#log button", "Transférer…")
	team.is("the form is open", `doc.querySelector('#modal[open]')`)
	team.choose("#modal", "Mission locale")
	team.click("#modal textarea", "")
	v.keys("Cherche une formation en atelier, près de chez lui.")
	team.click("#modal input[type=checkbox]", "")
	v.keep("3-transmettre")
	v.keys(kb.Escape)
	team.is("the form has closed", `!doc.querySelector('#modal[open]')`)

	team.click("#log button", "Terminer…")
	team.is("the form is open", `doc.querySelector('#modal[open]')`)
	team.choose("#modal", "Personne orientée")
	team.choose("#modal", "CIO d'Ille-et-Vilaine")
	// A day that reads the same in French and in a browser that speaks English.
	team.is("a day is given", `doc.querySelector('#modal input[type=date]').value = '2027-02-02'`)
	v.keep("4-terminer")
	v.keys(kb.Escape)

	v.do("both sides", chromedp.Navigate(v.base+"/demo/"))
	v.frame("telegram").says("Je regarde ce qui existe près de chez vous.")
	v.keep("5-la-personne")
}

// french sets the browser as it is at a counsellor's.
func (v *visit) french() {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Paris"}); err != nil {
		v.t.Fatal(err)
	}
	if _, err := chromedp.Call(v.ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "fr-FR"}); err != nil {
		v.t.Fatal(err)
	}
}

// visitTeam goes to Slack's side alone.
func (v *visit) visitTeam() *visit {
	v.t.Helper()
	v.do("Slack's side", chromedp.Navigate(v.base+"/demo/slack/#user=U0CAMILLE"))
	return v
}

// keep writes a picture of what is seen now.
func (v *visit) keep(name string) {
	v.t.Helper()
	time.Sleep(300 * time.Millisecond) // the page settles: what it scrolls to, and the cursor's place
	small, err := fewColours(v.picture())
	if err != nil {
		v.t.Fatal(err)
	}
	if len(small) > largestPicture {
		v.t.Errorf("%s has %d bytes, more than %d", name, len(small), largestPicture)
	}
	if err := os.WriteFile(filepath.Join(*picturesTo, name+".png"), small, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// fewColours draws a PNG with fewer colours, those that it has most of and that differ, which is a third
// of the bytes for a picture of text.
func fewColours(in []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(in))
	if err != nil {
		return nil, err
	}
	area := full.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(int(a.R)<<16|int(a.G)<<8|int(a.B), int(b.R)<<16|int(b.G)<<8|int(b.B)))
	})
	var palette color.Palette
	for _, c := range most {
		if len(palette) < 256 && !slices.ContainsFunc(palette, func(p color.Color) bool { return alike(c, p.(color.RGBA)) }) {
			palette = append(palette, c)
		}
	}
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(palette.Index(c))
	}
	few := image.NewPaletted(area, palette)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			few.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few)
	return out.Bytes(), err
}

// alike says whether two colours can stand for each other.
func alike(a, b color.RGBA) bool {
	square := func(x, y uint8) int { return (int(x) - int(y)) * (int(x) - int(y)) }
	return square(a.R, b.R)+square(a.G, b.G)+square(a.B, b.B) < 150
}

// The counsellors' page has its pictures, with words for who does not see them, and explains each button,
// shortcut and command that the Slack desk has.
func TestCounsellorsPage(t *testing.T) {
	const folder = "../../adapters/slack/"
	raw, err := os.ReadFile(folder + "CONSEILLERS.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	shown := regexp.MustCompile(`!\[([^\]]*)\]\((images/[^)]+)\)`).FindAllStringSubmatch(page, -1)
	there, _ := filepath.Glob(folder + "images/*")
	if len(shown) == 0 || len(shown) != len(there) {
		t.Errorf("%d pictures on the page, %d in the folder", len(shown), len(there))
	}
	for _, picture := range shown {
		file, err := os.ReadFile(folder + picture[2])
		if err != nil {
			t.Error(err)
			continue
		}
		size, err := png.DecodeConfig(bytes.NewReader(file))
		if err != nil || size.Width < 1100 || size.Width > 1400 || len(file) > largestPicture || len(picture[1]) < 40 {
			t.Errorf("%s: %d pixels wide, %d bytes, said in words: %q, %v", picture[2], size.Width, len(file), picture[1], err)
		}
	}
	labels := regexp.MustCompile(`(?:button|choice)\(\w+, "([^"]+)"|Name: "([^"]+)", CallbackID|(?m)^(?:const help = .)?(/accueil [a-z]+)`)
	sources, _ := filepath.Glob(folder + "*.go")
	found := 0
	for _, source := range sources {
		code, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, label := range labels.FindAllStringSubmatch(string(code), -1) {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			found++
			if name := label[1] + label[2] + label[3]; !strings.Contains(page, "**"+name+"**") && !strings.Contains(page, "`"+name) {
				t.Errorf("%s has %q, of which the page says nothing", filepath.Base(source), name)
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d labels found", found)
	}
}
