package slack

import (
	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// Slack's limits, in characters.
const (
	maxSection = 3000 // a text of a message
	maxOption  = 75   // an option of a list
	maxInput   = 3000 // what is written in one input
	perGroup   = 100  // options of one group
)

const yes = "oui"

// text_ is a text in which nothing is markup and :names: stay as they are.
func words(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// prose is such a text as a block.
func prose(text string) *slack.SectionBlock {
	return slack.NewSectionBlock(words(text), nil, nil)
}

func optionsOf(list []bot.Choice) []*slack.OptionBlockObject {
	all := make([]*slack.OptionBlockObject, len(list))
	for i, c := range list {
		all[i] = slack.NewOptionBlockObject(c.ID, words(clip(c.Label, maxOption)), nil)
	}
	return all
}

// selecting is a list to choose one of. A list that is longer than Slack takes at once is in groups.
func selecting(name, label string, list []bot.Choice) *slack.InputBlock {
	all := optionsOf(list)
	var element *slack.SelectBlockElement
	if len(all) <= perGroup {
		element = slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, words("Choisissez"), name, all...)
	} else {
		var groups []*slack.OptionGroupBlockObject
		for from := 0; from < len(all); from += perGroup {
			part := all[from:min(from+perGroup, len(all))]
			title := part[0].Text.Text + " – " + part[len(part)-1].Text.Text
			groups = append(groups, slack.NewOptionGroupBlockElement(words(clip(title, maxOption)), part...))
		}
		element = slack.NewOptionsGroupSelectBlockElement(slack.OptTypeStatic, words("Choisissez"), name, groups...)
	}
	return slack.NewInputBlock(name, words(label), nil, element)
}

// writing is lines to write.
func writing(name, label, initial string) *slack.InputBlock {
	element := slack.NewPlainTextInputBlockElement(nil, name)
	element.Multiline, element.MaxLength, element.InitialValue = true, maxInput, clip(initial, maxInput)
	return slack.NewInputBlock(name, words(label), nil, element)
}

// agreeing is a box that must be ticked.
func agreeing(name, label, sentence string) *slack.InputBlock {
	box := slack.NewCheckboxGroupsBlockElement(name, slack.NewOptionBlockObject(yes, words(sentence), nil))
	return slack.NewInputBlock(name, words(label), nil, box)
}

func dating(name, label string) *slack.InputBlock {
	return slack.NewInputBlock(name, words(label), nil, slack.NewDatePickerBlockElement(name))
}

func optional(block *slack.InputBlock, hint string) *slack.InputBlock {
	block.Optional = true
	if hint != "" {
		block.Hint = words(hint)
	}
	return block
}

// others are the structures but one, as choices.
func (d *Desk) others(but bot.StructureID) []bot.Choice {
	var list []bot.Choice
	for _, s := range d.Structures() {
		if s.ID != but {
			list = append(list, bot.Choice{ID: string(s.ID), Label: s.Name})
		}
	}
	return list
}

// exists says whether there is a structure.
func (d *Desk) exists(id string) bool {
	for _, s := range d.Structures() {
		if string(s.ID) == id {
			return true
		}
	}
	return false
}
