package flow

// Copy puts a copy of a record of a file behind it, under a new id, with its translations and the words by
// which a danger is heard. Nothing names the copy yet. Steps have Duplicate. The error is Faults.
func (d *Draft) Copy(kind RecordKind, file, id, newID string) (*Draft, error) {
	x := d.index()
	if err := x.renamable(kind, id, newID); err != nil {
		return nil, Faults{{Message: err.Error()}}
	}
	var changes []Change
	for _, m := range x.of(kind, id) {
		if m.declares && m.at.File != file || !m.declares && !(m.own && m.key) {
			continue
		}
		copied := m.at
		last := len(copied.Path) - 1
		copied.Path = append(copied.Path[:last:last], m.swap(copied.Path[last], newID))
		changes = append(changes, Insert(copied, d.Record(m.at.File, m.at.Path...), After(m.at.Path[last])))
	}
	return d.Edit(changes...)
}
