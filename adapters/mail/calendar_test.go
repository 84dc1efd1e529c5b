package mail

import (
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"frontdesk/bot"
)

// event is the one of a letter's calendar file, as it is read again.
func event(t *testing.T, l readLetter) (*ics.VEvent, string) {
	t.Helper()
	file := l.part(t, "text/calendar")
	if file.params["method"] != "PUBLISH" || file.params["charset"] != "utf-8" || file.file != "appel.ics" {
		t.Errorf("the file is %v %q", file.params, file.file)
	}
	cal, err := ics.ParseCalendar(strings.NewReader(file.body))
	if err != nil || len(cal.Events()) != 1 {
		t.Fatalf("%d events, %v", len(cal.Events()), err)
	}
	return cal.Events()[0], file.body
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

func TestAnAppointmentComesWithItsDateForACalendar(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 3, 29, 9, 30, 0, 0, paris) // the day after summer time began
	l := sent(t, bot.Write{Kind: Appointment, Text: "Nous vous appelons lundi 29 mars à 9 h 30.", Dossier: "OR-7F3K-9Q2M-4", At: at})
	e, text := event(t, l)
	start, err := e.GetStartAt()
	if err != nil || !start.Equal(at) {
		t.Errorf("it begins at %s, want %s", start, at)
	}
	end, err := e.GetEndAt()
	if err != nil || !end.Equal(at.Add(30*time.Minute)) {
		t.Errorf("it ends at %s", end)
	}
	if got := property(e, ics.ComponentPropertySummary); got != "Appel d'Accueil orientation Bretagne" {
		t.Errorf("it is called %q", got)
	}
	for _, line := range []string{"METHOD:PUBLISH", "VERSION:2.0", "DTSTART:20270329T073000Z", "DTEND:20270329T080000Z", "DTSTAMP:20261126T100000Z", "CLASS:PRIVATE", "SEQUENCE:7"} {
		if !strings.Contains(text, line+"\r\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("its lines do not all end in CRLF")
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
	for _, no := range []string{"OR-7F3K", "ATTENDEE", "ORGANIZER", "DESCRIPTION", "c1", somebody} {
		if strings.Contains(text, no) {
			t.Errorf("the calendar says %s:\n%s", no, text)
		}
	}
}

func TestANewDateTakesThePlaceOfTheOldOne(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	uid := func(seq int64, conversation bot.ConversationID, dossier string, at time.Time) (string, string) {
		t.Helper()
		d := letter(seq, somebody, bot.Write{Kind: Appointment, Text: "Nous vous appelons.", Dossier: dossier, At: at})
		d.Conversation = conversation
		if _, err := w.send(d); err != nil {
			t.Fatal(err)
		}
		all := p.letters()
		e, _ := event(t, read(t, all[len(all)-1].body))
		return e.Id(), property(e, ics.ComponentPropertySequence)
	}
	first, one := uid(7, "c1", "OR-1", now)
	second, two := uid(31, "c1", "OR-1", now.Add(48*time.Hour))
	if first != second || one != "7" || two != "31" {
		t.Errorf("%s %s, then %s %s", first, one, second, two)
	}
	for _, other := range [][2]string{{"c2", "OR-1"}, {"c1", "OR-2"}} {
		if third, _ := uid(7, bot.ConversationID(other[0]), other[1], now); third == first {
			t.Errorf("%v has the same event", other)
		}
	}
}

func TestAnAppointmentWithoutADateHasNoFile(t *testing.T) {
	if l := sent(t, bot.Write{Kind: Appointment, Text: "Nous vous appelons bientôt."}); len(l.parts) != 2 {
		t.Errorf("%d parts", len(l.parts))
	}
}
