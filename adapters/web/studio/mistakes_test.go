package studio

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A mistake is what somebody sends by a form of the village, and the sentence that they read then.
type mistake struct {
	name, page, mark string // the form is on the page, with the mark; "" sends what is set alone
	to               string // where it is sent
	set              map[string]string
	says             string
}

// told of a mistake is in one of these.
var mistakeSays = regexp.MustCompile(`(?s)<section class="stop[^"]*">.*?<p>(.*?)</p>|<p class="fault"[^>]*>(.*?)</p>|<div class="fault[^"]*"><p>(.*?)</p>|<div id="flash"[^>]*>(.*?)</div>|<ul class="refused[^"]*">(.*?)</ul>|<td class="fault">(.*?)</td>`)

var mistakeTags = regexp.MustCompile(`<[^>]*>`)

// answered is the status of an answer and what it says; where it leads to a page, what that says.
func (p *person) answered(w *httptest.ResponseRecorder) string {
	p.t.Helper()
	said := ""
	page := w.Body.String()
	if w.Code == http.StatusSeeOther {
		p.proved()
		page = p.reads(w.Header().Get("Location"))
		for _, f := range faultsOf(p.draft().Draft, p.proved().Found(), everything) {
			if !f.Warning {
				said += f.Record + ", " + f.Field + " : " + f.Message + "\n"
			}
		}
	}
	for _, m := range mistakeSays.FindAllStringSubmatch(page, -1) {
		said += strings.TrimSpace(html.UnescapeString(mistakeTags.ReplaceAllString(strings.Join(m[1:], ""), ""))) + "\n"
	}
	return itoa(w.Code) + " " + said
}

