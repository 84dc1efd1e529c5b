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
	case flow.UnknownKey, flow.MisplacedKey, flow.NeedlessCheck, flow.DirectThen:
		return t.removing(code, at, f.Fault.Args[0])
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
		return edits("Dire « affluence » dès 10 personnes", flow.SetText(flow.In("bundle.yaml", "busy"), "10"))
	default:
		return t.respelt(f.Fault, at)
	}
	return mending{}
}

// respelt puts the name that was meant in place of a slip.
func (t *teller) respelt(f flow.Fault, at flow.Place) mending {
	wrong, right, is := mistyped(f)
	if !is {
		return mending{}
	}
	place, there := scalarAt(t.d, f.Pos, wrong)
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

// removing takes away a field that nothing reads.
func (t *teller) removing(code flow.Code, at flow.Place, key string) mending {
	switch code {
	case flow.NeedlessCheck:
		key = "check"
	case flow.DirectThen:
		key = "then"
	}
	i := slices.Index(at.Path, key)
	if i < 2 {
		if i = 2; len(at.Path) < 2 {
			return mending{}
		}
		at.Path = append(at.Path[:2:2], key)
	}
	at.Path = at.Path[:i+1]
	if _, is := t.d.At(at.File, at.Path...); !is {
		return mending{}
	}
	return edits("Retirer « "+labelOf(at.Path[min(2, i):]).Label+" »", flow.Remove(at))
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
	case by > 0 && !slices.Equal(rows.rows[n-1][:width], rows.rows[by-1][:width]):
		return edits("Mettre la ligne "+itoa(n)+" avant la ligne "+itoa(by), flow.Move(place(n), flow.Before(itoa(by-1))))
	case n < len(rows.rows):
		return edits("Retirer la ligne "+itoa(n), flow.Remove(place(n)))
	}
	return mending{}
}

// mendPatience is how long a button waits for the proof, whose finding it is about.
const mendPatience = 10 * time.Second

// errMended says that a finding is no longer there.
var errMended = errors.New("nothing to mend")

// mend does what the button of a finding says.
func (s *Studio) mend(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	source := r.PostForm.Get("defaut")
	_, err := s.Workshop.Save(r.Context(), author(r), "réparation : "+r.PostForm.Get("bouton"), func(now *workshop.State) (*flow.Draft, error) {
		c := s.checks.of(now.Draft)
		c.wait(mendPatience)
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
	case wrong:
		s.stop(w, r, http.StatusUnprocessableEntity, impossible(faults[0]))
	case err != nil:
		s.failed(w, r, "mend a fault", err)
	default:
		s.done(w, r, "/studio/controles", "enregistre")
	}
}
