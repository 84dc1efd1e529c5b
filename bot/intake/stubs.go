package intake

func (r *run) rome(files []File) ([]byte, error)      { return nil, nil }
func (r *run) portraits(files []File) ([]byte, error) { return nil, nil }
func (r *run) events(files []File) ([]byte, error)    { return nil, nil }
