package redis

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Tokens go to who has waited longest, whoever asks first; who never comes back holds nobody up.
func TestTokensGoToTheOldest(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx, began := t.Context(), time.Now()
		ask := func(member string, age time.Duration) time.Duration {
			t.Helper()
			wait, err := s.PassInTurn(ctx, "room", member, began.Add(-age), 20, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		if wait := ask("first", 0); wait != 0 {
			t.Fatalf("an empty line: wait %s", wait)
		}
		for i := range 5 { // the youngest asks first
			ask(fmt.Sprint("m", i), time.Duration(i)*time.Second)
		}
		var passed []string
		for deadline := time.Now().Add(10 * time.Second); len(passed) < 5 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			for i := range 5 {
				name := fmt.Sprint("m", i)
				if !slices.Contains(passed, name) && ask(name, time.Duration(i)*time.Second) == 0 {
					passed = append(passed, name)
				}
			}
		}
		if got, want := fmt.Sprint(passed), "[m4 m3 m2 m1 m0]"; got != want {
			t.Errorf("passed %s, want %s", got, want)
		}
		ask("old", time.Minute)
		ask("young", 0)
		ask("young", time.Hour) // it became urgent
		for deadline := time.Now().Add(10 * time.Second); ask("young", 0) > 0; time.Sleep(5 * time.Millisecond) {
			if ask("old", time.Minute) == 0 || time.Now().After(deadline) {
				t.Fatal("who became urgent while waiting does not pass first")
			}
		}
		if wait, err := s.PassInTurn(ctx, "shut", "a", began, 20, 1, time.Minute); err != nil || wait != time.Minute {
			t.Errorf("a shut turnstile: %s, %v", wait, err)
		}
		if wait, err := s.PassInTurn(ctx, "shut", "b", began.Add(time.Second), 20, 1, 0); err != nil || wait == 0 {
			t.Errorf("who came later passes before who waited while it was shut (%v)", err)
		}
		if wait, err := s.PassInTurn(ctx, "shut", "a", began, 20, 1, 0); err != nil || wait != 0 {
			t.Errorf("who waited while it was shut does not pass: %s, %v", wait, err)
		}
	})
}
