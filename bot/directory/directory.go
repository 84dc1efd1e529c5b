// Package directory holds the reference data of a deployment, once it is read: reception places, jobs,
// portraits of territories, events. It finds among them and neither reads files nor keeps anything.
//
// A set of data is an immutable value with the hash of its content as its name, as a release is; it lies
// beside the releases, because it comes from others and at its own pace.
package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/hours"
)

// Kind names one part of a set; each import replaces one.
type Kind string

// The kinds of data.
const (
	Places      Kind = "places"
	Coordinates Kind = "coordinates"
	Rome        Kind = "rome"
	Portraits   Kind = "portraits"
	Events      Kind = "events"
)

// Kinds are all of them, in the order of a manifest.
func Kinds() []Kind { return []Kind{Places, Coordinates, Rome, Portraits, Events} }

// A Place is where people are received: a structure of data·inclusion v1, and what the service public de
// l'orientation adds to it.
type Place struct {
	ID         string     `json:"id"`
	Source     string     `json:"source"`  // the producer, to be named beside what is shown
	Updated    string     `json:"updated"` // day, by the producer
	Name       string     `json:"name"`
	Networks   []string   `json:"networks,omitempty"` // by the ids of networks.yaml
	Commune    string     `json:"commune,omitempty"`  // code
	Address    string     `json:"address,omitempty"`
	Postcode   string     `json:"postcode,omitempty"`
	Town       string     `json:"town,omitempty"`
	Point      *Point     `json:"point,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Mail       string     `json:"mail,omitempty"`
	Web        string     `json:"web,omitempty"`
	Siret      string     `json:"siret,omitempty"`
	Hours      string     `json:"hours,omitempty"`      // OpenStreetMap's opening_hours, as ParseOSM reads it
	Accessible string     `json:"accessible,omitempty"` // Yes, No, OnRequest, or a page of Acceslibre
	Ways       []string   `json:"ways,omitempty"`       // modes de mobilisation of its services
	Topics     []string   `json:"topics,omitempty"`     // thématiques of its services
	Structure  string     `json:"structure,omitempty"`  // of the bundle, that receives here
	Offers     []Offer    `json:"offers,omitempty"`
	Library    bool       `json:"library,omitempty"` // has a documentation space
	Poles      []string   `json:"poles,omitempty"`   // themes of its advice
	Referents  []Referent `json:"referents,omitempty"`
	Example    bool       `json:"example,omitempty"` // made up, and says so
}

// Accessibility to wheelchairs, where it is no page of Acceslibre.
const (
	Yes       = "yes"
	No        = "no"
	OnRequest = "on_request"
)

// A Point is a place on the globe, in degrees.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// An Offer is one service under a convention. Days are as written: To is the last day of it, "" for no end.
type Offer struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to,omitempty"`
}

// A Referent is who to ask inside a place: for counsellors, never for citizens, and without a name.
type Referent struct {
	Role  string `json:"role"`
	Topic string `json:"topic,omitempty"`
	Hours string `json:"hours,omitempty"`
}

// A Centre is the middle of a commune.
type Centre struct {
	Commune string `json:"commune"`
	Point
}

// A Set is all the reference data of a deployment at one moment. It is immutable and safe to share.
type Set struct {
	Hash    string
	Example bool // a part of it is made up

	places    []Place
	weeks     map[string]*hours.Week // of places, by id
	byArea    map[string][]int       // places by département, in the order of places
	centres   map[string]Point       // by commune
	jobs      jobs
	portraits map[string]*Portrait // by the code of a commune or département
	events    []Event
}

// Build makes a set of its parts in stored form. A part that is missing is empty; hash is the name of the
// whole, as Manifest gives it.
func Build(hash string, parts map[Kind][]byte) (*Set, error) {
	s := &Set{Hash: hash, weeks: map[string]*hours.Week{}, byArea: map[string][]int{}, centres: map[string]Point{}, portraits: map[string]*Portrait{}}
	for _, kind := range Kinds() {
		stored := parts[kind]
		if stored == nil {
			continue
		}
		if err := s.add(kind, stored); err != nil {
			return nil, fmt.Errorf("reference data %s, part %s: %w", hash, kind, err)
		}
	}
	return s, nil
}

func (s *Set) add(kind Kind, stored []byte) error {
	switch kind {
	case Places:
		return s.addPlaces(stored)
	case Coordinates:
		centres, err := decode[Centre](kind, stored)
		for _, c := range centres {
			s.centres[c.Commune] = c.Point
		}
		return err
	case Rome:
		all, err := decode[Job](kind, stored)
		s.jobs = newJobs(all)
		return err
	case Portraits:
		return s.addPortraits(stored)
	case Events:
		var err error
		s.events, err = decode[Event](kind, stored)
		for i := range s.events {
			s.Example = s.Example || s.events[i].Example
		}
		return err
	}
	return nil
}

func (s *Set) addPlaces(stored []byte) error {
	var err error
	if s.places, err = decode[Place](Places, stored); err != nil {
		return err
	}
	for i := range s.places {
		p := &s.places[i]
		s.Example = s.Example || p.Example
		area := Area(p.Commune, p.Postcode)
		s.byArea[area] = append(s.byArea[area], i)
		if week, err := hours.ParseOSM(p.Hours); err == nil {
			s.weeks[p.ID] = &week
		}
	}
	return nil
}

// Area is the code of the département of a commune, or of a postcode where no commune is known, or "".
func Area(commune, postcode string) string {
	code := commune
	if code == "" {
		code = postcode
	}
	switch {
	case len(code) != 5:
		return ""
	case strings.HasPrefix(code, "97"), strings.HasPrefix(code, "98"):
		return code[:3]
	case commune == "" && strings.HasPrefix(code, "20"):
		if code[2] == '0' || code[2] == '1' {
			return "2A"
		}
		return "2B"
	}
	return code[:2]
}

// Count is how many records a kind has.
func (s *Set) Count(kind Kind) int {
	switch kind {
	case Places:
		return len(s.places)
	case Coordinates:
		return len(s.centres)
	case Rome:
		return s.jobs.given
	case Portraits:
		return len(s.portraits)
	}
	return len(s.events)
}

// HashOf is the name of a content: the first 32 hexadecimal digits of its SHA-256, as releases have.
func HashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])[:32]
}

// A Manifest says which content each kind has. Its text is the stored form of a set: the hash of that text
// is the set's name.
type Manifest map[Kind]string

const manifestHead = "frontdesk data 1\n"

// Text is the stored form: the same for the same content.
func (m Manifest) Text() []byte {
	text := manifestHead
	for _, kind := range Kinds() {
		if hash := m[kind]; hash != "" {
			text += string(kind) + " " + hash + "\n"
		}
	}
	return []byte(text)
}

// ReadManifest reads what Text wrote. A later format is bot.ErrNewer.
func ReadManifest(text []byte) (Manifest, error) {
	rest, ok := strings.CutPrefix(string(text), manifestHead)
	if !ok {
		return nil, fmt.Errorf("manifest of reference data: %w", bot.ErrNewer)
	}
	m := Manifest{}
	for line := range strings.Lines(rest) {
		kind, hash, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !slices.Contains(Kinds(), Kind(kind)) || hash == "" {
			return nil, fmt.Errorf("manifest of reference data: the line %q is unknown", line)
		}
		m[Kind(kind)] = hash
	}
	return m, nil
}
