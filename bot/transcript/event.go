package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
)

// event reads one line at the margin that is not a header.
func (r *reader) event(text string) (play, error) {
	who, what, is := strings.Cut(text, ":")
	if !is {
		return nil, fmt.Errorf("%q says nobody's name; write “citizen: …”, a counsellor's name, “time: 10m” or “duty: 0”", text)
	}
	what = strings.TrimLeft(what, " \t")
	switch who {
	case "time":
		return passes(what)
	case "duty":
		return changesDuty(what)
	}
	if what == "" {
		return nil, fmt.Errorf("%s says nothing; write words or what they do in parentheses", who)
	}
	switch who {
	case "citizen":
		return r.citizen(what)
	case "system":
		return r.system(what)
	case "bot", "pass", "tell", "brief", "card":
		return nil, fmt.Errorf("what the service does is indented; put spaces before “%s”", who)
	}
	a, known := r.script.World.actor(idOf(who))
	if !known || a.Name != who {
		return nil, fmt.Errorf("%s is not in the header; add “staff %s accueil-regional 3”", who, who)
	}
	if what == "(hangs up)" {
		return ringsOff(a.ID), nil
	}
	e, err := r.counsellor(a.ID, what)
	if err != nil {
		return nil, err
	}
	return acts(e), nil
}

func passes(text string) (play, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return nil, fmt.Errorf("%q is no time that can pass; write it like 10s, 5m or 72h", text)
	}
	return func(p *player) ([]bot.Entry, error) { return p.stage.Pass(d) }, nil
}

func changesDuty(text string) (play, error) {
	n, err := count(text)
	if err != nil {
		return nil, err
	}
	return func(p *player) ([]bot.Entry, error) {
		p.script.duty.Store(int64(n))
		return nil, nil
	}, nil
}

// citizen reads what the citizen says, presses or does.
func (r *reader) citizen(text string) (play, error) {
	if text[0] == '[' {
		return r.buttons(text)
	}
	if text[0] != '(' {
		return says(bot.Said{Text: bot.Words(unescape(text))}), nil
	}
	verb, words, err := did(text)
	switch {
	case err != nil:
		return nil, err
	case slices.Equal(verb, []string{"edits"}):
		return edits(bot.Words(unescape(words))), nil
	case len(verb) > 1 && verb[0] == "shares" && len(verb) < 4:
		return shares(verb[1:])
	case len(verb) == 2 && verb[0] == "encloses" && words == "":
		return says(bot.Enclosed{Kind: verb[1]}), nil
	case words != "":
		return nil, fmt.Errorf("nothing may stand after %s", text[:len(text)-len(words)])
	case slices.Equal(verb, []string{"hangs", "up"}):
		return says(bot.HungUp{}), nil
	case slices.Equal(verb, []string{"moves", "away"}):
		return says(bot.HungUp{Moved: true}), nil
	case len(verb) == 5 && slices.Equal(verb[:4], []string{"leaves", "a", "message", "of"}):
		return leaves(verb[4])
	case slices.Equal(verb, []string{"silence"}):
		return (*player).silence, nil
	case len(verb) > 0 && verb[0] == "arrives":
		return r.arrives(verb[1:])
	}
	return nil, fmt.Errorf("a citizen cannot %s; write (arrives), (edits) words, (shares NUMBER [other]), (encloses KIND), (leaves a message of 42s), (hangs up), (moves away) or (silence), and \\( before words that begin so", text)
}

// arrives reads "(arrives entry salon shared)".
func (r *reader) arrives(how []string) (play, error) {
	e := bot.Arrived{Language: r.script.World.Language}
	for len(how) > 0 {
		switch {
		case how[0] == "shared":
			e.Shared, how = true, how[1:]
		case how[0] == "resumed":
			e.Resumed, how = true, how[1:]
		case how[0] == "entry" && len(how) > 1:
			e.Entry, how = how[1], how[2:]
		default:
			return nil, errors.New("write (arrives), (arrives shared), (arrives resumed) or (arrives entry WORD)")
		}
	}
	return says(e), nil
}

// buttons reads "[2]" and "[late besoin 1]".
func (r *reader) buttons(text string) (play, error) {
	inside, closed := strings.CutSuffix(text[1:], "]")
	words := strings.Fields(inside)
	switch {
	case !closed || len(words) == 0:
		return nil, fmt.Errorf("%s names no button; write [2], and \\[ before words that begin so", text)
	case words[0] == "late" && len(words) > 1:
		last := len(words) - 1
		return pressesLate(strings.Join(words[1:last], " "), words[last]), nil
	case len(words) > 1:
		return nil, fmt.Errorf("%s names no button; write [2] or [late besoin 1]", text)
	}
	return presses(words[0]), nil
}

