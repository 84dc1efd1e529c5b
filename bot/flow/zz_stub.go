package flow

type RecordKind string
const StepUse RecordKind = "step"
type Use struct { File string; Pos Pos; Step, What string }
func (d *Draft) Uses(k RecordKind, id string) []Use { return nil }
type Conflict struct{}
func Merge(base, mine, theirs *Draft) (*Draft, []Conflict) { return mine, nil }
