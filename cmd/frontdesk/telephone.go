package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/phone/signal"
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// openPhone answers the regional number, where it is configured.
func (h *house) openPhone(ctx context.Context, _ *flow.Bundle) error {
	c := &h.config.SIP
	if len(c.Listen) == 0 {
		return nil
	}
	targets, err := h.telephones(ctx)
	if err != nil {
		return err
	}
	watch := h.metrics.watchPhone()
	cfg := phone.Config{Door: h.player, Codes: h.codes, Blobs: h.store, NewID: random, Lease: h.store, Presence: h.store, Speech: h.voice, Words: h.spoken, Whom: h.whomToRing, Whisper: h.whisper,
		Away: h.metrics.away.Inc, Watch: watch, Log: h.log, Timing: phone.Timing{Talk: c.Drain},
		Entry: func(called signal.Called) string { return dialledWord(h.shelf.Live().Bundle.Campaigns, called) }}
	if cfg.Signal, err = c.signalling(targets); err != nil {
		return err
	}
	if cfg.Media, err = c.sound(); err != nil {
		return err
	}
	if cfg.Music, err = c.music(); err != nil {
		return err
	}
	if cfg.Speech == nil { // tests have voices of their own
		voice, err := h.config.Speech.open(h.log, dynamicSpeech)
		if err != nil {
			return err
		}
		cfg.Speech = &telephoneVoice{Voice: voice, live: h.shelf.Live}
	}
	if h.phone, err = phone.New(cfg); err != nil {
		return err
	}
	watch.phone = h.phone
	h.channels = append(h.channels, h.phone)
	return nil
}

// lineUp says whether calls reach the number: there is none, or its registrar sends them.
func (h *house) lineUp() bool {
	if h.phone == nil {
		return true
	}
	endpoint := h.phone.Endpoint()
	return endpoint != nil && !slices.ContainsFunc(endpoint.Registered(), func(r signal.Registration) bool { return !r.OK })
}

// telephoneLines are what a start says about the telephone: what one dials to reach it.
func (h *house) telephoneLines() string {
	var text strings.Builder
	for _, l := range h.config.SIP.Listen {
		network, address, _ := strings.Cut(l, "://")
		transport := ""
		if network != "udp" {
			transport = ";transport=" + network
		}
		fmt.Fprintf(&text, "  telephone     sip:accueil@%s%s\n", address, transport)
	}
	return text.String()
}

// telephones are the counsellors' own, as SIP calls them.
func (h *house) telephones(ctx context.Context) ([]string, error) {
	all, err := h.staff.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	var targets []string
	for _, c := range all {
		if t := h.target(c); t != "" && !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
	}
	return targets, nil
}

// target is how a counsellor's telephone is called: a SIP address as it is, a number through the trunk, or
// through the registrar as we are registered there; "" for who has none.
func (h *house) target(c bot.Counsellor) string {
	number := string(c.Phone)
	if number == "" || strings.HasPrefix(number, "sip:") || strings.HasPrefix(number, "sips:") {
		return number
	}
	if trunk := h.config.SIP.Trunk; trunk != "" {
		return "sip:" + number + "@" + trunk
	}
	account, registrar, registered := strings.Cut(h.config.SIP.Register, "@")
	switch {
	case !registered:
		return ""
	case strings.HasPrefix(account, "sips:"):
		return "sips:" + number + "@" + registrar
	}
	return "sip:" + number + "@" + registrar
}

// dialledWord is the campaign's word that the dialled line is: a number as it is dialled in France, or an account's
// name. What is none may be the number of somebody whose telephone sends its calls on, and is not kept.
func dialledWord(campaigns map[string][]flow.Setting, called signal.Called) string {
	for _, line := range []bot.Address{called.Diverted, called.To, called.Request} {
		word := strings.ToLower(string(line))
		if national, french := strings.CutPrefix(word, "+33"); french {
			word = "0" + national
		}
		word = strings.TrimPrefix(word, "+")
		if _, is := campaigns[word]; is {
			return word
		}
	}
	return ""
}

// spoken is an engine's text in a language, or in the bundle's own, filled.
func (h *house) spoken(language, id string, filled ...string) string {
	return h.shelf.Live().Voiced(language, id, filled...)
}

// whomToRing are the counsellors whose telephones may ring for a case: its owner alone, or those of its
// structure who are there, talk with nobody and have room for one more, but for as many as callers stand before
// this one; who has fewest cases first.
func (h *house) whomToRing(ctx context.Context, card bot.Card) ([]bot.Counsellor, error) {
	all, err := h.staff.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("staff: %w", err)
	}
	cards, err := h.store.Cards(ctx)
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	load, talks := map[bot.CounsellorID]int{}, map[bot.CounsellorID]bool{}
	for _, c := range cards {
		if c.Owner != "" {
			load[c.Owner]++
			talks[c.Owner] = talks[c.Owner] || c.Life == bot.Live && c.Conversation != card.Conversation
		}
	}
	var free []bot.Counsellor
	for _, c := range all {
		c.Phone = bot.Address(h.target(c))
		switch {
		case c.Phone == "":
		case card.Owner != "":
			if c.ID == card.Owner {
				return []bot.Counsellor{c}, nil
			}
		case !slices.Contains(c.Structures, card.Structure) || talks[c.ID] || c.Capacity > 0 && load[c.ID] >= c.Capacity:
		default:
			there, err := h.world.available(ctx, c.ID)
			if err != nil {
				return nil, fmt.Errorf("who is there: %w", err)
			}
			if there || h.world.trial {
				free = append(free, c)
			}
		}
	}
	slices.SortStableFunc(free, func(a, b bot.Counsellor) int { return cmp.Compare(load[a.ID], load[b.ID]) })
	before, err := h.callersBefore(ctx, card, cards)
	if err != nil {
		return nil, fmt.Errorf("who waits: %w", err)
	}
	return free[min(before, len(free)):], nil
}

// callersBefore is how many callers hold the line for the same structure who are urgent when this one is not, or have
// waited longer.
func (h *house) callersBefore(ctx context.Context, card bot.Card, cards []bot.Card) (int, error) {
	before := 0
	for _, c := range cards {
		switch {
		case !c.Waits() || c.Channel != phone.Channel || c.Structure != card.Structure || c.Conversation == card.Conversation:
			continue
		case c.Urgent != card.Urgent:
			if !c.Urgent {
				continue
			}
		case !c.Since.Before(card.Since):
			continue
		}
		there, err := h.store.Present(ctx, c.Conversation)
		if err != nil {
			return 0, err
		}
		if there {
			before++
		}
	}
	return before, nil
}

// whisper is what a counsellor hears of a case before they take the call: what every desk may see.
func (h *house) whisper(card bot.Card) string {
	text := "Un appel de l'accueil."
	if card.Urgent {
		text = "Un appel de l'accueil. Danger entendu."
	}
	if card.Need != "" {
		text += " Besoin : " + h.label("need", card.Need) + "."
	}
	if language := h.shelf.Live().Bundle.Source; card.Language != "" && card.Language != language {
		text += " Langue : " + h.spoken(language, "engine.language."+card.Language) + "."
	}
	if card.Public != "" {
		text += " Situation : " + h.label("public", card.Public) + "."
	}
	if card.Territory != "" {
		text += " " + h.label("territory", card.Territory) + "."
	}
	return text
}
