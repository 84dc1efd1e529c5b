package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/peers"
	"frontdesk/adapters/phone/signal"
	"frontdesk/adapters/speech"
	"frontdesk/bot"
)

// espeakVoice is a voice that people hear, with a cache of this test's own.
func espeakVoice(t *testing.T) *spokenAloud {
	t.Helper()
	program := peers.Program(t, "espeak-ng", "espeak-ng")
	voice, err := speech.New(speech.Config{Espeak: program, CacheDir: t.TempDir(), Timeout: 20 * time.Second, Log: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	return &spokenAloud{voice}
}

type spokenAloud struct{ voice *speech.Voice }

func (s *spokenAloud) Sentences(text string) []string { return speech.Sentences(text) }

func (s *spokenAloud) Say(ctx context.Context, what phone.Sentence) ([]byte, error) {
	return s.voice.Say(ctx, speech.Prompt{Language: what.Language, Text: what.Text, Slow: what.Slow})
}

// pcm is a French sentence as it is spoken.
func (s *spokenAloud) pcm(t testing.TB, text string) media.PCM {
	t.Helper()
	wav, err := s.Say(t.Context(), phone.Sentence{Language: "fr", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	sound, err := media.ReadWAV(bytes.NewReader(wav))
	if err != nil {
		t.Fatal(err)
	}
	return sound.PCM()
}

// A piece of speech is long enough to be like nothing else, and short enough to be whole where a packet is late.
const pieceOfSpeech = 4000 // samples: half a second

// likeness is how much of a sentence is in what was heard: the share of its pieces that are found, in their
// order, with a correlation of 0.9 or more. It also says where it ended.
func likeness(heard, said media.PCM, from int) (share float64, end int) {
	found, pieces := 0, 0
	for at := 0; at+pieceOfSpeech <= len(said); at += pieceOfSpeech {
		piece := said[at : at+pieceOfSpeech]
		if energy(piece) < 1e6*float64(len(piece))/100 { // a pause
			continue
		}
		pieces++
		if where, c := best(heard[min(from, len(heard)):], piece); c >= 0.9 {
			found++
			from += where + pieceOfSpeech
		}
	}
	if pieces == 0 {
		return 0, from
	}
	return float64(found) / float64(pieces), from
}

func energy(pcm media.PCM) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return sum
}

// best finds where a piece is most alike.
func best(heard, piece media.PCM) (at int, correlation float64) {
	if len(heard) < len(piece) {
		return 0, 0
	}
	own, there := energy(piece), energy(heard[:len(piece)])
	for i := 0; i+len(piece) <= len(heard); i++ {
		if there > own/100 {
			sum := int64(0)
			for k, v := range piece {
				sum += int64(v) * int64(heard[i+k])
			}
			if c := float64(sum) / math.Sqrt(own*there); c > correlation {
				at, correlation = i, c
			}
		}
		if next := i + len(piece); next < len(heard) {
			there += float64(heard[next])*float64(heard[next]) - float64(heard[i])*float64(heard[i])
		}
	}
	return at, correlation
}

// toneShare is how much of a sound is one tone.
func toneShare(pcm media.PCM, hertz float64) float64 {
	if len(pcm) == 0 || energy(pcm) == 0 {
		return 0
	}
	turn := 2 * math.Cos(2*math.Pi*hertz/8000)
	var a, b float64
	for _, v := range pcm {
		a, b = float64(v)+turn*a-b, a
	}
	return (a*a + b*b - turn*a*b) * 2 / float64(len(pcm)) / energy(pcm)
}

// last is the end of a sound.
func last(pcm media.PCM, d time.Duration) media.PCM {
	return pcm[max(0, len(pcm)-int(d.Seconds()*8000)):]
}

const (
	callersHum     = 1130.0
	counsellorsHum = 1470.0
)

// A softphone hears a real voice, is led through two menus by keys, and is put through to a counsellor's
// softphone: directly, encrypted from end to end of each leg, and as an extension of a proxy that asks for a
// password.
func TestASoftphoneIsLedToACounsellorsSoftphone(t *testing.T) {
	t.Parallel()
	for name, wired := range map[string]func(t *testing.T) exchange{"on this machine": wiredHere, "encrypted": wiredSecurely, "through a proxy": wiredThroughProxy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := wired(t)
			voice := espeakVoice(t)
			camille, anna := peers.Baresip(t, "camille", x.camille), peers.Baresip(t, "anna", x.anna)
			s := answering(t, voice, camille.Target(), x.config)
			s.until("it is registered", func() bool {
				return !slices.ContainsFunc(s.house.phone.Endpoint().Registered(), func(r signal.Registration) bool { return !r.OK })
			})
			s.duty()
			s.ledByKeys(anna, camille, x.dials(s.house), voice)
		})
	}
}

// An exchange is how telephones and the house are connected.
type exchange struct {
	camille, anna peers.Line
	config        func(*serveCommand)
	dials         func(*house) string
}

func wiredHere(*testing.T) exchange {
	return exchange{camille: peers.Line{Hums: counsellorsHum}, anna: peers.Line{Hums: callersHum}, config: func(*serveCommand) {},
		dials: func(h *house) string { return fmt.Sprintf("sip:accueil@%s", h.phone.Endpoint().Addr("udp")) }}
}

func wiredSecurely(t *testing.T) exchange {
	cert, key := peers.Certificate(t)
	line := peers.Line{Transport: "tls", Secure: true, Certificate: cert, Key: key, Hums: counsellorsHum}
	x := exchange{camille: line, anna: line, config: func(c *serveCommand) {
		c.SIP.Listen = []string{"tls://127.0.0.1:0"}
		c.SIP.Certificate, c.SIP.Key, c.SIP.Roots = cert, key, cert
	}, dials: func(h *house) string {
		return fmt.Sprintf("sip:accueil@%s;transport=tls", h.phone.Endpoint().Addr("tls"))
	}}
	x.anna.Hums = callersHum
	return x
}

func wiredThroughProxy(t *testing.T) exchange {
	proxy := peers.Kamailio(t)
	registrar := fmt.Sprintf("127.0.0.1:%d", proxy.Port)
	return exchange{
		camille: peers.Line{Registrar: registrar, Hums: counsellorsHum}, anna: peers.Line{Hums: callersHum},
		config: func(c *serveCommand) {
			c.SIP.Register, c.SIP.Password = "accueil@"+registrar, "s3cret"
			c.Staff = phoneStaff(t, "sip:camille@"+registrar)
		},
		dials: func(*house) string { return "sip:accueil@" + registrar },
	}
}

// putThrough is a counsellor who hears what the call is about, accepts it, and hangs up once both hear each other.
func (s *phoneSite) putThrough(anna, camille *peers.Softphone, voice *spokenAloud) {
	s.t.Helper()
	camille.Until("CALL_INCOMING")
	camille.Do("accept", "")
	camille.Until("CALL_ESTABLISHED")
	whispered := voice.pcm(s.t, "Un appel de l'accueil.")
	s.until("the counsellor hears what it is about", func() bool {
		share, _ := likeness(camille.Heard(), whispered, 0)
		return share >= 0.8
	})
	camille.Press("1")
	s.until("the case is hers", func() bool { c := s.card(); return c.Life == bot.Live && c.Owner == "camille" })
	s.until("they hear each other", func() bool {
		return toneShare(last(anna.Heard(), time.Second), counsellorsHum) > 0.8 && toneShare(last(camille.Heard(), time.Second), callersHum) > 0.8
	})
	camille.Do("hangup", "")
}

// ledByKeys is the whole way from the opening to a talk.
func (s *phoneSite) ledByKeys(anna, camille *peers.Softphone, number string, voice *spokenAloud) {
	t := s.t
	t.Helper()
	anna.Do("dial", number)
	anna.Until("CALL_ESTABLISHED")
	opening := []string{"Bonjour, ici Orientation Bretagne.", "Je suis un robot.", "Pour parler à une personne, tapez 0."}
	var want time.Duration
	for _, sentence := range opening {
		want += voice.pcm(t, sentence).Duration()
	}
	s.until("the opening is heard", func() bool { return anna.Heard().Duration() > want+2*time.Second })
	heard, from := anna.Heard(), 0
	for _, sentence := range opening {
		share, end := likeness(heard, voice.pcm(t, sentence), from)
		if from = end; share < 0.8 {
			t.Errorf("of %q the caller hears %.0f %%", sentence, 100*share)
		}
	}
	s.step("voix.menu")
	anna.Press("1")
	s.step("voix.menu_emploi")
	anna.Press("1")
	s.step("voix.suite_voix")
	anna.Press("1")
	s.putThrough(anna, camille, voice)
	goodbye := voice.pcm(t, "Votre interlocutrice ou votre interlocuteur a raccroché.")
	anna.Until("CALL_CLOSED")
	if share, _ := likeness(last(anna.Heard(), 30*time.Second), goodbye, 0); share < 0.8 {
		t.Errorf("of the end the caller hears %.0f %%", 100*share)
	}
	if text := s.log.String(); strings.Contains(text, "camille@") || strings.Contains(text, "anna@") {
		t.Error("the log names telephones")
	}
}

// Who calls through a trunk is offered to be called back where they call from, unless they asked not to be
// shown.
func TestACallersOwnNumberIsOfferedUnlessItIsHidden(t *testing.T) {
	t.Parallel()
	for scenario, own := range map[string]string{"callback": "06 99 88 77 66", "callbackhidden": ""} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := newPhoneSite(t)
			peers.Sipp(t, scenario, s.house.phone.Endpoint().Addr("udp").String())
			offered := slices.IndexFunc(s.voice.Said(), func(text string) bool { return strings.HasPrefix(text, "Pour être rappelé au ") })
			if own == "" && offered >= 0 || own != "" && (offered < 0 || !strings.Contains(s.voice.Said()[offered], own)) {
				t.Errorf("what is offered, of\n%s", strings.Join(s.voice.Said(), "\n"))
			}
			if own != "" && !slices.Contains(s.voice.Said(), "Votre numéro : "+own+".") {
				t.Errorf("the number is read back as\n%s", strings.Join(s.voice.Said(), "\n"))
			}
			now := s.session()
			if got := now.Answers.Get("numero"); own != "" && got != "+33699887766" || own == "" && got != "" {
				t.Errorf("the number is %q, at %s", got, now.Step)
			}
			for _, secret := range []string{"0699887766", "33699887766", "06 99"} {
				if strings.Contains(s.log.String(), secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}
