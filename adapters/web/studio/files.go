package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// A fileView is a file of the draft as it is written: what is wrong in it, where, and room to mend it. It is for
// files that cannot be read, which have no form, and for what no form has.
type fileView struct {
	Name, Title string
	Broken      bool // no form can change it
	Text        string
	Rows        int
	ETag        string
	Faults      []fileFault
	Why         string // what was sent is not saved, "" where it is or nothing was
	Theirs      string // what somebody else has made of it meanwhile
	Readable    string // the last state that can be read: when, "" for none
	May         bool
}

// A fileFault is what is wrong at a line, with the lines around it.
type fileFault struct {
	fault
	Around []fileLine
}

type fileLine struct {
	N    int
	Text string
	Here bool
}

// filePath is the page of a file, at a line.
func filePath(name string, line int) string {
	path := "/studio/fichier?nom=" + url.QueryEscape(name)
	if line > 0 {
		path += "#ligne-" + itoa(line)
	}
	return path
}

func fileTag(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}

// showFile draws a file of the draft.
func (s *Studio) showFile(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	name := r.URL.Query().Get("nom")
	text, is := state.Draft.Files()[name]
	if !is || strings.HasPrefix(name, "tests/") {
		s.missing(w, r)
		return
	}
	s.drawFile(w, r, http.StatusOK, state, s.fileView(r, state, name, string(text)))
}

// fileView is a file with some text in it, which is that of the draft or what was sent.
func (s *Studio) fileView(r *http.Request, state *workshop.State, name, text string) fileView {
	d := state.Draft
	now := d.Files()[name]
	v := fileView{Name: name, Title: (&teller{d: d}).fileTitle(name), Broken: d.Unreadable(name) != nil, Text: text, ETag: fileTag(now), May: may(web.Signed(r), edit)}
	v.Rows = min(max(strings.Count(text, "\n")+2, 12), 40)
	var found proof.Findings
	if text == string(now) {
		c := s.checks.of(d)
		c.wait(patience)
		found = c.Found()
	} else if other, err := d.Edit(flow.WriteFile(name, text)); err == nil {
		for _, f := range other.Unreadable(name) {
			found = append(found, proof.Finding{Severity: proof.Error, Fault: f})
		}
	}
	lines := strings.Split(text, "\n")
	t := teller{d: d}
	for _, f := range found {
		if f.Fault.Pos.File == name {
			v.Faults = append(v.Faults, fileFault{t.tell(f), around(lines, f.Fault.Pos.Line)})
		}
	}
	if v.Broken {
		if _, when := s.lastReadable(r.Context(), state, name); when != "" {
			v.Readable = when
		}
	}
	return v
}

// around are the lines beside one, that one marked.
func around(lines []string, n int) []fileLine {
	var all []fileLine
	for i := max(n-2, 1); i <= min(n+2, len(lines)) && n > 0; i++ {
		all = append(all, fileLine{i, lines[i-1], i == n})
	}
	return all
}

func (s *Studio) drawFile(w http.ResponseWriter, r *http.Request, status int, state *workshop.State, v fileView) {
	c := s.checks.of(state.Draft)
	c.wait(patience)
	s.render(w, r, status, "file", page{Title: v.Title, Section: "/studio/controles", State: state, Checked: c, Body: v})
}

// Why a file is not saved.
var (
	errUnreadable = errors.New("the file could be read, and could not any more")
	errOvertaken  = errors.New("somebody else has changed the file")
	errNoFile     = errors.New("no such file")
)

// saveFile writes a file as it was sent. What could be read is not replaced by what cannot; what could not be read
// anyway is kept, so that no work is lost.
func (s *Studio) saveFile(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusRequestEntityTooLarge, "Ce fichier est trop gros, ou il est arrivé incomplet. Rien n'est enregistré.")
		return
	}
	name, text := r.PostForm.Get("nom"), strings.ReplaceAll(r.PostForm.Get("texte"), "\r\n", "\n")
	_, err := s.Workshop.Save(r.Context(), author(r), "fichier « "+name+" »", func(now *workshop.State) (*flow.Draft, error) {
		was, is := now.Draft.Files()[name]
		switch {
		case !is || strings.HasPrefix(name, "tests/"):
			return nil, errNoFile
		case r.PostForm.Get("etag") != fileTag(was):
			return nil, errOvertaken
		case r.PostForm.Get("do") == "revenir":
			if text, _ = s.lastReadable(r.Context(), now, name); text == "" {
				return nil, errNoFile
			}
		}
		made, err := now.Draft.Edit(flow.WriteFile(name, text))
		if err == nil && made.Unreadable(name) != nil && now.Draft.Unreadable(name) == nil {
			err = errUnreadable
		}
		return made, err
	})
	s.savedFile(w, r, name, text, err)
}

