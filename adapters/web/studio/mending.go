package studio

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// A mending is what a button does about a finding: only what is sure, or loses nothing that is ever said.
type mending struct {
	Label string
	do    func(*flow.Draft) (*flow.Draft, error)
}

// edits is a mending by changes.
func edits(label string, changes ...flow.Change) mending {
	return mending{label, func(d *flow.Draft) (*flow.Draft, error) { return d.Edit(changes...) }}
}

// mending is what a button does about a finding, nothing where only a person can know.
func (t *teller) mending(f proof.Finding) mending {
	at, is := t.d.PlaceOf(f.Fault)
	if !is || t.d.Unreadable(f.Fault.Pos.File) != nil || len(at.Path) == 0 {
		return mending{}
	}
	v, _ := t.d.At(at.File, at.Path...)
	switch code := f.Fault.Code; code {
	case proof.Unreached:
		return t.deleting("Supprimer cette étape", flow.StepRecord, at, f.Fault.Step)
	case proof.NeverOffered:
		return t.deleting("Retirer ce choix", flow.OptionRecord, at, f.Fault.Step+"."+f.Fault.Args[0])
	case proof.NeverTexted:
		if at.Path[len(at.Path)-1] == "sms" {
			return edits("Retirer le texte par SMS", flow.Remove(at))
		}
	case proof.CommandDeaf:
		return edits("Mettre la priorité à 60", flow.SetText(flow.In(at.File, append(at.Path[:2:2], "priority")...), "60"))
	case proof.RowHidden, proof.RowUnreached:
		return t.rowMended(f)
	case flow.EmptyCondition:
		if at.Path[len(at.Path)-1] == "only" { // a choice without a condition is always offered, too
			return edits("Retirer la condition vide", flow.Remove(at))
		}
	case flow.UnknownKey, flow.MisplacedKey, flow.NeedlessCheck, flow.DirectThen:
		return t.removing(f.Fault, at)
	case flow.Misread, flow.ColonInText:
		if v.Kind() == flow.TextValue {
			return edits("Garder « "+firstWords(v.Text(), 8)+" »", flow.SetText(at, v.Text()))
		}
	case flow.Unquoted:
		if f.Fault.Args[1] == "" {
			return edits("Mettre « {"+f.Fault.Args[0]+"} »", flow.SetText(at, "{"+f.Fault.Args[0]+"}"))
		}
	case flow.NoPlaceholder:
		if f.Fault.Meant != "" && v.Kind() == flow.TextValue {
			return edits("Mettre « {"+f.Fault.Meant+"} »", flow.SetText(at, strings.ReplaceAll(v.Text(), "{"+f.Fault.Args[0]+"}", "{"+f.Fault.Meant+"}")))
		}
	case flow.NoBusy:
		if !t.regionSets("busy") {
			return edits("Régler l'affluence : plus de 10 personnes", flow.SetText(flow.In("bundle.yaml", "busy"), "10"))
		}
	default:
		return t.respelt(f.Fault, at)
	}
	return mending{}
}

// regionSets says whether a region has a setting of its own.
func (t *teller) regionSets(key string) bool {
	return slices.ContainsFunc(t.d.Regions(), func(region string) bool {
		_, is := t.d.At(regionFile(region), key)
		return is
	})
}

// respelt puts the name that was meant in place of a slip.
func (t *teller) respelt(f flow.Fault, at flow.Place) mending {
	wrong, right, is := mistyped(f)
	if !is {
		return mending{}
	}
	place, there := scalarAt(t.d, f.Pos, at, wrong)
	if !there {
		return mending{}
	}
	label := right
	if f.Code != "" {
		label = t.meant(f, at)
	}
	return edits("Mettre « "+label+" »", flow.SetText(place, right))
}

// deleting takes away what nobody comes to, with its translations; nothing where something names it.
func (t *teller) deleting(label string, kind flow.RecordKind, at flow.Place, local string) mending {
	flowID, is := t.d.At(at.File, "flow")
	if !is {
		return mending{}
	}
	do := func(d *flow.Draft) (*flow.Draft, error) { return d.Delete(kind, flowID.Text()+"."+local, "") }
	if _, err := do(t.d); err != nil {
		return mending{}
	}
	return mending{label, do}
}

// mostRemoved is how long a text is, in letters, that a button takes away with its field.
const mostRemoved = 60

