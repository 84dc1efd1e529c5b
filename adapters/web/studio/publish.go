package studio

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	press "frontdesk/bot/publish"
	"frontdesk/bot/tally"
	"frontdesk/bot/workshop"
)

// publishView is everything that somebody reads before they publish.
type publishView struct {
	Live, Draft string // hashes
	Pointer     string // which release is live; another than Live where that one is served in its place
	Instead     string // then: the name of the one that is served
	Version     string // of the draft
	Same        bool   // nothing differs
	Behind      *behindView
	Groups      []changeGroup
	Count       int // changes
	Wording     bool
	Translate   []translateRow
	Older       int // texts that were to be translated before
	Errors      []fault
	Warnings    []fault
	Effect      *effect
	Reckoned    bool // the effect was known when the page was drawn
	Stands      []standRow
	Why         string // publishing is not possible, "" when it is
	Review      *reviewView
	Reviewers   []string // who else may review
	Alone       bool     // nobody else may
	Last        *versionRow
	Plans       []planRow
	Resting     resting // of them those that this ends
	Today       string
	Sent        sentPublish // what was sent and could not be taken
}

// A changeGroup is what differs in one flow, or among the cards, the tables, …
type changeGroup struct {
	Name  string
	Open  bool
	Items []changeRow
}

type changeRow struct {
	change.Item
	Path     string // of the page where it is changed
	Before   []change.Piece
	After    []change.Piece
	Sentence string // of texts whose words are not compared
}

type translateRow struct {
	Language, ID, Text string
	Missing            bool
}

type standRow struct {
	change.Stand
	Count    string // as it may be shown
	Sentence string
}

type reviewView struct {
	*press.Review
	By, When, For string
	Stale         bool // the draft is another by now
	Mine          bool
}

// behindView is told when the live release is not the one that the draft began with.
type behindView struct {
	Who, When string
	ByFile    bool
	Base      string
	Conflicts []conflictRow
	Theirs    []changeGroup
}

type conflictRow struct {
	Number             int
	What               string
	Base, Mine, Theirs string
}

// sentPublish is a form that comes back.
type sentPublish struct {
	Comment, Reason, When, Day, Hour string
	Fault                            string
	Disagreed                        string // what is wrong where somebody agreed to what another asked for
	Beaten                           string // who published first, and when
}

func (s *Studio) showPublish(w http.ResponseWriter, r *http.Request) {
	s.drawPublish(w, r, http.StatusOK, readSent(r.FormValue))
}

func (s *Studio) drawPublish(w http.ResponseWriter, r *http.Request, status int, sent sentPublish) {
	state, pointer, err := s.present(r)
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	view, err := s.publishView(r, state, c, pointer)
	if err != nil {
		s.failed(w, r, "read what differs", err)
		return
	}
	view.Sent = sent
	title := "Relire et publier"
	if sent.Beaten != "" {
		title = "La version en ligne a changé"
	}
	s.render(w, r, status, "publish", page{Title: title, Section: "/studio/publier", State: state, Checked: c, Body: view})
}

func (s *Studio) publishView(r *http.Request, state *workshop.State, c *checked, pointer string) (*publishView, error) {
	live := s.Live()
	v := &publishView{Live: live.Hash, Pointer: pointer, Instead: s.instead(r.Context(), pointer), Draft: state.Draft.Hash(), Version: state.ID, Today: s.Now().In(s.Zone).Format("2006-01-02")}
	if v.Same = s.same(state.Draft, live); v.Same {
		return v, s.addHistory(r.Context(), v)
	}
	var err error
	was := s.online()
	if state.Version.Base != live.Hash {
		if v.Behind, err = s.behind(r.Context(), state, was); err != nil {
			return nil, err
		}
	}
	items := s.differs(state.Draft)
	v.Count, v.Groups = len(items), groups(state.Draft, was, items)
	v.Wording = !slices.ContainsFunc(items, func(i change.Item) bool { return !i.Wording })
	v.Errors = faultsOf(c.draft, c.Found(), func(f proof.Finding) bool { return f.Severity == proof.Error })
	v.Warnings = append(faultsOf(c.draft, c.Found(), func(f proof.Finding) bool { return f.Severity == proof.Warning }), s.strayFaults(r, c.draft)...)
	if c.Program != nil {
		v.Effect = s.effectOf(r.Context(), live, c.Program)
		v.addStands()
		if err := s.addTranslations(v, live, c.Bundle); err != nil {
			return nil, err
		}
	}
	v.Why = whyNot(v, c)
	if v.Review, err = s.review(r, c, pointer); err != nil {
		return nil, err
	}
	asker := author(r).ID
	if v.Review != nil {
		asker = v.Review.Who
	}
	if v.Reviewers, err = s.reviewers(r.Context(), asker); err != nil {
		return nil, err
	}
	v.Alone = len(v.Reviewers) == 0
	return v, s.addHistory(r.Context(), v)
}

