package change

// A step is one difference between two lists.
type step struct {
	kind    Kind
	at      int // in the second list; in the first where the item is gone
	from    int // in the first list
	was, is string
}

// align finds what came, went and changed between two lists: by their longest common part, a pair of one gone
// and one come at the same place is one that changed.
func align(a, b []string) []step {
	common := make([][]int, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var steps []step
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && j < len(b) && common[i+1][j+1] == common[i][j]:
			steps = append(steps, step{Changed, j, i, a[i], b[j]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			steps = append(steps, step{Removed, i, i, a[i], ""})
			i++
		default:
			steps = append(steps, step{Added, j, i, "", b[j]})
			j++
		}
	}
	return steps
}
