package proof

func (r *report) texts() {}
