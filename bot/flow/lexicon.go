package flow

import (
	"slices"

	"frontdesk/bot/hear"
)

// Lexicon is what people may mean and how they say it, and what a front desk would do with it when it
// knew nothing else. The zero value hears nothing.
type Lexicon struct {
	Families map[string][]hear.Said // words that stand for one another in expressions
	Meanings []*Meaning             // in the order of the file
	Columns  []string               // of the rows: need, public, age, place, network, and kinds of traits
	Rows     []Verdict              // the first that is true decides
	Examples []Example              // messages and their outcomes, to which others are likened
}

// An Example is a message, and what a front desk should do with it.
type Example struct{ Words, Outcome string }

// A Meaning is one thing people may mean: a need, a public, or a trait of some kind.
type Meaning struct {
	ID     string
	Kind   string // need, public, or what the trait is "of"
	Weight int    // the heavier need is served first
	Words  []hear.Said
	Except []hear.Said // expressions that stand for something else
	Unless []hear.Said // where one is said anywhere, this is not meant
	Sets   []Setting   // answers of the flow that it fills
	Do     string      // human, resume, calm, or "": what the engine does beside
	Insult bool        // counts when denied, too
	Pos    Pos
}

// A Verdict is one row: what was heard, and the outcomes, best first.
type Verdict struct {
	Cells    []HeardCell
	Outcomes []string
	Pos      Pos
}

// A HeardCell asks what was heard of one column; several things may have been.
type HeardCell struct {
	Cell
	From, To int // bounds of an age, To 0 for no end; both 0 for none
}

// Match says whether what was heard of the column is what the cell asks for.
func (c *HeardCell) Match(heard []string, age int, known bool) bool {
	switch {
	case c.Any:
		return true
	case c.From != 0 || c.To != 0:
		return known && age >= c.From && (c.To == 0 || age <= c.To)
	}
	found := c.Empty && len(heard) == 0 && !known
	for _, value := range heard {
		found = found || slices.Contains(c.Values, value)
	}
	return found != c.Not
}

// Outcomes that are no networks.
const (
	OutcomeInfo      = "info"        // the bot answers alone
	OutcomeHuman     = "humain"      // a person
	OutcomeAsk       = "suite"       // the bot must ask
	OutcomeResume    = "suivi"       // a conversation that had begun
	OutcomePro       = "pro"         // the line of professionals
	OutcomeInsult    = "abus"        // one calm answer
	OutcomeElsewhere = "hors-region" // another region serves
	OutcomeNetwork   = "network"     // the network that was named
)

func outcomes() []string {
	return []string{OutcomeInfo, OutcomeHuman, OutcomeAsk, OutcomeResume, OutcomePro, OutcomeInsult, OutcomeElsewhere, OutcomeNetwork}
}

// Kinds of meanings and columns that lexicons have.
const (
	KindNeed    = "need"
	KindPublic  = "public"
	KindNetwork = "network"
	KindTrade   = "trade" // that somebody has
	KindForm    = "form"  // of the message
	FormShort   = "short" // two or three words
	ColumnAge   = "age"
	ColumnPlace = "place"
)
