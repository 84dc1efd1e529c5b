package transcript

import (
	"fmt"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := []struct{ was, is, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\nc\n", " a,-b,+c"},
		{"a\nb\nc\n", "a\nc\n", " a,-b, c"},
		{"", "a\n", "-,+a"},
		{"1\n2\n3\n4\n5\n", "1\n2\n3\n4\nX\n", " 3, 4,-5,+X"},
	}
	for _, test := range tests {
		var got []string
		for _, l := range Compare(test.was, test.is) {
			if l.Near {
				got = append(got, fmt.Sprintf("%c%s", l.Mark, l.Text))
			}
		}
		if strings.Join(got, ",") != test.want {
			t.Errorf("%q → %q: %v, want %s", test.was, test.is, got, test.want)
		}
	}
}
