package studio

import (
	"strings"

	"frontdesk/bot/transcript"
)

// A testLine is one thing that somebody said or did in a test, as it is shown.
type testLine struct {
	Mark string // was, is, or "" for both
	Who  string // person, service, team or setting
	Text string
}

// linesOf are the lines of a test, those that differ twice: what one says in several lines stays together.
func linesOf(r *result) []testLine {
	compared := r.Differences()
	if compared == nil {
		for l := range strings.Lines(r.Test.Text) {
			compared = append(compared, transcript.Compared{Mark: ' ', Text: strings.TrimRight(l, "\n")})
		}
	}
	var all []testLine
	for _, l := range compared {
		if l.Text == "" || strings.HasPrefix(l.Text, "#") {
			continue
		}
		line := testLine{Mark: map[byte]string{'-': "was", '+': "is"}[l.Mark]}
		line.Who, line.Text = spokenLine(l.Text)
		last := len(all) - 1
		if line.Who == "setting" && last >= 0 && all[last].Who == "setting" && all[last].Mark == line.Mark {
			all[last].Text += " · " + line.Text
			continue
		}
		if line.Who == "" && last >= 0 { // it goes on
			line.Who = all[last].Who
			if all[last].Mark == line.Mark {
				all[last].Text += "\n" + line.Text
				continue
			}
		}
		all = append(all, line)
	}
	return all
}

// spokenLine says who a line of a transcript is about, and what they say, in French; "" for a line that goes
// on with the one above.
func spokenLine(l string) (who, text string) {
	for _, k := range [][3]string{
		{"    bot: ", "service", ""}, {"  ! bot: ", "service", "(sécurité) "}, {"    card: ", "team", "dossier : "}, {"    brief: ", "team", "reçoit : "},
		{"    tell ", "team", "à "}, {"    pass → ", "team", "vers "}, {"    mail ", "team", "lettre : "}, {"    (", "team", "("},
		{"at ", "setting", "le "}, {"channel ", "setting", "par : "}, {"language ", "setting", "langue : "}, {"from ", "setting", "depuis : "},
		{"answer ", "setting", "réponse connue : "}, {"staff ", "setting", "équipe : "}, {"duty ", "setting", "personnes présentes : "}, {"mail ", "setting", "code par e-mail : "},
		{"time: ", "team", "il se passe "}, {"duty: ", "team", "personnes présentes : "},
	} {
		if rest, is := strings.CutPrefix(l, k[0]); is {
			return k[1], k[2] + rest
		}
	}
	switch words, is := strings.CutPrefix(l, "citizen: "); {
	case is && words == "(arrives)":
		return "person", "(arrive)"
	case is && words == "(silence)":
		return "person", "(se tait)"
	case is && words == "(hangs up)":
		return "person", "(s'en va)"
	case is && strings.HasPrefix(words, "["):
		return "person", "choix ou touche : " + strings.Trim(words, "[]")
	case is:
		return "person", words
	}
	if strings.HasPrefix(l, "    ") {
		if strings.Contains(l, " → citizen") {
			return "service", strings.Replace(strings.TrimSpace(l), " → citizen", "", 1)
		}
		return "", strings.TrimSpace(l)
	}
	return "team", l
}
