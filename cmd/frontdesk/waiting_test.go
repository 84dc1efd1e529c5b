package main

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// waitAtOnce is how many tests may be under way at once. Those that take long wait: they listen to a telephone in
// real time, or sit out a patience. Go's own number, one for each processor, has them wait one behind another.
const waitAtOnce = 16

// racedAtOnce is how many where the race detector makes all of them reckon ten times as long.
const racedAtOnce = 4

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		most := waitAtOnce
		if raced {
			most = racedAtOnce
		}
		if err := flag.Set("test.parallel", strconv.Itoa(most)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// processors are the seats of tests that work.
var processors = make(chan struct{}, runtime.NumCPU())

// works is t.Parallel for a test that works more than it waits: of these there are no more under way than there are
// processors, so that those that listen in real time still hear.
func works(t *testing.T) {
	t.Helper()
	t.Parallel()
	processors <- struct{}{}
	t.Cleanup(func() { <-processors })
}

// longEnough is how long a test waits for what must happen. It measures nothing: a slow machine, with the race detector
// and other tests beside, has all of it.
const longEnough = 2 * time.Minute

// soon waits for something, longEnough. more says what there is to see where it does not happen.
func soon(t testing.TB, what string, so func() bool, more ...func() string) {
	t.Helper()
	for began := time.Now(); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) <= longEnough {
			continue
		}
		seen := ""
		for _, m := range more {
			seen += "\n" + m()
		}
		t.Fatalf("within %s it did not happen: %s%s", longEnough, what, seen)
	}
}
