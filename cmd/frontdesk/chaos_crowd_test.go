//go:build chaos

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/bot"
)

const (
	patience   = 20 * time.Second // with one message; nobody waits longer for a service to come back
	perTalk    = 20               // messages of a conversation at most: people's limit is 30 at once
	repeatedly = 0.05             // of the messages are delivered twice
)

// A crowd is people who write to whichever replica of a site they find, as their browsers do: one
// message after the other, each until somebody takes it, under the same id.
type crowd struct {
	site   *site
	mu     sync.Mutex
	people []*person
	delays []time.Duration // from the stamp of a message to the arrival of its answer
	odd    []string        // answers that nobody should get

	came        atomic.Int64 // people, and attempts to be one
	acked       atomic.Int64
	repeats     atomic.Int64
	unavailable atomic.Int64 // 503
	tooMany     atomic.Int64 // 429
	broken      atomic.Int64 // connections that ended without an answer
	overdue     atomic.Int64 // requests given up after 1.5 s
	abandoned   atomic.Int64 // messages that nobody took
	rescued     atomic.Int64 // accepted by a replica that never answered, found out when sent again
}

// talk has so many people at once begin conversations until the time comes.
func (c *crowd) talk(people int, until time.Time) {
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			for time.Now().Before(until) {
				if p := c.arrive(c.some()); p != nil {
					p.read()
					p.talk(until)
				}
			}
		})
	}
	all.Wait()
}

// A person has one conversation.
type person struct {
	*crowd
	address string // as the proxy before the replicas would name it
	token   string
	alias   string
	sent    []sending
	reader  *reader // nil for those who do not look
}

// arrive opens a conversation, or returns nil. An attempt that gets no answer may have opened one that
// nobody knows.
func (c *crowd) arrive(at *replica) *person {
	n := c.came.Add(1)
	p := &person{crowd: c, address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)}
	status, fields := p.post(at, "/chat/conversations", nil)
	if status != http.StatusCreated {
		time.Sleep(50 * time.Millisecond)
		return nil
	}
	p.token, p.alias = fields["token"], fields["conversation"]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people = append(c.people, p)
	return p
}

// some is any replica: nothing holds a person to one.
func (c *crowd) some() *replica { return c.site.replicas[rand.IntN(len(c.site.replicas))] }

// other is another one than r.
func (c *crowd) other(r *replica) *replica {
	i := slices.Index(c.site.replicas, r)
	return c.site.replicas[(i+1)%len(c.site.replicas)]
}

func (p *person) talk(until time.Time) {
	defer p.reader.stop()
	for range 4 + rand.IntN(perTalk-4) {
		if time.Now().After(until) {
			return
		}
		s := p.next()
		p.sent = append(p.sent, s)
		if !p.deliver(&p.sent[len(p.sent)-1]) {
			return
		}
		if rand.Float64() < repeatedly/2 { // a repetition that comes late, of anything that was sent
			p.repeats.Add(1)
			again := p.sent[rand.IntN(len(p.sent))]
			p.post(p.some(), "/chat/messages", again)
		}
		if rand.Float64() < 0.6 {
			p.reader.untilAnswered(s.ID, time.Second)
		}
	}
	p.reader.untilAnswered(p.sent[len(p.sent)-1].ID, 3*time.Second)
}

// deliver sends a message until it is taken.
func (p *person) deliver(s *sending) bool {
	began := time.Now()
	var failed time.Time // the last attempt that got no answer
	copied := false      // a copy was on its way too: who took it first is not known
	for r := p.some(); time.Since(began) < patience; r = p.other(r) {
		twice := rand.Float64() < repeatedly/2
		copied = copied || twice
		switch p.attempt(r, *s, twice) {
		case http.StatusAccepted:
			s.Acked = true
			p.acked.Add(1)
			if p.reader != nil && !failed.IsZero() && !copied {
				p.reader.expect(s.ID, failed)
			}
			return true
		case http.StatusTooManyRequests:
			time.Sleep(time.Second)
		case 0:
			failed = time.Now()
			fallthrough
		default:
			time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
		}
	}
	p.abandoned.Add(1)
	return false
}

