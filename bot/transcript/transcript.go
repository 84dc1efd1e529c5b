// Package transcript reads and writes conversations as text. It plays nothing itself: a Stage does.
//
// A transcript is one conversation. Lines that begin at the margin are what happens, indented lines
// are what the service did about it:
//
//	# A pupil who left school gets the mission locale and asks for a person.
//	at 2026-11-24 10:00
//	channel web
//	staff Camille accueil-regional 3
//
//	citizen: (arrives)
//	    bot: Bonjour. Que cherchez-vous ?
//	       1 Choisir un métier ou des études
//	       2 Trouver un emploi
//	citizen: [2]
//	    bot: Dans quel département ?
//
// The header comes before the first event: "at DAY HOUR" (Europe/Paris), "channel" (web, telegram,
// sms or phone; web if it is not there), "language fr", "staff NAME STRUCTURE[,STRUCTURE] CAPACITY
// [lead]", "duty N", "waiting N" (people who wait for a person), "mail CODE", "texts yes" (text messages go
// out to who calls), "bulletin QUEUE words", with * for all queues, and of a rehearsal "from accueil.besoin",
// the step that it begins at with its first line, and "answer besoin metier" for each answer that is known
// there. Without "duty", whoever shares the first counsellor's first structure is on
// duty; without staff, one person is.
//
// Events:
//
//	citizen: words               a backslash goes before a first "(" or "["; \n is a new line
//	citizen: (arrives)           also (arrives entry WORD) and (arrives shared)
//	citizen: [2]                 button 2, or the telephone's keys; on SMS the words "2"
//	citizen: [metier]            the option with this id: its button, or the key or words of its number
//	citizen: [late besoin 1]     button 1 of the latest earlier question whose text has "besoin", that
//	                             offered an option with this id, or whose ask this is; the option may
//	                             be named by its id
//	citizen: (leaves a message of 42s)   recorded by the telephone, where the bot says "(records)"
//	citizen: (silence)           until the next timer; on the telephone, the patience of the question
//	citizen: (hangs up)          also (moves away): this leg goes on in another conversation
//	citizen: (edits) words       in the place of their last; also (shares NUMBER [other]), (encloses KIND)
//	Camille: words               also (claims), (takes back), (notes) words, (releases),
//	                             (transfers STRUCTURE [consent]) words, (accepts),
//	                             (refuses REASON) words, (promises DAY HOUR CONTACT),
//	                             (finishes OUTCOME [STRUCTURE] [follow DAY]), (procedure open|called|close) words,
//	                             (edits) words, (withdraws), (invites STRUCTURE [consent]), (misroutes),
//	                             (hangs up): they leave the telephone, and the citizen is still there
//	system: (erases)             also (undelivered LEG) reason, (away DESK)
//	time: 10m                    passes; timers ring in order
//	duty: 0                      so many counsellors are on duty from here on
//
// Comments begin with "#" at the margin. Comments and blank lines are kept; indented lines are
// written anew by Play.
package transcript

import (
	"strings"
	"sync/atomic"
	"time"

	"frontdesk/bot"
)

// Script is a transcript that was read and can be played, by one Play at a time.
type Script struct {
	World World
	lines []line
	duty  atomic.Int64 // on duty where Play has got to
}

// World is what the header says.
type World struct {
	At        time.Time // in Zone
	Channel   bot.ChannelName
	Language  string // a hint that comes with the arrival
	Staff     []bot.Actor
	OnDuty    int // at the beginning
	Waiting   int // people who wait for a person
	Bulletins []bot.Bulletin
	Code      string      // with which e-mail addresses are confirmed; "": no mail goes out
	Texts     bool        // text messages go out
	From      string      // "flow.step" that a rehearsal begins at, or ""
	Answers   bot.Answers // that are known there
}

// Zone is the clock that transcripts are written by.
const Zone = "Europe/Paris"

// Peers of the two sides of every transcript.
const citizenPeer bot.Address = "citizen"

// A line is one line at the margin; what was indented below it is not kept.
type line struct {
	number int
	text   string
	play   play // nil for headers, comments and blank lines
}

// A play makes one line happen and returns what it caused.
type play func(*player) ([]bot.Entry, error)

// Stage is where a script is played: an engine alone, or the whole service.
type Stage interface {
	// Input accepts and plays one input. It stamps the time, and returns all entries that the input
	// and the timers meanwhile caused, oldest first.
	Input(in bot.Input) ([]bot.Entry, error)
	// Pass lets time go by; timers that are due in between ring in order, each at its time.
	Pass(d time.Duration) ([]bot.Entry, error)
	// UntilTimer lets time go by until the session's next timer has rung.
	UntilTimer() ([]bot.Entry, error)
}

// Facts is what the header knows of the world for one input: who acts and how many are on duty. It
// may be called while Play runs.
func (s *Script) Facts(in bot.Input) bot.Facts {
	facts := bot.Facts{OnDuty: int(s.duty.Load()), Waiting: s.World.Waiting, Code: s.World.Code, Texts: s.World.Texts, Bulletins: s.World.Bulletins}
	if id := bot.By(in.Event); id != "" {
		facts.Actor = bot.Actor{ID: id}
		if a, known := s.World.actor(id); known {
			facts.Actor = a
		}
	}
	return facts
}

func (w *World) actor(id bot.CounsellorID) (bot.Actor, bool) {
	for _, a := range w.Staff {
		if a.ID == id {
			return a, true
		}
	}
	return bot.Actor{}, false
}

// names says how counsellors are called in the transcript.
func (w *World) names() map[bot.CounsellorID]string {
	names := make(map[bot.CounsellorID]string, len(w.Staff))
	for _, a := range w.Staff {
		names[a.ID] = a.Name
	}
	return names
}

// citizen is the leg that the citizen's lines come from. A message is carried to a telephone or a
// messenger; a page and a call are there only while the person is.
func (w *World) citizen() bot.Leg {
	leg := bot.Leg{ID: string(w.Channel), Channel: w.Channel, Peer: citizenPeer, For: bot.ToCitizen}
	switch w.Channel {
	case "telegram":
		leg.Push = true
	case "sms":
		leg.Push, leg.Peer = true, citizenNumber
	}
	return leg
}

// citizenNumber is of those that nobody has (Arcep keeps 06 39 98 for fiction).
const citizenNumber = "+33639980001"

// desk is the leg that a counsellor's lines come from.
func desk(id bot.CounsellorID) bot.Leg {
	return bot.Leg{ID: "desk:" + string(id), Channel: "desk", Peer: bot.Address(id), For: bot.ToOwner}
}

// telephone is the leg of a counsellor who talks to the citizen by telephone.
func telephone(id bot.CounsellorID) bot.Leg {
	return bot.Leg{ID: "call-" + string(id), Channel: "phone", Peer: bot.Address(telephonePeer + id), For: bot.ToOwner}
}

const telephonePeer = "counsellor:"

// idOf makes a counsellor's id of a first name.
func idOf(name string) bot.CounsellorID { return bot.CounsellorID(strings.ToLower(name)) }
