package proof

import (
	"fmt"
	"strings"
)

// A Verdict says that a release was proved, by which rules, and with how many warnings. Only releases
// without an error have one.
type Verdict struct {
	Release  string
	Edition  int
	Warnings int
}

// String is the verdict as it is kept, on one line.
func (v Verdict) String() string {
	return fmt.Sprintf("%s edition %d warnings %d", v.Release, v.Edition, v.Warnings)
}

// Kept finds the verdict of a release among kept ones, one a line; one by other rules is none.
func Kept(lines, release string) (Verdict, bool) {
	for line := range strings.Lines(lines) {
		var v Verdict
		if n, err := fmt.Sscanf(line, "%s edition %d warnings %d", &v.Release, &v.Edition, &v.Warnings); n == 3 && err == nil && v.Release == release && v.Edition == Edition {
			return v, true
		}
	}
	return Verdict{}, false
}
