package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/adapters/speech"
	"frontdesk/bot/flow"
)

// promptsCommand prepares what the telephone says.
type promptsCommand struct {
	List  promptsListCommand  `cmd:"" help:"Print the sentences that everybody hears alike, to have them recorded."`
	Build promptsBuildCommand `cmd:"" help:"Make the sounds of these sentences, and say what is missing."`
}

// promptsListCommand prints what there is to be recorded.
type promptsListCommand struct {
	Dir    string `arg:"" optional:"" env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle; the reference bundle by default."`
	Region string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
}

// Help is shown by --help.
func (*promptsListCommand) Help() string {
	return `One sentence a line: its name, a tab, its language, a tab, the sentence. Record it as RECORDINGS/<language>/<name>.wav: 16-bit PCM, mono or stereo, 8,000 to 48,000 samples a second. A name is the id of a text and the number of the sentence in it, or the key of a menu.

Examples:

    frontdesk prompts list
    frontdesk prompts list ./flows --region NAME > phrases.tsv`
}

// Run prints them.
func (c *promptsListCommand) Run(out *console) error {
	all, _, err := sentencesOf(c.Dir, c.Region)
	if err != nil {
		return err
	}
	for _, s := range all {
		fmt.Fprintf(out.out, "%s\t%s\t%s\n", s.Name, s.Language, s.Text)
	}
	return nil
}

func sentencesOf(dir, region string) ([]staticSentence, *flow.Bundle, error) {
	b, err := loadBundle(dir, region)
	if err != nil {
		return nil, nil, err
	}
	p, err := compile(b)
	if err != nil {
		return nil, nil, err
	}
	all, err := staticSentences(p)
	return all, b, err
}

// promptsBuildCommand makes the sounds.
type promptsBuildCommand struct {
	Dir    string       `arg:"" optional:"" env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle; the reference bundle by default."`
	Region string       `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region; the bundle's own by default."`
	Slow   bool         `help:"Make them at the slow pace, too."`
	Speech speechConfig `embed:"" envprefix:"FRONTDESK_SPEECH_"`
}

// Help is shown by --help.
func (*promptsBuildCommand) Help() string {
	return `Recordings come first, then the speech engine, then espeak-ng. Beside a new recording it writes down which sentence it says, <name>.txt: when the bundle says something else by then, the recording is not played any more, and named here. The exit code is 1 when nobody can say a sentence of a language that is served.

Examples:

    frontdesk prompts build
    frontdesk prompts build ./flows --recordings ./voix --cache /var/cache/frontdesk
    FRONTDESK_SPEECH_URL=http://127.0.0.1:8000/v1/audio/speech FRONTDESK_SPEECH_MODEL=tts-1 FRONTDESK_SPEECH_VOICE=alloy frontdesk prompts build`
}

// Validate says everything that is wrong at once.
func (c *promptsBuildCommand) Validate() error {
	var faults []error
	c.Speech.check(func(name, format string, args ...any) {
		faults = append(faults, fmt.Errorf(name+": "+format, args...))
	})
	return errors.Join(faults...)
}

// Sounds are made ahead of all calls: a large model on a small machine may take its time.
const (
	buildTime   = time.Minute
	buildAtOnce = 4
	buildStep   = 100 // sentences between two lines of progress
)

// Run makes them and reports in French: supervisors read it.
func (c *promptsBuildCommand) Run(out *console) error {
	all, b, err := sentencesOf(c.Dir, c.Region)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(out.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	voice, err := c.Speech.open(log, buildTime)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.out, "%s, voix : %s\n", counted(len(all), "phrase", "phrases"), voice.Version())
	build := &promptsBuild{voice: voice, served: b.Languages, out: out.out}
	if err := build.make(out.ctx, all, c.Slow); err != nil {
		return err
	}
	if c.Speech.Recordings != "" {
		build.checkRecordings(c.Speech.Recordings, all)
	}
	return build.report(all)
}

// promptsBuild is one run.
type promptsBuild struct {
	voice  *speech.Voice
	served []string
	out    io.Writer

	mu     sync.Mutex
	made   int
	failed map[int]error // by the place of the sentence
}

// make says each sentence once, a few at a time.
func (b *promptsBuild) make(ctx context.Context, all []staticSentence, slow bool) error {
	b.failed = map[int]error{}
	next := make(chan int)
	var workers sync.WaitGroup
	for range buildAtOnce {
		workers.Go(func() {
			for i := range next {
				p := all[i].Prompt
				_, err := b.voice.Say(ctx, p)
				if p.Slow = slow; slow && err == nil {
					_, err = b.voice.Say(ctx, p)
				}
				b.done(i, len(all), err)
			}
		})
	}
	for i := 0; i < len(all) && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	workers.Wait()
	return ctx.Err()
}

func (b *promptsBuild) done(i, of int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.failed[i] = err
	}
	if b.made++; b.made%buildStep == 0 || b.made == of {
		fmt.Fprintf(b.out, "%d / %d\n", b.made, of)
	}
}

// report says who speaks, and what nobody can say.
func (b *promptsBuild) report(all []staticSentence) error {
	by, absent := map[string]int{}, map[string]int{}
	for _, s := range all {
		if who := b.voice.By(s.Prompt); who != "" {
			by[s.Language+" : "+strings.Replace(who, speech.Recorded, "enregistrement", 1)]++
		}
	}
	wrong := 0
	for _, i := range slices.Sorted(maps.Keys(b.failed)) {
		s := all[i]
		if errors.Is(b.failed[i], speech.ErrNoVoice) && !slices.Contains(b.served, s.Language) {
			absent[s.Language]++
			continue
		}
		wrong++
		fmt.Fprintln(b.out, flow.Fault{Pos: s.pos, Message: fmt.Sprintf("%s (%s) : personne ne peut dire cette phrase : %v", s.Name, s.Language, b.failed[i])})
	}
	for _, who := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(b.out, "%s, %s\n", who, counted(by[who], "phrase", "phrases"))
	}
	for _, language := range slices.Sorted(maps.Keys(absent)) {
		fmt.Fprintf(b.out, "attention : %s : aucune voix, %s ; cette langue est seulement reçue\n", language, counted(absent[language], "phrase", "phrases"))
	}
	if wrong > 0 {
		fmt.Fprintln(b.out, counted(wrong, "phrase manque", "phrases manquent"))
		return errFailed
	}
	return nil
}
