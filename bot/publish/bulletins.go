package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/bot"
)

// Where bulletins are kept, and how far they go.
const (
	bulletinKind  = "bulletin"
	bulletinsName = "all"
	longestText   = 300                 // of one, in letters: it is heard on the telephone, and paid for as SMS
	longestRun    = 31 * 24 * time.Hour // what lasts longer belongs into the texts
	mostBulletins = 20
	mostAbove     = 1000 // people waiting; nobody sees more
	twinWithin    = 10 * time.Minute
)

// Bulletins are those that run and those that are still to come, the soonest first.
func (p *Press) Bulletins(ctx context.Context) ([]bot.Bulletin, error) {
	all, _, err := readList[bot.Bulletin](ctx, p.Refs, bulletinKind, bulletinsName)
	return all, err
}

// PutUp puts a bulletin up. A From of zero is now; the ID is given here. One that is there already, as when a
// form is sent twice, is put up once. With ErrUnwritten it is up all the same.
func (p *Press) PutUp(ctx context.Context, b bot.Bulletin, source string, o Order) (bot.Bulletin, error) {
	now, err := p.Now(ctx)
	if err != nil {
		return b, err
	}
	if b.From.IsZero() {
		b.From = now
	}
	if err := checkBulletin(b, source, now); err != nil {
		return b, err
	}
	again := false
	err = changeList(ctx, p.Refs, bulletinKind, bulletinsName, func(all []bot.Bulletin) ([]bot.Bulletin, error) {
		all = slices.DeleteFunc(all, func(old bot.Bulletin) bool { return !old.Until.After(now) })
		if i := slices.IndexFunc(all, func(old bot.Bulletin) bool { return twins(old, b) }); i >= 0 {
			if again = covers(all[i], b); again {
				b = all[i]
				return all, nil
			}
			return nil, fmt.Errorf("cette annonce est déjà là, du %s au %s ; pour d'autres heures, retirez-la d'abord", p.moment(all[i].From), p.moment(all[i].Until))
		}
		if len(all) >= mostBulletins {
			return nil, fmt.Errorf("il y a déjà %d annonces ; retirez-en une", len(all))
		}
		for n := 1; ; n++ {
			b.ID = fmt.Sprintf("%s-%d", b.From.UTC().Format("20060102T1504"), n)
			if !slices.ContainsFunc(all, func(old bot.Bulletin) bool { return old.ID == b.ID }) {
				break
			}
		}
		all = append(all, b)
		slices.SortStableFunc(all, func(x, y bot.Bulletin) int { return x.From.Compare(y.From) })
		return all, nil
	})
	if err != nil || again {
		return b, err
	}
	return b, p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalBulletin, What: p.announced(b, source), Reason: o.Reason, Second: o.Second})
}

// twins says whether two bulletins would be heard one after the other with the same words.
func twins(x, y bot.Bulletin) bool {
	queues := func(b bot.Bulletin) []bot.StructureID { return slices.Compact(slices.Sorted(slices.Values(b.Queues))) }
	return maps.Equal(x.Text, y.Text) && slices.Equal(queues(x), queues(y)) && x.Above == y.Above &&
		x.From.Before(y.Until) && y.From.Before(x.Until)
}

// covers says whether a bulletin is up for the time of its twin, to some minutes: of one that ends in two hours
// the end moves with each time that it is sent.
func covers(b, twin bot.Bulletin) bool {
	return !twin.From.Before(b.From.Add(-twinWithin)) && b.Until.Sub(twin.Until).Abs() <= twinWithin
}

// TakeDown ends a bulletin before its time.
func (p *Press) TakeDown(ctx context.Context, id string, source string, o Order) error {
	var gone bot.Bulletin
	err := changeList(ctx, p.Refs, bulletinKind, bulletinsName, func(all []bot.Bulletin) ([]bot.Bulletin, error) {
		i := slices.IndexFunc(all, func(b bot.Bulletin) bool { return b.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("%s : cette annonce n'est pas, ou plus, affichée", id)
		}
		gone = all[i]
		return slices.Delete(all, i, i+1), nil
	})
	if err != nil {
		return err
	}
	return p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalEnded, What: p.announced(gone, source), Reason: o.Reason, Second: o.Second})
}

func checkBulletin(b bot.Bulletin, source string, now time.Time) error {
	if strings.TrimSpace(b.Text[source]) == "" {
		return errors.New("une annonce a une phrase")
	}
	for _, text := range b.Text {
		if utf8.RuneCountInString(text) > longestText {
			return fmt.Errorf("cette annonce est longue ; %d signes au plus", longestText)
		}
	}
	switch {
	case !b.Until.After(now), !b.Until.After(b.From):
		return errors.New("une annonce finit après son début, et plus tard que maintenant")
	case b.Above < 0 || b.Above > mostAbove:
		return fmt.Errorf("le nombre de personnes en attente va de 0 à %d", mostAbove)
	case b.Until.Sub(b.From) > longestRun:
		return errors.New("une annonce dure un mois au plus ; au-delà, changez le texte du parcours")
	}
	return nil
}

// moment says an hour as the service's clocks show it; where that zone is not known it says which it is.
func (p *Press) moment(t time.Time) string {
	if p.Zone == nil {
		return t.Format("02/01/2006 15:04 (UTC-07:00)")
	}
	return t.In(p.Zone).Format("02/01/2006 à 15\u00a0h\u00a004")
}

func (p *Press) announced(b bot.Bulletin, source string) string {
	text := fmt.Sprintf("« %s », du %s au %s", b.Text[source], p.moment(b.From.In(b.Until.Location())), p.moment(b.Until))
	if b.Above > 0 {
		text += fmt.Sprintf(", quand plus de %d personnes attendent", b.Above)
	}
	for i, queue := range b.Queues {
		text += map[bool]string{true: ", pour ", false: " et "}[i == 0] + string(queue)
	}
	return text
}
