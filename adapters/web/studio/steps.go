package studio

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// addStep makes a new step in a flow, behind another.
func (s *Studio) addStep(w http.ResponseWriter, r *http.Request) {
	flowID, id := r.PathValue("flow"), strings.TrimSpace(r.PostFormValue("nom"))
	s.change(w, r, workshop.JournalAdded, "étape « "+id+" » ajoutée", stepPath(flowID, id), func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.AddStep(flowID, id, flow.Kind(r.PostFormValue("sorte")), r.PostFormValue("apres"))
	})
}

// changeStep renames, copies or deletes a step, wherever it is named.
func (s *Studio) changeStep(w http.ResponseWriter, r *http.Request) {
	file, place := r.PostFormValue("fichier"), strings.Split(r.PostFormValue("place"), "/")
	name := strings.TrimSpace(r.PostFormValue("nom"))
	if len(place) != 2 {
		s.missing(w, r)
		return
	}
	id := place[1]
	flowOf := func(d *flow.Draft) string { v, _ := d.At(file, "flow"); return v.Text() }
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	flowID := flowOf(state.Draft)
	switch r.PathValue("verb") {
	case "renommer":
		s.change(w, r, workshop.JournalRenamed, "étape « "+id+" » renommée « "+name+" »", stepPath(flowID, name), func(now *workshop.State) (*flow.Draft, error) {
			return now.Draft.Rename(flow.StepRecord, flowID+"."+id, flowID+"."+name)
		})
	case "dupliquer":
		s.change(w, r, workshop.JournalAdded, "étape « "+id+" » copiée", stepPath(flowID, name), func(now *workshop.State) (*flow.Draft, error) {
			return now.Draft.Duplicate(flowID+"."+id, name)
		})
	case "supprimer":
		instead := r.PostFormValue("suite")
		if instead != "" && instead != flow.Return && !strings.Contains(instead, ".") {
			instead = flowID + "." + instead
		}
		s.change(w, r, workshop.JournalDeleted, "étape « "+id+" » supprimée", "/studio/parcours/"+flowID, func(now *workshop.State) (*flow.Draft, error) {
			if err := asSeen(now, flow.In(file, place...), r.PostForm); err != nil {
				return nil, err
			}
			return now.Draft.Delete(flow.StepRecord, flowID+"."+id, instead)
		})
	default:
		s.missing(w, r)
	}
}

// change saves what one button does, and says why when it cannot be done.
func (s *Studio) change(w http.ResponseWriter, r *http.Request, deed, what, then string, do func(*workshop.State) (*flow.Draft, error)) {
	_, err := s.Workshop.SaveAs(r.Context(), author(r), deed, what, do)
	if faults, is := errors.AsType[flow.Faults](err); is {
		s.stop(w, r, http.StatusUnprocessableEntity, impossible(faults[0]))
		return
	}
	if inUse, is := errors.AsType[*flow.InUse](err); is {
		s.showInUse(w, r, inUse)
		return
	}
	if again, is := errors.AsType[*rereading](err); is {
		s.showRereading(w, r, again)
		return
	}
	if err != nil {
		s.failed(w, r, "change the draft", err)
		return
	}
	s.done(w, r, then, "enregistre")
}