func (r *reader) system(text string) (play, error) {
	verb, words, err := did(text)
	switch {
	case err != nil:
		return nil, err
	case slices.Equal(verb, []string{"erases"}) && words == "":
		return happens(bot.EraseAsked{}), nil
	case len(verb) == 2 && verb[0] == "away" && words == "":
		return happens(bot.DeskAway{Desk: bot.ChannelName(verb[1])}), nil
	case len(verb) == 2 && verb[0] == "circulates" && words != "":
		return happens(bot.Circulated{Text: map[string]string{verb[1]: unescape(words)}}), nil
	case len(verb) == 2 && verb[0] == "undelivered":
		return happens(bot.Undelivered{Leg: verb[1], Reason: unescape(words)}), nil
	}
	if len(verb) == 2 && verb[0] == "unplayed" {
		return happens(bot.Unplayed{Kind: verb[1], Text: bot.Words(unescape(words))}), nil
	}
	return nil, fmt.Errorf("the system cannot %s; write (erases), (away DESK), (circulates LANGUAGE) words, (undelivered LEG) reason or (unplayed KIND) words", text)
}

// did reads "(verb words) text".
func did(text string) (verb []string, words string, err error) {
	inside, words, closed := strings.Cut(strings.TrimPrefix(text, "("), ")")
	if text[0] != '(' || !closed {
		return nil, "", fmt.Errorf("%s is no action; write it in parentheses, and \\( before words that begin so", text)
	}
	return strings.Fields(inside), strings.TrimLeft(words, " \t"), nil
}

const verbs = "(claims), (takes back), (notes) words, (releases), (transfers STRUCTURE [consent]) words, (accepts), " +
	"(invites STRUCTURE [consent]), (invites nobody), (misroutes), (edits) words, (withdraws), (refuses REASON) words, " +
	"(promises 2026-11-26 15:00 phone), (hangs up), (finishes OUTCOME [STRUCTURE] [follow 2026-12-26]) or (procedure open|called|close) words"

// counsellor reads what a counsellor writes or does.
func (r *reader) counsellor(by bot.CounsellorID, text string) (bot.Event, error) {
	if text[0] != '(' {
		return bot.Replied{By: by, Text: bot.Words(unescape(text))}, nil
	}
	verb, after, err := did(text)
	if err != nil {
		return nil, err
	}
	words := bot.Words(unescape(after))
	var e bot.Event
	switch form := strings.Join(verb[:min(1, len(verb))], ""); {
	case form == "edits" && len(verb) == 1:
		e = bot.Replied{By: by, Text: words, Amends: theLast}
	case form == "notes" && len(verb) == 1:
		e = bot.Noted{By: by, Text: words}
	case form == "transfers" && (len(verb) == 2 || len(verb) == 3 && verb[2] == "consent"):
		e = bot.Transferred{By: by, To: bot.StructureID(verb[1]), Reason: words, Consent: len(verb) == 3}
	case form == "refuses" && len(verb) == 2:
		e = bot.Refused{By: by, Reason: verb[1], Note: words}
	case form == "procedure" && len(verb) == 2:
		e = bot.Procedure{By: by, Do: verb[1], Note: words}
	case words == "":
		e, err = r.wordless(by, form, verb[min(1, len(verb)):])
	}
	if e == nil && err == nil {
		err = fmt.Errorf("a counsellor cannot %s; write %s, and \\( before words that begin so", text, verbs)
	}
	return e, err
}

// wordless reads the actions that no words follow; it returns nil for what is none.
func (r *reader) wordless(by bot.CounsellorID, verb string, rest []string) (bot.Event, error) {
	switch {
	case verb == "claims" && len(rest) == 0:
		return bot.Claimed{By: by}, nil
	case verb == "takes" && slices.Equal(rest, []string{"back"}):
		return bot.TookBack{By: by}, nil
	case verb == "withdraws" && len(rest) == 0:
		return bot.TookBack{By: by, Written: theDay}, nil
	case verb == "misroutes" && len(rest) == 0:
		return bot.Misrouted{By: by}, nil
	case verb == "invites" && slices.Equal(rest, []string{"nobody"}):
		return bot.Invited{By: by}, nil
	case verb == "invites" && (len(rest) == 1 || len(rest) == 2 && rest[1] == "consent"):
		return bot.Invited{By: by, To: bot.StructureID(rest[0]), Consent: len(rest) == 2}, nil
	case verb == "finishes" && len(rest) > 2 && rest[len(rest)-2] == "follow":
		return r.follows(by, rest)
	case verb == "releases" && len(rest) == 0:
		return bot.Released{By: by}, nil
	case verb == "accepts" && len(rest) == 0:
		return bot.Accepted{By: by}, nil
	case verb == "promises" && len(rest) == 3:
		at, err := r.instant(rest[:2])
		if err != nil {
			return nil, err
		}
		return bot.Promise{By: by, At: at, Contact: rest[2]}, nil
	case verb == "finishes" && len(rest) == 1:
		return bot.Finished{By: by, Outcome: rest[0]}, nil
	case verb == "finishes" && len(rest) == 2:
		return bot.Finished{By: by, Outcome: rest[0], To: bot.StructureID(rest[1])}, nil
	}
	return nil, nil
}

// follows reads "finishes OUTCOME [STRUCTURE] follow DAY": the case comes back that day at nine.
func (r *reader) follows(by bot.CounsellorID, rest []string) (bot.Event, error) {
	at, err := r.instant([]string{rest[len(rest)-1], "09:00"})
	if err != nil || len(rest) > 4 {
		return nil, err
	}
	e := bot.Finished{By: by, Outcome: rest[0], Follow: at.UTC()}
	if len(rest) == 4 {
		e.To = bot.StructureID(rest[1])
	}
	return e, nil
}
