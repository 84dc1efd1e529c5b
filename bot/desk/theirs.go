package desk

import "frontdesk/bot"

// theirs are the entries of a log that the structure which has the case may read, where it is a partner:
// those from the turn on in which the case came to it. The person agreed that it is handed their answers,
// and no more (service.md §9.7).
func theirs(entries []bot.Entry) []bot.Entry {
	var structure bot.StructureID
	from, turn, over := 0, 0, false
	for i, e := range entries {
		if e.Input != nil {
			turn = i
		}
		post, is := e.Effect.(bot.Post)
		switch {
		case !is:
		case !post.Card.Life.Open():
			over = true
		case over || post.Card.Structure != structure:
			structure, from, over = post.Card.Structure, turn, false
		}
	}
	return entries[from:]
}
