package studio

import (
	"html"
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
		{"a retry that says {", step("besoin"), form, save, map[string]string{"=retry": "Dites {"}, `étape « besoin – Que cherchez-vous ? », Si la réponse n'est pas comprise : Les accolades vont par deux, autour d'un nom : {service}.`},
		{"two braces", step("besoin"), form, save, map[string]string{"=ask": "Que {{besoin}} ?"}, `étape « besoin – Que {{besoin}} ? », La question : Les accolades vont par deux, autour d'un nom : {service}.`},
		{"an option without a text", step("besoin"), form, save, map[string]string{"=options/emploi/text": ""}, `étape « besoin – Que cherchez-vous ? », choix « emploi », Le texte : Il manque « Le texte » : écrivez un texte.`},
		{"an option added without a text", step("besoin"), form, save, map[string]string{"do": "ajouter:options", "nouveau-texte": "", "nouveau-suite": "fin"}, `C'est enregistré, sauf la ligne à ajouter : elle n'est pas complète.`},
		{"an option added that is there", step("besoin"), form, save, map[string]string{"do": "ajouter:options", "nouveau-texte": "Un emploi", "nouveau-suite": "fin"}, `étape « besoin – Que cherchez-vous ? », choix « Un emploi », Le texte : Deux choix ont le même texte, « Un emploi » : changez l'un des deux.`},
		{"an age that is a word", step("age"), form, save, map[string]string{"=options/mineur/range": "dix-sept"}, `étape « age – Quel âge avez-vous ? », choix « Moins de 18 ans », Âges : « dix-sept » ne se lit pas comme des âges : écrivez deux nombres, le plus petit d'abord.`},
		{"a max that is a word", step("besoin"), form, save, map[string]string{"=check/max": "beaucoup"}, `étape « besoin – Que cherchez-vous ? », Vérifier la réponse : « Vérifier la réponse » ne sert que pour un nombre ou des mots libres. La réponse « Besoin » est un choix.`},
		{"an act after a word", step("besoin"), form, save, map[string]string{"=no_match": "crier"}, `étape « besoin – Que cherchez-vous ? », Après un mot non compris : « crier » n'est pas possible ici. Écrivez rephrase (dire autrement), list (donner les choix), human (une personne) ou goto: et une étape.`},
		{"an answer that is not there", step("besoin"), form, save, map[string]string{"=answer": "besoins"}, `étape « besoin – Que cherchez-vous ? », Réponse remplie : La réponse « besoins » n'existe dans aucun parcours. Vouliez-vous dire « Besoin » ?`},
		{"a link that is none", step("info"), form, save, map[string]string{"=link": "region.example"}, `étape « info – Voici une information. », Adresse donnée : « region.example » n'est pas une adresse web ; elle commence par https://.`},
		{"a wait that is a word", step("passer"), form, save, map[string]string{"=handoff/wait": "quatre minutes"}, `étape « passer – Une personne va vous répondre. », Passage à une personne, Attente au plus : « Attente au plus » ne peut pas être lu : écrivez un nombre entier, puis choisissez l'unité.`},
		{"nobody to hand over to", step("passer"), form, save, map[string]string{"=handoff/to": ""}, `étape « passer – Une personne va vous répondre. », Passage à une personne, À qui : Il manque « À qui » : remplissez ce champ.`},
		{"an outcome with spaces", step("fin"), form, save, map[string]string{"=end": "C'est fini"}, `étape « fin – Merci. Appelez le 02 61 91… », Issue : L'issue « C'est fini » n'est pas admise : minuscules sans accent, chiffres et _ seulement.`},
		{"a control character", step("info"), form, save, map[string]string{"=say": "Bon\x00jour"}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a text of bytes", step("info"), form, save, map[string]string{"=say": "Bon\xffjour"}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a writing that is no YAML", step("info"), `class="expert"`, save, map[string]string{"yaml": "say: [Bonjour\nthen: fin"}, `Ligne 2 : Le crochet « [ » n'est pas fermé par « ] », ou une virgule manque. Rien n'est enregistré. Votre texte est encore là.`},
		{"a writing that is a list", step("info"), `class="expert"`, save, map[string]string{"yaml": "- un\n- deux"}, `étape « info »,  : Cette étape ne fait rien. Écrivez ce qu'elle dit ou demande, ou supprimez-la.`},
		{"a writing that is empty", step("info"), `class="expert"`, save, map[string]string{"yaml": ""}, `Ligne 1 : Il n'y a rien d'écrit ici. Rien n'est enregistré. Votre texte est encore là.`},
		{"a new step with an accent", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "Été", "sorte": "say", "apres": "info"}, `Ce changement n'est pas possible : l'identifiant « Été » n'est pas admis : minuscules sans accent, chiffres et _ seulement.`},
		{"a new step that is there", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "info", "sorte": "say", "apres": "info"}, `Ce changement n'est pas possible : l'étape « info » existe déjà : prenez un autre nom.`},
		{"a new step of no kind", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "danse", "apres": "info"}, `Ce changement n'est pas possible : « danse » n'est pas une sorte d'étape : say, ask, if, route, call, handoff ou end.`},
		{"a new step after none", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "say", "apres": "nulle"}, `Ce changement n'est pas possible : l'étape « nulle » n'existe pas dans le parcours « accueil ».`},
		{"a call with no other flow", "", "", "/studio/parcours/accueil/etapes", map[string]string{"nom": "neuf", "sorte": "call", "apres": "info"}, `Ce changement n'est pas possible : aucun autre parcours ne peut être appelé d'ici : créez-en un d'abord.`},
		{"a step renamed to one that is there", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/info", "nom": "age"}, `Ce changement n'est pas possible : l'étape « accueil.age » existe déjà : prenez un autre nom.`},
		{"a step renamed to return", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/info", "nom": "return"}, `Ce changement n'est pas possible : l'identifiant « return » est réservé : prenez un autre nom.`},
		{"a step that is gone", "", "", "/studio/etape/renommer", map[string]string{"fichier": "accueil.yaml", "place": "steps/nulle", "nom": "neuf"}, `Ce changement n'est pas possible : l'étape « accueil.nulle » n'existe pas.`},
		{"a card without a title", "/studio/fiches/cards/info", record, save, map[string]string{"=title": ""}, `carte « info », Titre : Il manque « Titre » : écrivez un texte.`},
		{"a card without a source", "/studio/fiches/cards/info", record, save, map[string]string{"=source": ""}, `carte « L'orientation », Source : Il manque « Source » : écrivez un texte.`},
		{"a card that expires first", "/studio/fiches/cards/info", record, save, map[string]string{"=expires": "2025-01-01"}, `carte « L'orientation », À revoir avant le : La date « À revoir avant le » vient avant la vérification du 02/11/2026 : donnez une date plus tardive.`},
		{"a day in French", "/studio/fiches/cards/info", record, save, map[string]string{"=checked": "02/11/2026"}, `carte « L'orientation », Vérifiée le : « Vérifiée le » ne peut pas être lu : donnez une date.`},
		{"an address without https", "/studio/fiches/cards/info", record, save, map[string]string{"=url": "www.region.example"}, `carte « L'orientation », Adresse de la source : « www.region.example » n'est pas une adresse web ; elle commence par https://.`},
		{"a new card of a bad name", "", "", "/studio/fiches/cards", map[string]string{"nom": "Ma carte", "titre": "Ma carte"}, `Ce changement n'est pas possible : ce nom n'est pas admis : minuscules sans accent, chiffres, - et _ seulement.`},
		{"a new card that is there", "", "", "/studio/fiches/cards", map[string]string{"nom": "info", "titre": "Ma carte"}, `Ce changement n'est pas possible : « info » existe déjà : prenez un autre nom.`},
		{"a new card without a name", "", "", "/studio/fiches/cards", map[string]string{"nom": "", "titre": "Ma carte"}, `Ce changement n'est pas possible : ce nom n'est pas admis : minuscules sans accent, chiffres, - et _ seulement.`},
		{"a mail that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=mail": "accueil chez region"}, `structure « Accueil », E-mail : « accueil chez region » n'est pas une adresse e-mail.`},
		{"a phone that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=phone/text": "02 61", "=phone/tel": "zéro deux"}, `structure « Accueil », Téléphone, Comme on le compose : « zéro deux » n'est pas un numéro à composer ; écrivez par exemple « +33261910000 ».`},
		{"half a phone", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=phone/text": "02 61 91 00 00"}, `structure « Accueil », Téléphone, Comme on le compose : Il manque « Comme on le compose » : remplissez ce champ.`},
		{"a delay that is a word", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=delay": "vite"}, `structure « Accueil », Répond en : « Répond en » ne peut pas être lu : écrivez un nombre entier.`},
		{"a quota below nothing", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=quota": "-3"}, `structure « Accueil », Dossiers ouverts au plus : « Dossiers ouverts au plus » ne peut pas être lu : écrivez un nombre entier.`},
		{"a contact that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=contacts": "pigeon"}, `structure « Accueil », Répond par : « pigeon » ne convient pas à « Répond par ». Choisissez parmi : phone, sms, mail, desk, place, video.`},
		{"a territory that is none", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=territories": "44"}, `structure « Accueil », Territoires : Le territoire « 44 » n'est pas dans la région.`},
		{"no network", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=network": ""}, `structure « Accueil », Réseau : Il manque « Réseau » : remplissez ce champ.`},
		{"an offer that ends first", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"=offers/0/to": "2025-01-01"}, `structure « Accueil », Offres et conventions, n° 1, Au : Cette convention finit avant de commencer : changez « Du » ou « Au ».`},
		{"an offer without a day", "/studio/fiches/structures/accueil-regional", record, save, map[string]string{"do": "ajouter:offers", "nouveau-offre": "neuve"}, `C'est enregistré, sauf la ligne à ajouter : elle n'est pas complète.`},
		{"hours of words", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "le matin"}, `horaires « accueil », Du lundi au vendredi : « le matin » : il faut un début et une fin, comme « 9h-12h30 ».`},
		{"hours that end first", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "17:00-09:00"}, `horaires « accueil », Du lundi au vendredi : « 17:00-09:00 » : la fin est avant le début ; pour passer minuit, écrire jusqu'à 24:00, puis à partir de 0:00 le lendemain.`},
		{"an hour that is none", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "09:00-27:00"}, `horaires « accueil », Du lundi au vendredi : « 09:00-27:00 » : « 27:00 » n'est pas une heure du jour (de 0:00 à 24:00).`},
		{"hours that overlap", "/studio/fiches/queues/accueil", record, save, map[string]string{"=lun-ven": "09:00-13:00, 12:00-17:00"}, `horaires « accueil », Du lundi au vendredi : « 09:00-13:00, 12:00-17:00 » : 09:00-13:00 et 12:00-17:00 se chevauchent.`},
		{"like itself", "/studio/fiches/queues/accueil", record, save, map[string]string{"=like": "accueil"}, `horaires « accueil », Comme : Les horaires « accueil » se renvoient à eux-mêmes.`},
		{"a closure that ends first", "/studio/fiches/queues/accueil", record, save, map[string]string{"do": "ajouter:close", "nouveau-close-from": "2026-12-28T09:00", "nouveau-close-to": "2026-12-24T09:00"}, `Rien n'est enregistré : une période finit avant de commencer.`},
		{"a closure without an end", "/studio/fiches/queues/accueil", record, save, map[string]string{"do": "ajouter:close", "nouveau-close-from": "2026-12-28T09:00"}, `C'est enregistré, sauf la ligne à ajouter : elle n'est pas complète.`},
		{"a commune that is none", "/studio/fiches/territories/35", record, save, map[string]string{"=communes": "Redonn"}, `territoire « Ille-et-Vilaine », Communes : La commune « Redonn » n'existe pas. Vouliez-vous dire « Redon (35) » ?`},
		{"communes that share a name", "/studio/fiches/territories/35", record, save, map[string]string{"=communes": "Aucamville"}, `territoire « Ille-et-Vilaine », Communes : 2 communes s'appellent « Aucamville » : écrivez « Aucamville (31) » ou « Aucamville (82) », ou le code.`},
		{"a new territory with a slash", "", "", "/studio/fiches/territories", map[string]string{"nom": "pays/de", "titre": "Pays de"}, `Ce changement n'est pas possible : ce nom n'est pas admis : minuscules sans accent, chiffres, - et _ seulement.`},
		{"a new territory of Corsica", "", "", "/studio/fiches/territories", map[string]string{"nom": "2A", "titre": "Corse-du-Sud"}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a departement that is none", "/studio/fiches/territories/35", record, save, map[string]string{"=departements": "350"}, `territoire « Ille-et-Vilaine », Départements : « 350 » n'est pas un code de département : écrivez 35, 2A ou 974.`},
		{"a danger without words", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=words": ""}, `danger « urgence », Mots entendus : Écrivez des mots : sans eux, ce danger ne serait jamais reconnu.`},
		{"a danger without numbers", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=numbers": ""}, `danger « urgence », Numéros dits : Il manque « Numéros dits » : écrivez une ligne au moins.`},
		{"a number that nobody has", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=text": "Appelez le 3141."}, `danger « urgence », Le texte : Le texte donne le numéro « 3141 », qui n'est pas parmi les numéros d'urgence.`},
		{"a danger word that cannot be read", "/studio/fiches/dangers/urgence", record, save, map[string]string{"=words": "au secours [["}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a new danger without words", "", "", "/studio/fiches/dangers", map[string]string{"nom": "feu", "titre": "Feu", "mots": ""}, `Ce changement n'est pas possible : un danger sans mots ne serait jamais entendu : écrivez une expression.`},
		{"a command with the key of two", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=key": "12"}, `commande « humain », Touche du téléphone : « 12 » n'est pas une touche de téléphone : 0 à 9, « * » ou « # ».`},
		{"a command without words", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=words": ""}, `commande « humain », Mots entendus : Cette commande n'a aucun mot : personne ne peut l'écrire.`},
		{"a command to nowhere", "/studio/fiches/interrupts/humain", record, save, map[string]string{"=then": ""}, `commande « humain », Ensuite : « Ensuite » va avec l'effet « passer une personne », et seulement avec lui.`},
		{"a role that is taken", "/studio/fiches/answers/age", record, save, map[string]string{"=as": "need"}, `réponse « Âge », Rôle : La réponse « Besoin » a déjà ce rôle : un rôle, une réponse.`},
		{"a new table of a bad name", "", "", "/studio/tables", map[string]string{"nom": "Ma table", "colonne": "besoin", "modele": "orientation"}, `Ce changement n'est pas possible : l'identifiant d'une table a des minuscules sans accent, des chiffres et _ seulement.`},
		{"a new table without a column", "", "", "/studio/tables", map[string]string{"nom": "neuve", "colonne": "", "modele": "orientation"}, `Ce changement n'est pas possible : choisissez une première colonne, et une table dont les résultats sont repris.`},
		{"a place that is no place", "", "", save, map[string]string{"fichier": "accueil.yaml", "place": "steps/info/say/then", "=x": "y", "etag": "", "version": ""}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a file that is none", "", "", save, map[string]string{"fichier": "../../etc/passwd", "place": "steps/info", "=say": "y", "etag": "", "version": ""}, `303 C'est enregistré dans le brouillon. Rien n'est publié.`},
		{"a bulletin without a text", "", "", "/studio/bulletin", map[string]string{"texte": "", "do": "dire"}, `Écrivez la phrase.`},
		{"a mending of nothing", "", "", "/studio/controles/reparer", map[string]string{"defaut": "rien"}, `Ce défaut n'est plus là, ou il a changé. Rien n'est enregistré. Relisez les contrôles.`},
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
			if first := strings.TrimSpace(strings.TrimLeft(got, "0123456789 ")); !strings.HasPrefix(got, m.says) && !strings.HasPrefix(first, m.says) {
				t.Errorf("got %s\nwant %s", got, m.says)
			}
			for _, strange := range []string{".yaml", "yaml:", "error", "invalid", "unexpected", `"`} {
				if strings.Contains(got, strange) {
					t.Errorf("%q is no word for a supervisor: %s", strange, got)
				}
			}
		})
	}
}

// What is wrong with a spreadsheet is told before anything is saved.
func TestBrokenSpreadsheetsAreTold(t *testing.T) {
	p := openVillage(t)
	p.proved()
	who := p.as("sacha")
	was := p.draft().ID
	for _, c := range []struct{ name, text, says string }{
		{"a cell too few", "besoin;age;reseau\nemploi;*\n*;*;region\n", "422 Ligne 2, colonne 3 : 2 cases, mais il en faut 3."},
		{"a cell that is none", "besoin;age;reseau\nboulot;*;region\n*;*;region\n", "200 ligne 1 : « boulot » n'est pas une réponse possible à « Besoin ». Choisissez parmi : Un emploi, Un métier, Autre chose."},
		{"an unknown column", "besoins;age;reseau\nemploi;*;region\n", "200 les colonnes : La colonne « besoins » n'est ni une réponse ni une donnée connue. Vouliez-vous dire « Besoin » ?"},
		{"a missing result", "besoin;age\nemploi;*\n", "422 Ligne 1, colonne 2 : il manque le résultat « reseau » dans la première ligne (connus : age, besoin)."},
		{"an empty file", "", "422 Ligne 1, colonne 1 : le fichier est vide : la première ligne donne les noms des colonnes."},
		{"only a head", "besoin;age;reseau\n", "422 Ligne 1, colonne 1 : il n'y a aucune ligne sous les noms des colonnes."},
		{"an open quote", "besoin;age;reseau\n\"emploi;*;region\n", "422 Ligne 2, colonne 18 : un guillemet ouvert n'est pas fermé."},
		{"a workbook", "PK\x03\x04rubbish", "422 Ligne 1, colonne 1 : c'est un classeur de tableur : enregistrez-le en « CSV UTF-8 »."},
		{"UTF-16", "\xff\xfeb\x00e\x00", "422 Ligne 1, colonne 1 : le fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 »."},
		{"Latin-1", "besoin;age;reseau\nm\xe9tier;*;region\n*;*;region\n", "200 ligne 1 : « métier » n'est pas une réponse possible à « Besoin ». Vouliez-vous dire « Un métier » ?"},
		{"an empty cell", "besoin;age;reseau\nemploi;;region\n*;*;region\n", "422 Ligne 2, colonne 2 : la case de la colonne « age » est vide : écrivez * (peu importe) ou - (pas de réponse)."},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := who.sends("/studio/tables/orientation/csv", url.Values{"texte": {c.text}})
			got := itoa(w.Code) + " "
			for _, li := range regexp.MustCompile(`(?s)<li[^>]*class="fault">.*?</li>`).FindAllString(w.Body.String(), -1) {
				got += html.UnescapeString(mistakeTags.ReplaceAllString(li, ""))
			}
			if got != c.says || p.draft().ID != was {
				t.Errorf("%q", got)
			}
		})
	}
}