// attempt posts a message, and a copy of it to another replica at the same time.
func (p *person) attempt(r *replica, s sending, twice bool) (status int) {
	var both sync.WaitGroup
	defer both.Wait()
	if twice {
		p.repeats.Add(1)
		both.Go(func() { p.post(p.other(r), "/chat/messages", s) })
	}
	status, _ = p.post(r, "/chat/messages", s)
	return status
}

func (p *person) post(r *replica, path string, body any) (status int, fields map[string]string) {
	return p.postBy(p.site.client, r, path, body)
}

// postBy returns the status, 0 when the connection ended without one.
func (p *person) postBy(client *http.Client, r *replica, path string, body any) (status int, fields map[string]string) {
	var data []byte
	if body != nil {
		data, _ = json.Marshal(body)
	}
	request, _ := http.NewRequest(http.MethodPost, r.base()+path, bytes.NewReader(data))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Forwarded-For", p.address)
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	began := time.Now()
	answer, err := client.Do(request)
	if err != nil {
		if time.Since(began) > time.Second {
			p.overdue.Add(1)
		} else {
			p.broken.Add(1)
		}
		return 0, nil
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&fields); err != nil {
		p.broken.Add(1)
		return 0, nil
	}
	switch answer.StatusCode {
	case http.StatusCreated, http.StatusAccepted:
	case http.StatusServiceUnavailable:
		p.unavailable.Add(1)
	case http.StatusTooManyRequests:
		p.tooMany.Add(1)
	default:
		p.wonder("%s answered %d %s", path, answer.StatusCode, fields["error"])
	}
	return answer.StatusCode, fields
}

func (c *crowd) wonder(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.odd = append(c.odd, fmt.Sprintf(format, args...))
}

// conversation is the id that the store knows the person's by.
func (p *person) conversation() (bot.ConversationID, error) {
	sum := sha256.Sum256([]byte(p.token))
	leg := bot.Leg{ID: "web", Channel: "web", Peer: bot.Address(base64.RawURLEncoding.EncodeToString(sum[:])), For: bot.ToCitizen}
	id, err := p.site.store.Resolve(p.site.t.Context(), leg, "unknown")
	if err != nil {
		return "", err
	}
	if alias := sha256.Sum256([]byte(id)); hex.EncodeToString(alias[:5]) != p.alias {
		return "", fmt.Errorf("the token of %s opens another conversation", p.alias)
	}
	return id, nil
}

// next is what the person sends next: a button or number of the last question, words, a command, or
// something that nobody understands. Never EFFACER, which would leave nothing to compare.
func (p *person) next() sending {
	s := sending{ID: fmt.Sprint("m", len(p.sent)+1)}
	var options []string
	if p.reader != nil {
		options = p.reader.options()
	}
	switch chance := rand.Float64(); {
	case chance < 0.25 && len(options) > 0:
		s.Option = options[rand.IntN(len(options))]
	case chance < 0.55:
		s.Text = fmt.Sprint(1 + rand.IntN(max(4, len(options))))
	case chance < 0.85:
		s.Text = phrases[rand.IntN(len(phrases))]
	case chance < 0.95:
		s.Text = commands[rand.IntN(len(commands))]
	default:
		s.Text = strings.Repeat(gibberish[rand.IntN(len(gibberish))], 1+rand.IntN(3))
	}
	return s
}

var (
	phrases = []string{
		"je cherche une formation d'aide-soignante", "g 17 an jai arreter le lycee", "pour moi", "c'est pour ma fille",
		"je suis au chômage depuis deux mois", "VAE", "je veux créer mon entreprise", "24 ans", "j'ai 52 ans", "35000", "Rennes",
		"oui", "non", "je sais pas trop", "un stage de troisième à Brest", "merci beaucoup", "c'est urgent ?", "par téléphone",
		"j'en peux plus de mon travail", "bonjour", "mon conseiller ne répond jamais", "06 12 34 56 78", "alternance dans le bâtiment",
		"au collège", "je suis harcelée au travail", "parcoursup c'est quand ?", "salarié", "la deuxième", "une autre personne",
	}
	commands  = []string{"HUMAIN", "répéter", "corriger", "données", "aide", "stop", "HUMAIN", "répéter", "corriger"}
	gibberish = []string{"qsdfgh ", "??? ", "😀", "1é&\"'(-è ", "ZZZZZZ", "٣ ", "lorem ipsum dolor "}
)
