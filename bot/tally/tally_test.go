package tally

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"frontdesk/bot"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// monday is a Monday, nine in the morning in Paris.
var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

// talks is a morning of four people, and one whose turns are not known to belong together.
func talks() []bot.Trace {
	web := func(number string, minute int, step, class string) bot.Trace {
		return bot.Trace{Number: number, At: at(minute), Release: "r2", Channel: "web", Step: step, Class: class, Life: bot.Talking}
	}
	info := web("a", 2, "accueil.age", "option:a18_25")
	info.Row, info.Cards, info.Territory, info.Option, info.Need = "aiguillage:4", []string{"cep"}, "35", "a18_25", "vae"
	taken := web("a", 12, "suite.maintenant", "claimed")
	taken.Life, taken.Mode, taken.Territory = bot.Live, bot.Direct, "35"
	kept := web("a", 60, "", "finished")
	kept.Life, kept.Outcome, kept.Kept, kept.Mode, kept.Need, kept.Territory = bot.Closed, "answered", "yes", bot.Direct, "vae", "35"
	why := web("a", 3, "suite.maintenant", "command:pourquoi")
	why.Row, why.Again, why.Territory = "aiguillage:4", true, "35"
	gone := web("b", 40, "accueil.vieux", "timer:expiry")
	gone.Outcome, gone.Life, gone.Release = "expired", bot.Closed, "r1"
	unknown := web("c", 5, "accueil.besoin", "no_match:human")
	unknown.Lacking = "not_understood"
	where := web("c", 6, "contact.commune", "value")
	where.Territory = "29"
	late := bot.Trace{Number: "d", At: at(90), Kept: "no", Mode: bot.Referral, Need: "emploi", Class: "timer:promise", Channel: "sms"}
	later := late
	later.At = at(26 * 60)
	first := web("b", 0, "", "arrived")
	first.Release = "r1"
	second := web("b", 1, "accueil.besoin", "option:vae")
	second.Release = "r1"
	return []bot.Trace{web("a", 0, "", "arrived"), first, web("a", 1, "accueil.besoin", "option:vae"), second, info, why,
		web("c", 4, "", "arrived"), unknown, where, taken, gone, kept, late, later,
		{At: at(100), Channel: "web", Class: "arrived"}, {At: at(101), Channel: "web", Step: "accueil.besoin", Class: "option:vae"}}
}

func book(t testing.TB, all []bot.Trace) *Book {
	b := NewBook(paris(t))
	for _, x := range all {
		b.Add(x)
	}
	return b
}

