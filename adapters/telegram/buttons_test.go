package telegram_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestAButtonIsAnsweredOnceStoredAndThenFrozen(t *testing.T) {
	w := newWorld(t, nil)
	w.lea.Start("forum")
	w.carry()
	labels := w.shown()[0].Labels()
	if want := []string{"Un emploi ou une formation", "Les études, le lycée, le collège", "La VAE, ou créer mon entreprise"}; !reflect.DeepEqual(labels, want) {
		t.Fatalf("the buttons are %q", labels)
	}
	w.door.Sleep(true)
	early, err := w.lea.Press("Un emploi ou une formation")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if _, answered := w.fake.Answered(early); answered {
		t.Error("the press was answered before it was stored")
	}
	w.door.Sleep(false)
	w.soon("an answer", func() bool { _, answered := w.fake.Answered(early); return answered })
	w.soon("a frozen question", func() bool { return w.shown()[0].Edited })
	question := w.shown()[0]
	if len(question.Rows) != 0 || !strings.HasSuffix(question.Text, "Que cherchez-vous ?\n\n✓ Un emploi ou une formation") {
		t.Errorf("the question shows %q and %q", question.Text, question.Labels())
	}
	w.want(bot.Arrived{Language: "fr", Entry: "forum"}, bot.Chose{Ask: "1.1", Option: "emploi"})

	// An application that has not heard of it presses another: that is the conversation's affair.
	late, err := w.lea.PressOn(question.ID, "1.1.vae")
	if err != nil {
		t.Fatal(err)
	}
	w.soon("an answer", func() bool { _, answered := w.fake.Answered(late); return answered })
	w.want(bot.Arrived{Language: "fr", Entry: "forum"}, bot.Chose{Ask: "1.1", Option: "emploi"}, bot.Chose{Ask: "1.1", Option: "vae"})
	if again := w.shown()[0]; again.Text != question.Text {
		t.Errorf("the question shows %q", again.Text)
	}
}

func TestAButtonOfAMessageThatIsNotThereAnyMore(t *testing.T) {
	w := newWorld(t, nil)
	w.lea.Start("")
	w.carry()
	id := w.shown()[0].ID
	w.lea.Delete(id)
	pressed, err := w.lea.PressOn(id, "1.1.vae")
	if err != nil {
		t.Fatal(err)
	}
	w.soon("an answer", func() bool { _, answered := w.fake.Answered(pressed); return answered })
	w.want(bot.Arrived{Language: "fr"}, bot.Chose{Ask: "1.1", Option: "vae"})
}

func TestLinksStayWhenAQuestionIsFrozen(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(9, bot.Say{Text: "Voir exemple.fr/vae. Et vous ?", Ask: "4.1", Options: []bot.Choice{{ID: "oui", Label: "Oui"}, {ID: "non", Label: "Non"}},
		Links: []bot.Link{{Text: "exemple.fr/vae", URL: "https://exemple.fr/vae"}}})
	if got := w.shown()[0].Labels(); !reflect.DeepEqual(got, []string{"Oui | Non", "exemple.fr/vae"}) {
		t.Errorf("the buttons are %q", got)
	}
	press(w, "Oui")
	w.soon("a frozen question", func() bool { return w.shown()[0].Edited })
	if got := w.shown()[0]; !reflect.DeepEqual(got.Labels(), []string{"exemple.fr/vae"}) || !strings.HasSuffix(got.Text, "✓ Oui") {
		t.Errorf("it shows %q and %q", got.Text, got.Labels())
	}
}

func TestLongOptionsKeepTheirMeaning(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	for i, option := range []string{"reconnaissance_de_l_experience_" + strings.Repeat("x", 60), "études_" + strings.Repeat("é", 26), "court"} {
		w.deliver(int64(9+i), bot.Say{Text: "Et vous ?", Ask: "4.1", Options: []bot.Choice{{ID: option, Label: "Oui"}}})
		press(w, "Oui")
		got := w.inputs()
		if last := got[len(got)-1]; last != (bot.Chose{Ask: "4.1", Option: option}) {
			t.Errorf("%q became %+v", option, last)
		}
		w.soon("a frozen question", func() bool { return w.shown()[i].Edited })
	}
	if got := w.house.kept()["telegram-data"]; got != 1 {
		t.Errorf("%d of the options were too long", got)
	}
	w.deliver(20, bot.Say{Text: "Et vous ?", Ask: "4.1", Options: []bot.Choice{{ID: strings.Repeat("y", 70), Label: "Oui"}}})
	w.house.pass(31 * 24 * time.Hour)
	press(w, "Oui")
	if got := w.inputs(); got[len(got)-1] != (bot.Chose{}) {
		t.Errorf("after a month it became %+v", got[len(got)-1])
	}
}

func TestANumberIsGivenByItsOwner(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(5, bot.Say{Text: "Quel est votre numéro ?", Contact: true})
	k := w.fake.KeyboardOf(w.lea.ID)
	if k == nil || !k.Contact || !reflect.DeepEqual(k.Buttons, []string{"Donner mon numéro"}) {
		t.Fatalf("the keyboard is %+v", k)
	}
	w.lea.SendContact()
	w.lea.SendContactOf("Maman", "+33639985566", 77)
	w.want(bot.Arrived{Language: "fr"}, bot.GaveContact{Phone: bot.Words("+" + w.lea.Phone), Own: true}, bot.GaveContact{Phone: "+33639985566"})
	w.deliver(6, bot.Say{Text: "On peut laisser un message ?", Ask: "6.1", Options: []bot.Choice{{ID: "oui", Label: "Oui"}, {ID: "non", Label: "Non"}}})
	if w.fake.KeyboardOf(w.lea.ID) != nil {
		t.Error("the button is still there")
	}
	w.sees("Quel est votre numéro ?", "On peut laisser un message ?", "Choisissez une réponse, ou écrivez-la :")
	if got := w.shown()[2].Labels(); !reflect.DeepEqual(got, []string{"Oui | Non"}) {
		t.Errorf("the buttons are %q", got)
	}
	w.deliver(7, bot.Say{Text: "C'est noté.", Ask: "7.1", Options: []bot.Choice{{ID: "oui", Label: "Oui"}}})
	if got := w.shown(); len(got) != 4 || len(got[3].Rows) != 1 {
		t.Errorf("afterwards she sees %q", w.texts())
	}
}

func TestTheQuestionForANumberKeepsItsOptions(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(5, bot.Say{Text: "Quel est votre numéro ?", Contact: true, Ask: "5.1", Options: []bot.Choice{{ID: "non", Label: "Je préfère pas"}}})
	w.sees("Quel est votre numéro ?", "Choisissez une réponse, ou écrivez-la :")
	if w.fake.KeyboardOf(w.lea.ID) == nil || len(w.shown()[1].Rows) != 1 {
		t.Error("a way to answer is missing")
	}
	w.deliver(6, bot.Speak{Message: "m", Name: "Anna", From: "Accueil", Text: "Bonjour"})
	if w.fake.KeyboardOf(w.lea.ID) != nil {
		t.Error("the button is still there")
	}
}
