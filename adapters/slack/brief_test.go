package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// textOf is the text of rich text, and how long its longest block is.
func textOf(t *rapid.T, blocks []slack.Block) (all string, longest int) {
	for _, b := range blocks {
		rich, is := b.(*slack.RichTextBlock)
		if !is {
			continue
		}
		text := ""
		for _, e := range rich.Elements {
			for _, part := range e.(*slack.RichTextSection).Elements {
				one := part.(*slack.RichTextSectionTextElement).Text
				if one == "" {
					t.Fatal("an empty text, which Slack refuses")
				}
				text += one
			}
		}
		all, longest = all+text, max(longest, units(text))
	}
	return all, longest
}

func drawn(t *rapid.T, name string, most int) string {
	word := rapid.StringOf(rapid.SampledFrom([]rune("ab é&<>*_`:.\n😀\u202e")))
	return strings.Repeat(word.Draw(t, name), rapid.IntRange(1, most).Draw(t, name+" times"))
}

// However much a brief holds, each message fits, and all of it is there.
func TestABriefFitsAndIsWhole(t *testing.T) {
	d := &Desk{Config: Config{Zone: time.UTC}}
	rapid.Check(t, func(t *rapid.T) {
		b := bot.Brief{Dossier: "OR-7F3K-9Q2M-4", Handed: monday, Advice: []string{drawn(t, "advice", 100)}}
		for i := range rapid.IntRange(0, 30).Draw(t, "answers") {
			b.Answers = append(b.Answers, bot.BriefLine{Label: drawn(t, "label", 30), Value: fmt.Sprintf("[%d] ", i) + drawn(t, "value", 200) + fmt.Sprintf(" {%d}", i)})
		}
		text := ""
		for _, sheet := range d.sheets(b) {
			part, longest := textOf(t, sheet.Blocks)
			if longest > 3000 || len(sheet.Blocks) > 50 {
				t.Fatalf("%d units in one of %d blocks", longest, len(sheet.Blocks))
			}
			text += part + "\n"
		}
		for i := range b.Answers {
			if !strings.Contains(text, fmt.Sprintf("[%d]", i)) || !strings.Contains(text, fmt.Sprintf("{%d}", i)) {
				t.Fatalf("answer %d is missing", i)
			}
		}
	})
}

func TestHeadsAndCardsFit(t *testing.T) {
	d := &Desk{Config: Config{Zone: time.UTC, Words: WordsLink, DeskURL: "https://desk.example/cases/"}}
	rapid.Check(t, func(t *rapid.T) {
		huge := func(name string) string { return drawn(t, name, 300) }
		b := bot.Brief{Dossier: huge("dossier"), Territory: huge("territory"), Language: "fr", Danger: "suicide", Promised: monday,
			Answers: []bot.BriefLine{{As: "need", Value: huge("need")}, {As: "public", Value: huge("public")}}, Advice: []string{huge("advice")}}
		card := bot.Card{Dossier: huge("dossier"), Need: huge("need"), Public: huge("public"), Territory: huge("territory"), Adaptation: huge("adaptation"),
			Language: huge("language"), Channel: bot.ChannelName(huge("channel")), OwnerName: huge("owner"), Owner: "x", Life: bot.Live, Since: monday, Due: monday, Hops: 9, Urgent: true, LeadOnly: true}
		v := bot.Delivery{ID: "d"}
		tk := talkOf(v, b)
		for _, m := range []notice{d.head(tk, b, 1), d.pointer(tk, b), ended(tk, "Terminé."), d.face(card, 1, monday), d.guestFace(card, 1, monday),
			saidOnly(card.Dossier, "Transmis à "+d.structureName(card)), quote(tk, render.Split("x"+huge("words"), blockLimit)[0], true)} {
			if _, longest := textOf(t, m.Blocks); longest > 3000 || len(m.Blocks) > 50 {
				t.Fatalf("%d units in one of %d blocks", longest, len(m.Blocks))
			}
			if len([]rune(within(escaped(m.Text), mostText))) > 4000 {
				t.Fatal("too much text for an update")
			}
		}
	})
}

// What is made of the longest that people can send is taken by Slack's own rules.
func TestTheLongestIsTaken(t *testing.T) {
	s := newStage(t, WordsDM)
	b := theBrief()
	for i := range 40 {
		b.Answers = append(b.Answers, bot.BriefLine{Name: "x", Label: fmt.Sprint("Réponse ", i), Value: strings.Repeat("& encore des mots. ", 200)})
	}
	s.give(s.to(theOwner(), bot.Present{Brief: b}))
	s.give(s.to(theOwner(), bot.Pass{Text: bot.Words(strings.Repeat("<&>", 4000))}))
	all := s.thread()
	text := strings.Join(texts(all), "\n")
	s.wants(text, "Réponse 0", "Réponse 39", "06 11 22 33 44", "Transmis : lundi 30 novembre 2026 à 10 h 42")
}

// A recorded message is named, with where it is heard; nothing of it comes to Slack.
func TestABriefNamesARecordedMessageAndLinksToTheDesk(t *testing.T) {
	d := &Desk{Config: Config{Zone: time.UTC, DeskURL: "https://desk.example/cases/"}}
	b := bot.Brief{Dossier: "OR-7F3K-9Q2M-4", Message: &bot.Recording{Seconds: 42, Until: time.Date(2026, 12, 8, 20, 0, 0, 0, time.UTC)}}
	tk := talkOf(bot.Delivery{ID: "d"}, b)
	for name, m := range map[string]notice{"head": d.head(tk, b, 1), "pointer": d.pointer(tk, b)} {
		blocks, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Text, "Message vocal : 0\u00a0min\u00a042\u00a0s, gardé jusqu'au mardi 8 décembre 2026. Il s'écoute sur le poste de travail.") ||
			!strings.Contains(string(blocks), "https://desk.example/cases/OR-7F3K-9Q2M-4") {
			t.Errorf("%s: %q, %s", name, m.Text, blocks)
		}
	}
	b.Message = nil
	if text := d.head(tk, b, 1).Text + d.pointer(tk, b).Text; strings.Contains(text, "vocal") {
		t.Errorf("no message was left: %q", text)
	}
}