func (s *Studio) savedFile(w http.ResponseWriter, r *http.Request, name, text string, err error) {
	faults, refused := errors.AsType[flow.Faults](err)
	switch {
	case err == nil:
		s.done(w, r, filePath(name, 0), "fichier")
		return
	case errors.Is(err, errNoFile):
		s.missing(w, r)
		return
	case !refused && !errors.Is(err, errUnreadable) && !errors.Is(err, errOvertaken):
		s.failed(w, r, "save a file", err)
		return
	}
	state, opened := s.Workshop.Open(r.Context())
	if opened != nil {
		s.failed(w, r, "open the draft", opened)
		return
	}
	back := r.PostForm.Get("do") == "revenir"
	if back {
		text = string(state.Draft.Files()[name])
	}
	v, status := s.fileView(r, state, name, text), http.StatusUnprocessableEntity
	switch {
	case refused:
		v.Why = impossible(faults[0])
	case errors.Is(err, errOvertaken) && back:
		status = http.StatusConflict
		v.Why = "Une autre personne a changé ce fichier entre-temps. Rien n'est enregistré. Voici ce qu'elle a écrit."
	case errors.Is(err, errOvertaken):
		v.Theirs, status = string(state.Draft.Files()[name]), http.StatusConflict
		v.Why = "Une autre personne a changé ce fichier pendant que vous écriviez. Votre texte est là, son texte est en dessous. Rien n'est enregistré."
	default:
		v.Why = "Ce texte ne se lit pas. Rien n'est enregistré. Votre texte est encore là : corrigez-le."
	}
	s.drawFile(w, r, status, state, v)
}

// lastReadable is the last state of a file that could be read, and when it was made; "" for none.
func (s *Studio) lastReadable(ctx context.Context, state *workshop.State, name string) (text, when string) {
	id := state.Version.Parent
	for n := 0; id != "" && n < mostEarlier; n++ {
		was, err := s.Workshop.Version(ctx, id)
		if err != nil {
			break
		}
		if at, is := was.Draft.Files()[name]; is && was.Draft.Unreadable(name) == nil {
			return string(at), "celui du " + was.Version.At.In(s.Zone).Format("02/01 à 15:04")
		}
		id = was.Version.Parent
	}
	if live := s.online(); live != nil && live.Unreadable(name) == nil {
		if at, is := live.Files()[name]; is {
			return string(at), "celui de la version en ligne"
		}
	}
	return "", ""
}

// unreadFiles are the files of a draft that have no form until they are mended.
func unreadFiles(d *flow.Draft) []fileView {
	var all []fileView
	t := teller{d: d}
	for _, name := range d.Names() {
		if faults := d.Unreadable(name); len(faults) > 0 {
			f := t.tell(proof.Finding{Severity: proof.Error, Fault: faults[0]})
			all = append(all, fileView{Name: name, Title: t.fileTitle(name), Faults: []fileFault{{fault: f}}})
		}
	}
	return all
}

// rewrite shows a writing that cannot be taken, as it was sent, with why.
func (s *Studio) rewrite(w http.ResponseWriter, r *http.Request, f flow.Fault) {
	place := ""
	if f.Pos.Line > 0 {
		place = "Ligne " + itoa(f.Pos.Line) + " : "
	}
	sent := map[string]string{}
	for _, name := range []string{"fichier", "place", "version", "etag", "retour", "yaml"} {
		sent[name] = r.PostForm.Get(name)
	}
	for _, name := range []string{"vide", "avant"} {
		if r.PostForm.Has(name) {
			sent[name] = r.PostForm.Get(name)
		}
	}
	t := teller{}
	why := place + ended(t.sentence(f, flow.Place{}))
	s.render(w, r, http.StatusUnprocessableEntity, "rewrite", page{Title: "Écriture à corriger", Section: "/studio/", Body: rewriteView{why, sent, r.PostForm["reste"], backTo(sent["retour"])}})
}

// A rewriteView is a writing that was refused.
type rewriteView struct {
	Why  string
	Sent map[string]string
	Rest []string // disputes that are to be decided behind it
	Back string
}