// whyNot says why the draft cannot be published as it is, "" when it can.
func whyNot(v *publishView, c *checked) string {
	switch {
	case v.Behind != nil:
		return "La version en ligne a changé. Reprenez-la d'abord dans le brouillon."
	case len(v.Errors) > 0:
		return "Il y a " + plural(len(v.Errors), "erreur", "erreurs") + ". Corrigez d'abord."
	case !c.Proved():
		return "La vérification n'est pas finie. Un instant."
	}
	return ""
}

// groups puts items under their headings, with the words that differ marked.
func groups(d, was *flow.Draft, items []change.Item) []changeGroup {
	var all []changeGroup
	for _, item := range items {
		i := slices.IndexFunc(all, func(g changeGroup) bool { return g.Name == item.Group })
		if i < 0 {
			all = append(all, changeGroup{Name: item.Group})
			i = len(all) - 1
		}
		row := changeRow{Item: item, Path: pathOf(d, item)}
		row.Before, row.After = change.Mark(item.Was, item.Is)
		if item.Kind == change.Added || item.Kind == change.Removed || item.Kind == change.Moved {
			row.Before, row.After = whole(item.Was), whole(item.Is)
		}
		all[i].Items = append(all[i].Items, row)
	}
	for i := range all {
		all[i].Open = len(items) <= 40 || len(all[i].Items) <= 10
	}
	return all
}

func whole(text string) []change.Piece {
	if text == "" {
		return nil
	}
	return []change.Piece{{Text: text}}
}

// pathOf is the page where an item is changed, "" where it has none.
func pathOf(d *flow.Draft, i change.Item) string {
	if len(i.Path) < 2 || i.Kind == change.Removed {
		return ""
	}
	if id, is := d.At(i.File, "flow"); is && i.Path[0] == "steps" {
		return stepPath(id.Text(), i.Path[1])
	}
	return recordPath(flow.In(i.File, i.Path...))
}

func (v *publishView) addStands() {
	if v.Reckoned = v.Effect.Ready(); !v.Reckoned || v.Effect.Failed {
		return
	}
	shown := map[change.Class][]tally.Shown{}
	for _, of := range []change.Class{change.Reworded, change.Carried} {
		shown[of] = v.Effect.Standing.Shown(of)
	}
	for _, at := range v.Effect.Standing.Stands {
		if len(shown[at.Class]) == 0 {
			continue
		}
		row := standRow{Stand: at, Count: seen(shown[at.Class][0])}
		shown[at.Class] = shown[at.Class][1:]
		switch {
		case at.Class == change.Reworded:
			row.Sentence = "le texte change dès le prochain message"
		case at.By == "moved":
			row.Sentence = "si leur version manquait : suite à « " + at.To + " », son nouveau nom"
		case at.By == "last":
			row.Sentence = "si leur version manquait : suite à « " + at.To + " », leur dernière question encore là"
		default:
			row.Sentence = "si leur version manquait : retour au début"
		}
		v.Stands = append(v.Stands, row)
	}
}

