package studio

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"frontdesk/bot/tally"
)

// A chart is drawn by the service; its table stands below it for who does not see it.
type chart struct {
	Title, Sum string
	Picture    template.HTML
	Heads      []string
	Figures    []statCell
}

// bars draws counts side by side. What is hidden has a low hatched bar: that there is something is known.
func bars(labels []string, counts []tally.Shown, every, width int) template.HTML {
	const high, low, foot = 120, 4, 18
	most := 1
	for _, n := range counts {
		most = max(most, int(n))
	}
	wide := max(2, width/max(1, len(counts)))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bars-chart" viewBox="0 0 %d %d" role="presentation" aria-hidden="true">`, wide*len(counts), high+foot)
	for i, n := range counts {
		tall, class := 0, "bar"
		switch {
		case !n.Known():
			tall, class = low, "bar few"
		case n > 0:
			tall = max(low, int(n)*(high-14)/most)
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="2"/>`, class, i*wide+1, high-tall, max(1, wide-2), tall)
		if i%every == 0 {
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" font-size="12">%s</text>`, i*wide+wide/2, high+foot-4, template.HTMLEscapeString(labels[i]))
		}
	}
	fmt.Fprintf(&b, `<path class="axis" d="M0 %dh%d"/></svg>`, high, wide*len(counts))
	return template.HTML(b.String())
}

// charts are conversations by day, by day of the week and by hour.
func (s *sayer) charts(a inquiry) []chart {
	days := partsOf(s.f.Days)
	var labels []string
	var counts []tally.Shown
	for d := tally.DayOf(a.From); d <= tally.DayOf(a.To) && len(labels) < 400; d++ {
		labels = append(labels, d.Date().Format("02/01"))
		counts = append(counts, days[d])
	}
	all := []chart{{Title: "Conversations par jour", Sum: summary(labels, counts), Picture: bars(labels, counts, max(1, len(labels)/10), 1000)}}
	names := []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
	week := map[int]int{}
	for i := range names {
		week[i] = s.f.Weekdays[(i+int(time.Monday))%7]
	}
	all = append(all, spread(names, week, 1, "Par jour de la semaine"))
	hours := map[int]int{}
	names = nil
	for h, n := range s.f.Hours {
		hours[h] = n
		names = append(names, fmt.Sprintf("%d h", h))
	}
	return append(all, spread(names, hours, 3, "Par heure"))
}

func spread(names []string, counts map[int]int, every int, title string) chart {
	parts := partsOf(counts)
	c := chart{Title: title, Heads: names}
	shown := make([]tally.Shown, len(names))
	for i := range names {
		shown[i] = parts[i]
		c.Figures = append(c.Figures, figure(shown[i]))
	}
	c.Sum, c.Picture = summary(names, shown), bars(names, shown, every, 480)
	return c
}

// summary says in a sentence when there were the most.
func summary(labels []string, counts []tally.Shown) string {
	most := -1
	for i, n := range counts {
		if n > 0 && (most < 0 || n > counts[most]) {
			most = i
		}
	}
	if most < 0 {
		return "Trop peu de conversations pour les montrer."
	}
	return fmt.Sprintf("Le plus : %s, environ %s conversations.", labels[most], seen(counts[most]))
}