// removing takes away a field that nothing reads, where little is written in it: more was meant for another.
func (t *teller) removing(f flow.Fault, at flow.Place) mending {
	key := f.Args[0]
	switch f.Code {
	case flow.NeedlessCheck:
		key = "check"
	case flow.DirectThen:
		key = "then"
	}
	i := lastIndex(at.Path, key)
	if i < 2 {
		if i = 2; len(at.Path) < 2 {
			return mending{}
		}
		at.Path = append(at.Path[:2:2], key)
	}
	at.Path = at.Path[:i+1]
	v, is := t.d.At(at.File, at.Path...)
	right := flow.In(at.File, append(at.Path[:i:i], f.Meant)...)
	_, there := t.d.At(right.File, right.Path...)
	switch {
	case !is, f.Code != flow.NeedlessCheck && v.Kind() != flow.TextValue:
		return mending{}
	case f.Meant != "" && !there:
		return edits("Appeler ce champ « "+labelOf(right.Path[min(2, i):]).Label+" »", flow.Remove(at), flow.SetText(right, v.Text()))
	case f.Code != flow.NeedlessCheck && len(v.Text()) > mostRemoved:
		return mending{}
	}
	return edits("Retirer « "+labelOf(at.Path[min(2, i):]).Label+" »", flow.Remove(at))
}

func lastIndex(keys []string, key string) int {
	for i, k := range slices.Backward(keys) {
		if k == key {
			return i
		}
	}
	return -1
}

// rowMended moves a row before the one that hides it, and takes away one that no answer leads to, or that says
// again what the other says.
func (t *teller) rowMended(f proof.Finding) mending {
	if f.Rule == nil {
		return mending{}
	}
	rows, is := rowsIn(t.d, f.Rule.Table)
	n, by := f.Rule.Row, f.Rule.Hider
	if !is || n < 1 || n > len(rows.rows) {
		return mending{}
	}
	place := func(n int) flow.Place {
		return flow.In(rows.at.File, append(rows.at.Path[:len(rows.at.Path):len(rows.at.Path)], "rows", itoa(n-1))...)
	}
	width := len(rows.columns)
	switch {
	case by > 0 && f.Rule.Equal && !slices.Equal(rows.rows[n-1][:width], rows.rows[by-1][:width]): // which was meant?
	case by > 0 && !f.Rule.Equal:
		return edits("Mettre la ligne "+itoa(n)+" avant la ligne "+itoa(by), flow.Move(place(n), flow.Before(itoa(by-1))))
	case n < len(rows.rows):
		return edits("Retirer la ligne "+itoa(n), flow.Remove(place(n)))
	}
	return mending{}
}

// mendPatience is how long a button waits for the proof, whose finding it is about.
const mendPatience = 10 * time.Second

// Why a button does nothing.
var (
	errMended   = errors.New("the finding is no longer there")
	errUnproved = errors.New("the proof has not come to it")
)

// mend does what the button of a finding says.
func (s *Studio) mend(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	source := r.PostForm.Get("defaut")
	_, err := s.Workshop.Save(r.Context(), author(r), "réparation : "+r.PostForm.Get("bouton"), func(now *workshop.State) (*flow.Draft, error) {
		c := s.checks.of(now.Draft)
		if c.wait(mendPatience); !c.Proved() {
			return nil, errUnproved
		}
		t := teller{d: now.Draft}
		for _, f := range c.Found() {
			if m := t.mending(f); f.Fault.String() == source && m.do != nil && m.Label == r.PostForm.Get("bouton") {
				return m.do(now.Draft)
			}
		}
		return nil, errMended
	})
	faults, wrong := errors.AsType[flow.Faults](err)
	switch {
	case errors.Is(err, errMended):
		s.stop(w, r, http.StatusConflict, "Ce défaut n'est plus là, ou il a changé. Rien n'est enregistré. Relisez les contrôles.")
	case errors.Is(err, errUnproved):
		s.stop(w, r, http.StatusServiceUnavailable, "La vérification n'est pas finie. Rien n'est enregistré. Réessayez dans un instant.")
	case wrong:
		s.stop(w, r, http.StatusUnprocessableEntity, impossible(faults[0]))
	case err != nil:
		s.failed(w, r, "mend a fault", err)
	default:
		s.done(w, r, "/studio/controles", "enregistre")
	}
}