// addTranslations tells which texts are to be translated because of the draft, and counts those before.
func (s *Studio) addTranslations(v *publishView, live, is *flow.Bundle) error {
	if s.Review == nil {
		return nil
	}
	before, err := s.Review(live)
	if err != nil {
		return err
	}
	after, err := s.Review(is)
	if err != nil {
		return err
	}
	for _, t := range after {
		if slices.Contains(before, t) && live.Texts[t.ID].Text == is.Texts[t.ID].Text {
			v.Older++
			continue
		}
		v.Translate = append(v.Translate, translateRow{change.Tongue(t.Language), t.ID, is.Texts[t.ID].Text, t.Missing})
	}
	return nil
}

// review is what waits for a second person.
func (s *Studio) review(r *http.Request, c *checked, pointer string) (*reviewView, error) {
	asked, err := s.Press.Review(r.Context())
	if asked == nil || err != nil {
		return nil, err
	}
	v := &reviewView{Review: asked, By: s.name(r.Context(), asked.Who), When: s.when(asked.Asked), Mine: asked.Who == author(r).ID}
	v.Stale = c.Bundle == nil || c.Bundle.Hash != asked.Release || asked.Live != s.Live().Hash || asked.Expected() != pointer
	if !asked.At.IsZero() {
		v.For = s.when(asked.At)
	}
	return v, nil
}

// Open says that what was asked can still be published.
func (v *reviewView) Open() bool { return v != nil && !v.Stale }

// reviewers are those who may publish what somebody else asks for.
func (s *Studio) reviewers(ctx context.Context, asker string) ([]string, error) {
	all, err := s.SignIn.Staff.All(ctx)
	var names []string
	for _, c := range all {
		if string(c.ID) != asker && may(c, publish) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names, err
}

// behind says who published since the draft began, what that was, and where both cannot be kept.
func (s *Studio) behind(ctx context.Context, state *workshop.State, theirs *flow.Draft) (*behindView, error) {
	base, err := s.draftOf(ctx, state.Version.Base)
	if err != nil {
		return nil, err
	}
	v := &behindView{Base: state.Version.Base}
	moves, err := s.Press.Moves(ctx)
	if err != nil {
		return nil, err
	}
	if n := len(moves); n > 0 {
		v.Who, v.When, v.ByFile = s.name(ctx, moves[n-1].Who), s.when(moves[n-1].At), moves[n-1].Who == bot.ByFile
	}
	items := change.Between(base, theirs)
	v.Theirs = groups(theirs, base, items)
	_, conflicts := flow.Merge(base, state.Draft, theirs)
	for i, c := range conflicts {
		v.Conflicts = append(v.Conflicts, conflictRow{i, c.File + " : " + strings.Join(c.Path, " › "), c.Base, c.Mine, c.Theirs})
	}
	return v, nil
}

// draftOf opens a release as a draft.
func (s *Studio) draftOf(ctx context.Context, release string) (*flow.Draft, error) {
	if s.Live().Hash == release {
		return s.online(), nil
	}
	stored, err := s.Press.Stored(ctx, release)
	if err != nil {
		return nil, err
	}
	files, err := flow.Files(stored)
	if err != nil {
		return nil, err
	}
	return flow.OpenDraft(files)
}

// addHistory tells what was published last, and what is programmed.
func (s *Studio) addHistory(ctx context.Context, v *publishView) error {
	rows, err := s.versionRows(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Live {
			v.Last = &rows[i]
		}
	}
	if v.Plans, err = s.planRows(ctx); err != nil {
		return err
	}
	v.Resting, err = s.restingOn(ctx, v.Pointer)
	return err
}

// moment is when a form wants something published; zero for now.
func (s *Studio) moment(sent sentPublish) (time.Time, string) {
	if sent.When != "date" {
		return time.Time{}, ""
	}
	at, err := s.readMoment(sent.Day, sent.Hour)
	switch {
	case err != nil:
		return at, "La date ou l'heure manque, ou ne se lit pas."
	case !at.After(s.Now()):
		return at, "Cette heure est passée."
	}
	return at, ""
}

// alone says whether somebody may publish at all.
func alone(r *http.Request) bool { return may(web.Signed(r), publish) }
