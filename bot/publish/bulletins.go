package publish

import (
	"context"
	"errors"
	"fmt"
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
)

// Bulletins are those that run and those that are still to come, the soonest first.
func (p *Press) Bulletins(ctx context.Context) ([]bot.Bulletin, error) {
	all, _, err := readList[bot.Bulletin](ctx, p.Refs, bulletinKind, bulletinsName)
	return all, err
}

// PutUp puts a bulletin up. A From of zero is now; the ID is given here.
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
	err = changeList(ctx, p.Refs, bulletinKind, bulletinsName, func(all []bot.Bulletin) ([]bot.Bulletin, error) {
		all = slices.DeleteFunc(all, func(old bot.Bulletin) bool { return !old.Until.After(now) })
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
	if err != nil {
		return b, err
	}
	return b, p.write(ctx, bot.Record{Who: o.Who, Deed: bot.JournalBulletin, What: p.announced(b, source), Reason: o.Reason, Second: o.Second})
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
