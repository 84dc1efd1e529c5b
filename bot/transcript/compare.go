package transcript

import (
	"slices"
	"strings"
)

// A Compared line stands in both of two texts, or in one of them.
type Compared struct {
	Mark byte // ' ' in both, '-' only in what was, '+' only in what is
	Text string
	Near bool // it differs, or stands at most two lines from one that does
}

// Compare puts two texts side by side, line by line: the longest common lines stay together. It is nil
// when they say the same.
func Compare(was, is string) []Compared {
	if was == is {
		return nil
	}
	lines := align(splitLines(was), splitLines(is))
	for i := range lines {
		for j := max(0, i-2); j < min(len(lines), i+3); j++ {
			lines[i].Near = lines[i].Near || lines[j].Mark != ' '
		}
	}
	return lines
}

func splitLines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// align finds the longest common lines of two texts. Only what lies between their first and their
// last difference takes the square of its length.
func align(a, b []string) []Compared {
	var head, tail []Compared
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, Compared{Mark: ' ', Text: a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, Compared{Mark: ' ', Text: a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, alignMiddle(a, b), tail)
}

func alignMiddle(a, b []string) []Compared {
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
	var lines []Compared
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, Compared{Mark: ' ', Text: a[i]})
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, Compared{Mark: '-', Text: a[i]})
			i++
		default:
			lines = append(lines, Compared{Mark: '+', Text: b[j]})
			j++
		}
	}
	return lines
}
