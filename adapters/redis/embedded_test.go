package redis

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A pipeline may be longer than what the embedded server reads in one go, and its answers too.
func TestALongPipelineDoesNotWaitForItself(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	pipe := s.rdb.Pipeline()
	value := strings.Repeat("v", 500)
	for i := range 200 {
		pipe.Set(ctx, fmt.Sprint(s.keys.prefix, "long:", i), value, time.Minute)
		pipe.Get(ctx, fmt.Sprint(s.keys.prefix, "long:", i))
	}
	answers, err := pipe.Exec(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if i%2 == 1 && !strings.HasSuffix(a.String(), value) {
			t.Errorf("answer %d is %.60q", i, a.String())
		}
	}
}
