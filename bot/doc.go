// Package bot is the vocabulary of the front desk: what a conversation is, what happens to it, and
// the ports that the rest of the house plugs into. It does nothing and imports the standard library
// only.
//
// # A turn, told once
//
// A conversation is a sequence of turns. Everything that happens to it is an [Input]: a citizen's
// words, a key, a button, a counsellor's claim, a timer that ran out, an erasure. There is one door
// in, one decision, one commit and one way out, and no second path ever changes a [Session].
//
//  1. A channel turns what it received into an Input under the sender's own id, finds the
//     conversation of its [Leg] (Door.Open) and hands it over (Door.Take).
//  2. turn.Player masks the numbers that nobody here may have and accepts the input: one script of the
//     store recognises a repetition, keeps the input in the conversation's inbox, stamps it with the
//     store's time and marks the conversation due. From here on it cannot be lost, and the channel may
//     answer its platform.
//  3. The player asks the [World] for the [Facts] that no session can remember, and engine.Step for
//     the [Turn]. Step is pure: it understands the event, moves the flow by a class of answer (Next)
//     and says what follows as effects. A fault inside is answered by an apology and a case for a
//     human, in the same turn.
//  4. The store commits: one script checks that the session is still the one the turn was decided on
//     and the input still the next one, and then makes everything true at once: the session, the
//     log's new entries, the card on the desk, the next timer, the input gone from the inbox. If
//     somebody else was first, nothing happens.
//  5. Live legs follow the log by themselves; the relay carries entries to push legs, each in order,
//     and tries again. A leg that cannot be reached becomes an input of the conversation.
//
// When a process dies between 2 and 4, the conversation is still marked due: any replica's sweep
// finds it after the grace (300 ms) and goes on at 3. When it dies in 5, the leg's cursor has not
// moved: the entry is delivered again. So order holds per conversation and per leg, each input is
// applied once, exactly one counsellor wins a claim, and any conversation can be replayed as a test.
//
// # The rooms
//
// hear, hours and flow know words, calendars and the supervisors' files; directory knows the reference data
// that intake has read; engine decides; turn plays;
// relay carries; render says one thing in each channel's way; desk is the counsellor's side;
// transcript writes conversations as text. Adapters import this package, never each other;
// cmd/frontdesk/wire.go alone knows everybody. law_test.go holds the rule.
//
// What citizens are told is decided in the bundle (flows, locales) and filled in by engine's values.go;
// what stands around it on a page, in that adapter. A new channel is a folder under adapters that
// implements [Channel].
package bot