func mistakes() []mistake {
	step := func(id string) string { return "/studio/parcours/accueil?etape=" + id }
	const save, form, record = "/studio/enregistrer", `id="step-form"`, `id="record-form"`
	return []mistake{
		{"a retry that says {", step("besoin"), form, save, map[string]string{"=retry": "Dites {"}, ""},
		{"two braces", step("besoin"), form, save, map[string]string{"=ask": "Que {{besoin}} ?"}, ""},
		{"an option without a text", step("besoin"), form, save, map[string]string{"=options/emploi/text": ""}, ""},
		{"an option added without a text", step("besoin"), form, save, map[string]string{"do": "ajouter:options", "nouveau-texte": "", "nouveau-suite": "fin"}, ""},
		{"an option added that is there", step("besoin"), form, save, map[string]string{"do": "ajouter:options", "nouveau-texte": "Un emploi", "nouveau-suite": "fin"}, ""},
		{"an age that is a word", step("age"), form, save, map[string]string{"=options/mineur/range": "dix-sept"}, ""},
		{"a max that is a word", step("besoin"), form, save, map[string]string{"=check/max": "beaucoup"}, ""},
		{"an act after a word", step("besoin"), form, save, map[string]string{"=no_match": "crier"}, ""},
		{"an answer that is not there", step("besoin"), form, save, map[string]string{"=answer": "besoins"}, ""},
		{"a link that is none", step("info"), form, save, map[string]string{"=link": "region.example"}, ""},
		{"a wait that is a word", step("passer"), form, save, map[string]string{"=handoff/wait": "quatre minutes"}, ""},
		{"nobody to hand over to", step("passer"), form, save, map[string]string{"=handoff/to": ""}, ""},
		{"an outcome with spaces", step("fin"), form, save, map[string]string{"=end": "C'est fini"}, ""},
		{"a control character", step("info"), form, save, map[string]string{"=say": "Bon\x00jour"}, ""},
		{"a text of bytes", step("info"), form, save, map[string]string{"=say": "Bon\xffjour"}, ""},
		{"a writing that is no YAML", step("info"), `class="expert"`, save, map[string]string{"yaml": "say: [Bonjour\nthen: fin"}, ""},
		{"a writing that is a list", step("info"), `class="expert"`, save, map[string]string{"yaml": "- un\n- deux"}, ""},
		{"a writing that is empty", step("info"), `class="expert"`, save, map[string]string{"yaml": ""}, ""},
		{"a new step with an accent", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "Été", "sorte": "say", "apres": "info"}, ""},
		{"a new step that is there", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "info", "sorte": "say", "apres": "info"}, ""},
		{"a new step of no kind", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "danse", "apres": "info"}, ""},
		{"a new step after none", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "say", "apres": "nulle"}, ""},
		{"a call with no other flow", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "call", "apres": "info"}, ""},
		{"a step renamed to one that is there", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/info", "nom": "age"}, ""},
		{"a step renamed to return", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/info", "nom": "return"}, ""},
		{"a step that is gone", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/nulle", "nom": "neuf"}, ""},
		{"a card without a title", "/studio/fiches/cards/info", record, save, map[string]string{"=title": ""}, ""},
		{"a card without a source", "/studio/fiches/cards/info", record, save, map[string]string{"=source": ""}, ""},
		{"a card that expires first", "/studio/fiches/cards/info", record, save, map[string]string{"=expires": "2025-01-01"}, ""},
		{"a day in French", "/studio/fiches/cards/info", record, save, map[string]string{"=checked": "02/11/2026"}, ""},
		{"an address without https", "/studio/fiches/cards/info", record, save, map[string]string{"=url": "www.region.example"}, ""},
		{"a new card of a bad name", "", "", "/studio/fiches/cards", map[string]string{"nom": "Ma carte", "titre": "Ma carte"}, ""},
		{"a new card that is there", "", "", "/studio/fiches/cards", map[string]string{"nom": "info", "titre": "Ma carte"}, ""},
		{"a new card without a name", "", "", "/studio/fiches/cards", map[string]string{"nom": "", "titre": "Ma carte"}, ""},
		{"a mail that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=mail": "accueil chez region"}, ""},
		{"a phone that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=phone/text": "02 61", "=phone/tel": "zéro deux"}, ""},
		{"half a phone", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=phone/text": "02 61 91 00 00"}, ""},
		{"a delay that is a word", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=delay": "vite"}, ""},
		{"a quota below nothing", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=quota": "-3"}, ""},
		{"a contact that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=contacts": "pigeon"}, ""},
		{"a territory that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=territories": "44"}, ""},
		{"no network", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=network": ""}, ""},
		{"an offer that ends first", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=offers/0/to": "2025-01-01"}, ""},
		{"an offer without a day", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"do": "ajouter:offers", "nouveau-offre": "neuve"}, ""},
		{"hours of words", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "le matin"}, ""},
		{"hours that end first", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "17:00-09:00"}, ""},
		{"an hour that is none", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "09:00-27:00"}, ""},
		{"hours that overlap", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "09:00-13:00, 12:00-17:00"}, ""},
		{"like itself", "/studio/fiches/queues/accueil", record, save, map[string]string{"=like": "accueil"}, ""},
		{"a closure that ends first", "/studio/fiches/queues/accueil", record, save, map[string]string{"do": "ajouter:close", "nouveau-close-from": "2026-12-28T09:00", "nouveau-close-to": "2026-12-24T09:00"}, ""},
		{"a closure without an end", "/studio/fiches/queues/accueil", record, save, map[string]string{"do": "ajouter:close", "nouveau-close-from": "2026-12-28T09:00"}, ""},
		{"a commune that is none", "/studio/fiches/territories/35", record, save, map[string]string{"=communes": "Redonn"}, ""},
		{"communes that share a name", "/studio/fiches/territories/35", record, save, map[string]string{"=communes": "Aucamville"}, ""},
		{"a departement that is none", "/studio/fiches/territories/35", record, save, map[string]string{"=departements": "350"}, ""},
		{"a danger without words", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=words": ""}, ""},
		{"a danger without numbers", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=numbers": ""}, ""},
		{"a number that nobody has", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=text": "Appelez le 3141."}, ""},
		{"a danger word that cannot be read", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=words": "au secours [["}, ""},
		{"a new danger without words", "", "", "/studio/fiches/dangers", map[string]string{"nom": "feu", "titre": "Feu", "mots": ""}, ""},
		{"a command with the key of two", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=key": "12"}, ""},
		{"a command without words", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=words": ""}, ""},
		{"a command to nowhere", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=then": ""}, ""},
		{"a role that is taken", "/studio/fiches/answers/age", record, save, map[string]string{"=as": "need"}, ""},
		{"a new table of a bad name", "", "", "/studio/tables", map[string]string{"nom": "Ma table", "colonne": "besoin", "modele": "orientation"}, ""},
		{"a new table without a column", "", "", "/studio/tables", map[string]string{"nom": "neuve", "colonne": "", "modele": "orientation"}, ""},
		{"a place that is no place", "", "", save, map[string]string{"fichier": "accueil.yaml", "place": "steps/info/say/then", "=x": "y", "etag": "", "version": ""}, ""},
		{"a file that is none", "", "", save, map[string]string{"fichier": "../../etc/passwd", "place": "steps/info", "=say": "y", "etag": "", "version": ""}, ""},
		{"a bulletin without a text", "", "", "/studio/bulletin", map[string]string{"texte": "", "do": "dire"}, ""},
		{"a mending of nothing", "", "", "/studio/controles/reparer", map[string]string{"defaut": "rien"}, ""},
	}
}

// What people get wrong in a form is told in a sentence that says what, where and what to do.
func TestMistakesAreTold(t *testing.T) {
	for _, m := range mistakes() {
		t.Run(m.name, func(t *testing.T) {
			p := openVillage(t)
			p.proved()
			who := p.as("sacha")
			form := url.Values{}
			if m.page != "" {
				page := who.reads(m.page)
				if at := strings.Index(page, m.mark); m.mark == `class="expert"` && at >= 0 {
					form = untouched(formOf(t, page[at:], `action="/studio/enregistrer"`))
				} else {
					form = untouched(formOf(t, page, m.mark))
				}
			}
			for name, value := range m.set {
				form.Set(name, value)
			}
			got := who.answered(who.sends(m.to, form))
			t.Log(got)
			if !strings.Contains(got, m.says) {
				t.Errorf("want %q", m.says)
			}
		})
	}
}

// broken spreadsheets, as people send them.
func TestBrokenSpreadsheetsAreTold(t *testing.T) {
	p := openVillage(t)
	p.proved()
	who := p.as("sacha")
	for name, text := range map[string]string{
		"a cell too few":      "besoin;age;reseau\nemploi;*\n*;*;region\n",
		"a cell that is none": "besoin;age;reseau\nboulot;*;region\n*;*;region\n",
		"an unknown column":   "besoins;age;reseau\nemploi;*;region\n",
		"a missing result":    "besoin;age\nemploi;*\n",
		"an empty file":       "",
		"only a head":         "besoin;age;reseau\n",
		"an open quote":       "besoin;age;reseau\n\"emploi;*;region\n",
		"a workbook":          "PK\x03\x04rubbish",
		"UTF-16":              "\xff\xfeb\x00e\x00",
		"Latin-1":             "besoin;age;reseau\nm\xe9tier;*;region\n*;*;region\n",
		"an empty cell":       "besoin;age;reseau\nemploi;;region\n*;*;region\n",
		"a network unknown":   "besoin;age;reseau\nemploi;*;regions\n*;*;region\n",
	} {
		t.Run(name, func(t *testing.T) {
			var body bytes.Buffer
			m := multipart.NewWriter(&body)
			part, _ := m.CreateFormFile("fichier-csv", "table.csv")
			_, _ = part.Write([]byte(text))
			page := who.reads("/studio/tables/orientation")
			for k, v := range untouched(formOf(t, page, `action="/studio/tables/orientation/csv"`)) {
				if k != "fichier-csv" && k != "csv" {
					_ = m.WriteField(k, v[0])
				}
			}
			_ = m.WriteField("texte", text)
			_ = m.Close()
			w := who.asks("POST", "/studio/tables/orientation/csv", nil, func(r *http.Request) {
				r.Body = http.NoBody
				q := url.Values{"texte": {text}}
				*r = *httptest.NewRequestWithContext(t.Context(), "POST", "http://127.0.0.1:8080/studio/tables/orientation/csv", strings.NewReader(q.Encode()))
				r.RemoteAddr = "127.0.0.1:40000"
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.AddCookie(who.cookie)
			})
			text := mistakeTags.ReplaceAllString(w.Body.String()[strings.Index(w.Body.String(), "<main"):], " ")
			t.Log(w.Code, html.UnescapeString(strings.Join(strings.Fields(text), " "))[:min(1200, len(text)/2)])
		})
	}
}
