// Package intake reads the files of reference data that others publish, and says of each record that it
// does not take where it stands, why, and what would mend it. It keeps nothing and fetches nothing.
//
// It is tolerant exactly where real files are dirty: a byte order mark, letters that are not UTF-8, commas,
// semicolons or tabs between cells, a tab before a number, days written dd/mm/yyyy, a string where others
// have a list, a cedex, a postcode that lost its zero, hours that are missing or damaged, ROME's old codes.
// Everything else is refused, and a run with a refusal gives nothing.
package intake

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"frontdesk/bot/directory"
)

// Bounds of one run.
const (
	MostBytes    = 1 << 30 // of one file
	mostRecords  = 300_000 // that are kept
	mostRefusals = 1_000   // that are told; the others are counted
	longestText  = 10_000  // characters of one value
)

// A File is one of a run's files, read once from its beginning to its end.
type File struct {
	Name string
	From io.Reader
}

// Options say what a run takes. The zero value takes every record of the country.
type Options struct {
	// Served says whether a place in this département is of use; those that are not are left aside.
	Served func(area string) bool
	// Commune gives the present code of a commune, false for one that does not exist; nil is not asked.
	Commune func(code string) (string, bool)
	// Skip takes the good records of a file in which others are refused.
	Skip bool
	// Progress is told from time to time how many records were read.
	Progress func(file string, read int)
}

// A Remark is what is to be said of one record: a French sentence with what would mend it.
type Remark struct {
	File string
	Line int
	Text string
}

func (r Remark) String() string { return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Text) }

// A Report is what became of the records of a run.
type Report struct {
	Read, Kept int
	Aside      int      // of use to nobody here: elsewhere, or no place of guidance
	Refused    int      // all of them
	Refusals   []Remark // the first thousand of them
	Remarks    []Remark // what was taken and should be looked at, the first thousand
}

// ErrRefused says that a run gives nothing because records were refused.
var ErrRefused = errors.New("des lignes sont refusées : rien n'est importé")

// Read reads the files of one kind and gives its stored form: the same bytes for the same records. With an
// error there is no content, and the report says how far it went.
func Read(kind directory.Kind, files []File, o Options) ([]byte, Report, error) {
	r := &run{options: o}
	var content []byte
	var err error
	switch kind {
	case directory.Places:
		content, err = r.places(files)
	case directory.Coordinates:
		content, err = r.coordinates(files)
	case directory.Rome:
		content, err = r.rome(files)
	case directory.Portraits:
		content, err = r.portraits(files)
	case directory.Events:
		content, err = r.events(files)
	default:
		err = fmt.Errorf("%q n'est pas une sorte de données ; choisir parmi %v", kind, directory.Kinds())
	}
	switch {
	case err != nil:
		return nil, r.report, err
	case r.report.Refused == r.report.Read && r.report.Read > 1:
		return nil, r.report, fmt.Errorf("%w ; elles le sont toutes : vérifier que le fichier est le bon", ErrRefused)
	case r.report.Refused > 0 && !o.Skip:
		return nil, r.report, ErrRefused
	case r.report.Kept == 0:
		return nil, r.report, errors.New("aucune ligne à garder : rien n'est importé ; vérifier que le fichier est le bon, et qu'il parle de la région")
	}
	return content, r.report, nil
}

// A run is one Read under way.
type run struct {
	options Options
	report  Report
	file    string
}

// each reads the records of all files, one at a time, whatever form they have.
func (r *run) each(files []File, take func(*record)) error {
	for _, f := range files {
		r.file = f.Name
		text := newText(io.LimitReader(f.From, MostBytes+1))
		begins, err := text.begins()
		switch {
		case err != nil:
			return fmt.Errorf("%s : %w", f.Name, err)
		case begins == '{' || begins == '[':
			err = r.objects(text, take)
		default:
			err = r.table(text, take)
		}
		if err == nil && text.read > MostBytes {
			err = fmt.Errorf("plus de %d Mo ; couper le fichier", MostBytes>>20)
		}
		if err != nil {
			return fmt.Errorf("%s : %w", f.Name, err)
		}
	}
	return nil
}

// one hands a record to whoever takes it, and counts what became of it.
func (r *run) one(rec *record, take func(*record)) error {
	r.report.Read++
	if r.options.Progress != nil && r.report.Read%10_000 == 0 {
		r.options.Progress(r.file, r.report.Read)
	}
	take(rec)
	for _, remark := range rec.remarks {
		if len(r.report.Remarks) < mostRefusals {
			r.report.Remarks = append(r.report.Remarks, Remark{r.file, rec.line, remark})
		}
	}
	switch {
	case rec.refused != "":
		r.refuse(rec.line, rec.refused)
	case rec.aside:
		r.report.Aside++
	default:
		r.report.Kept++
	}
	if r.report.Kept > mostRecords {
		return fmt.Errorf("plus de %d lignes à garder ; ne donner que celles de la région", mostRecords)
	}
	return nil
}

func (r *run) refuse(line int, why string) {
	r.report.Refused++
	if len(r.report.Refusals) < mostRefusals {
		r.report.Refusals = append(r.report.Refusals, Remark{r.file, line, why})
	}
}

// served says whether what is in this département is of use here.
func (r *run) served(area string) bool { return r.options.Served == nil || r.options.Served(area) }

// commune is the present code of a commune; one that does not exist is refused.
func (r *run) commune(rec *record, code string) string {
	if code == "" || r.options.Commune == nil {
		return code
	}
	present, ok := r.options.Commune(code)
	if !ok {
		rec.refuse("la commune %q n'existe pas ; mettre son code INSEE, celui d'avant une fusion compris", code)
	}
	return present
}

// unique refuses a record whose id another had, and keeps the id.
func unique(seen map[string]int, rec *record, id string) bool {
	if line, there := seen[id]; there {
		rec.refuse("l'identifiant %q est déjà celui de la ligne %d ; en garder une", id, line)
		return false
	}
	seen[id] = rec.line
	return true
}

// sorted encodes records by their id.
func sorted[T directory.Place | directory.Centre | directory.Job | directory.Portrait | directory.Event](kind directory.Kind, all []T, less func(a, b *T) int) ([]byte, error) {
	slices.SortFunc(all, func(a, b T) int { return less(&a, &b) })
	return directory.Encode(kind, all)
}