func TestWhatIsCounted(t *testing.T) {
	f := book(t, talks()).Sum(Always(), map[string]string{"accueil.vieux": "accueil.moins_vieux", "accueil.moins_vieux": "accueil.age"})
	for what, got := range map[string]any{
		"begun":    f.Begun,
		"besoin":   f.Turns[StepClass{"accueil.besoin", "option:vae"}],
		"rows":     f.Rows,
		"left":     f.Left,
		"moves":    f.Moves[Move{"accueil.besoin", "option:vae", "accueil.age"}],
		"from":     f.Moves[Move{"", "arrived", "accueil.besoin"}],
		"lacking":  f.Lacking,
		"promises": f.Promises,
		"outcomes": f.Outcomes,
		"nine":     f.Hours[9],
		"monday":   f.Weekdays[time.Monday],
		"channels": f.Channels,
		"releases": f.Releases,
		"informed": fmt.Sprint(f.Informed),
		"met":      fmt.Sprint(f.Met),
	} {
		want := map[string]any{
			"begun": 5, "besoin": 3, "rows": map[Row]int{{"r2", "aiguillage:4"}: 1}, "left": map[string]int{"accueil.age": 1},
			"moves": 2, "from": 3, "lacking": map[Question]int{{Territory: "29", Lacking: "not_understood"}: 1},
			"promises": map[Promise]int{{"direct", "vae", true}: 1, {"referral", "emploi", false}: 1},
			"outcomes": map[string]int{"expired": 1, "answered": 1}, "nine": 3, "monday": 5,
			"channels": map[string]int{"web": 4, "sms": 1}, "releases": map[string]int{"r1": 1, "r2": 2, "": 2},
			"informed": "map[120:1]", "met": "map[720:1]",
		}[what]
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}

// A row decides once, however often it is told again.
func TestARowThatWasWrongDecidedOnce(t *testing.T) {
	wrong := bot.Trace{Number: "a", At: at(14), Release: "r2", Channel: "desk", Class: "misrouted", Row: "aiguillage:4", Again: true, Territory: "35"}
	asked := bot.Trace{Number: "e", At: at(15), Release: "r2", Channel: "sms", Class: "command:rappel", Row: "telephone:2", Territory: "35"} // by a word, but decided
	f := book(t, append(talks(), wrong, asked)).Sum(Always(), nil)
	if f.Rows[Row{"r2", "aiguillage:4"}] != 1 || f.Rows[Row{"r2", "telephone:2"}] != 1 {
		t.Errorf("%v", f.Rows)
	}
}

// What somebody did before they named their commune counts where they are.
func TestSlices(t *testing.T) {
	b := book(t, talks())
	for _, x := range []struct {
		slice       Slice
		begun, left int
	}{
		{Slice{Territory: "35"}, 1, 0}, {Slice{Territory: "29"}, 1, 0}, {Slice{Release: "r1"}, 1, 1},
		{Slice{Channel: "sms"}, 1, 0}, {Slice{Channel: "web", Territory: "35"}, 1, 0}, {Slice{Channel: "voice"}, 0, 0},
	} {
		x.slice.From, x.slice.To = DayOf(monday), DayOf(monday)+1
		f := b.Sum(x.slice, nil)
		left := 0
		for _, n := range f.Left {
			left += n
		}
		if f.Begun != x.begun || left != x.left {
			t.Errorf("%+v: %d began, %d left", x.slice, f.Begun, left)
		}
	}
	if f := b.Sum(Slice{From: DayOf(monday) + 1, To: DayOf(monday) + 1}, nil); f.Begun != 0 || len(f.Turns) != 1 {
		t.Errorf("the next day: %d began, %v", f.Begun, f.Turns)
	}
	releases, channels, territories := b.Seen()
	if got := fmt.Sprint(releases, channels, territories); got != "[r1 r2] [sms web] [29 35]" {
		t.Error(got)
	}
}

// A book that reads on says what one says that reads all at once.
func TestReadingOnCountsTheSame(t *testing.T) {
	all := talks()
	once := book(t, all).Sum(Always(), nil)
	b := NewBook(paris(t))
	for i, x := range all {
		b.Add(x)
		if i%3 == 0 {
			b.Sum(Always(), nil)
			b.Forget(DayOf(monday)-30, x.At.AddDate(0, 0, -7))
		}
	}
	if got := b.Sum(Always(), nil); fmt.Sprint(got) != fmt.Sprint(once) {
		t.Errorf("%+v\n%+v", got, once)
	}
	b.Forget(DayOf(monday)+1, at(10_000))
	if f := b.Sum(Always(), nil); f.Begun != 0 || len(b.talks) != 0 || len(f.Turns) != 1 {
		t.Errorf("after the days were forgotten: %+v, %d talks", f, len(b.talks))
	}
}

func TestMedians(t *testing.T) {
	times := Times{}
	for i := range 21 {
		times[seconds(time.Duration(i)*time.Second)]++
	}
	if got, known := times.Median(); !known || got != 10*time.Second {
		t.Errorf("%v, %v", got, known)
	}
	if _, known := (Times{5: Fewest - 1}).Median(); known {
		t.Error("the median of nine is shown")
	}
	for d, want := range map[time.Duration]uint32{-time.Second: 0, 61 * time.Second: 61, 133 * time.Second: 130, 71 * time.Minute: 4200, 50*time.Hour + time.Minute: 180000} {
		if got := seconds(d); got != want {
			t.Errorf("%v counts as %d, want %d", d, got, want)
		}
	}
}

func TestSenses(t *testing.T) {
	for class, want := range map[string]Sense{"option:vae": Answered, "value": Answered, "meant:vae": Answered, "no_match:list": Missed,
		"invalid": Missed, "no_input": Silent, "timer:silence": Silent, "timer:expiry": Other, "command:humain": Other, "danger:suicide": Other, "arrived": Other} {
		if got := SenseOf(class); got != want {
			t.Errorf("%s: %d, want %d", class, got, want)
		}
	}
	if !Leads("no_match:goto:x") || Leads("no_match:list") || !Leads("arrived") {
		t.Error("what leads on")
	}
}

// million is ninety days of a busy region.
func million(each func(bot.Trace)) {
	steps := make([]string, 60)
	for i := range steps {
		steps[i] = fmt.Sprintf("accueil.etape_%d", i)
	}
	channels := []bot.ChannelName{"web", "sms", "phone", "telegram"}
	const turns = 8
	for talk := range 1_000_000 / turns {
		start := monday.Add(time.Duration(talk) * (90 * 24 * time.Hour / (1_000_000 / turns)))
		number := fmt.Sprintf("%020d", talk)
		for turn := range turns {
			x := bot.Trace{Number: number, At: start.Add(time.Duration(turn*20) * time.Second), Release: "r" + fmt.Sprint(talk/50_000),
				Channel: channels[talk%4], Step: steps[(talk*7+turn*11)%60], Class: fmt.Sprintf("option:choix_%d", (talk+turn)%5), Life: bot.Talking}
			if turn > 4 {
				x.Territory = fmt.Sprint(22 + talk%6)
			}
			each(x)
		}
	}
}

// Ninety days of a busy region, from the traces to the figures of a page. The bytes that stay are reported.
func BenchmarkMillionTraces(b *testing.B) {
	zone := paris(b)
	for b.Loop() {
		book := NewBook(zone)
		day := Day(0)
		million(func(t bot.Trace) {
			if d := DayOf(t.At); d != day {
				day = d
				book.Forget(0, t.At.Add(-7*24*time.Hour))
			}
			book.Add(t)
		})
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-kept")
		cells := 0
		for _, d := range slices.Collect(maps.Values(book.days)) {
			cells += len(d)
		}
		b.ReportMetric(float64(cells), "cells")
		b.ReportMetric(float64(len(book.talks)), "talks")
	}
}

// What a page asks of it.
func BenchmarkSumOfAMillion(b *testing.B) {
	book := NewBook(paris(b))
	million(book.Add)
	for b.Loop() {
		book.Sum(Slice{From: 0, To: 1 << 30, Channel: "web"}, nil)
	}
}
