// Package staff says who works here, from a file. It signs nobody in and decides no right.
package staff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"frontdesk/bot"
)

// Staff is a fixed list of counsellors. It is safe to share.
type Staff struct {
	name  string // of the file, for errors
	all   []bot.Counsellor
	rooms map[string]string // queue, or structure, → name of its room
}

var _ bot.Staff = (*Staff)(nil)

// entry is one counsellor as the file has it.
type entry struct {
	ID         bot.CounsellorID  `json:"id"`
	Name       string            `json:"name"`
	Login      string            `json:"login"`
	Password   string            `json:"password"`
	Structures []bot.StructureID `json:"structures"`
	Roles      []bot.Role        `json:"roles"`
	Capacity   int               `json:"capacity"`
	Slack      string            `json:"slack"`
	OIDC       string            `json:"oidc"` // what the issuer of sign-ins says of them, in the configured claim
	Phone      string            `json:"phone"`
}

// Open reads a staff file.
func Open(path string) (*Staff, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the staff: %w", err)
	}
	return Load(path, text)
}

// Load reads {"counsellors":[…], "rooms":{…}}; rooms may be left out. Its error names every faulty entry at once; a staff with a fault is
// not used at all. name stands in the errors.
func Load(name string, text []byte) (*Staff, error) {
	var file struct {
		Counsellors []json.RawMessage `json:"counsellors"`
		Rooms       map[string]string `json:"rooms"`
	}
	if err := strict(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(file.Counsellors) == 0 {
		return nil, fmt.Errorf("%s: there is no counsellor in it", name)
	}
	s := &Staff{name: name, rooms: file.Rooms}
	var faults []error
	for _, queue := range slices.Sorted(maps.Keys(file.Rooms)) {
		if !roomName(file.Rooms[queue]) {
			faults = append(faults, fmt.Errorf("%s: the room of %q, %q, must be made of a-z, 0-9, - and _, 80 at most", name, queue, file.Rooms[queue]))
		}
	}
	for i, raw := range file.Counsellors {
		var e entry
		err := strict(raw, &e)
		label := fmt.Sprintf("%s: counsellor %d (%q)", name, i+1, e.ID)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", label, err))
			continue
		}
		for _, fault := range append(check(e), s.taken(e)...) {
			faults = append(faults, fmt.Errorf("%s: %s", label, fault))
		}
		s.all = append(s.all, bot.Counsellor{ID: e.ID, Name: e.Name, Login: e.Login, Password: e.Password,
			Structures: e.Structures, Roles: e.Roles, Capacity: e.Capacity, Slack: e.Slack, OIDC: e.OIDC, Phone: bot.Address(e.Phone)})
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return s, nil
}

// strict decodes one value and refuses fields that nobody reads and anything after it.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the closing brace")
	}
	return nil
}

// roles are those of people at a desk, then those of the studio.
const roles = "counsellor, lead, supervisor, reader, translator, coordinator, editor, publisher, admin"

// check returns everything that is wrong with one entry by itself.
func check(e entry) []string {
	var faults []string
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	add(!plain(string(e.ID)), "the id must be made of a-z, 0-9, - and _")
	add(strings.TrimSpace(e.Name) == "", "the name is missing: people see it")
	add(e.Password != "" && e.Login == "", "there is a password, but no login")
	add(e.Login != strings.ToLower(strings.TrimSpace(e.Login)), "the login must be in lower case, without spaces around it")
	add(len(e.Structures) == 0 && slices.Contains(e.Roles, bot.RoleCounsellor), "a counsellor needs at least one structure")
	add(slices.Contains(e.Structures, ""), "a structure's id is empty")
	add(len(e.Roles) == 0, "there is no role: %s", roles)
	for _, r := range e.Roles {
		add(!slices.Contains(strings.Split(roles, ", "), string(r)), "the role %q is unknown: %s", r, roles)
	}
	add(e.Slack != "" && !memberID(e.Slack), "the slack account %q is not a member id, such as U02ABCDEF (profile, « Copier l'identifiant »)", e.Slack)
	add(e.OIDC != strings.TrimSpace(e.OIDC), "the oidc name must have no spaces around it")
	add(e.Capacity < 0, "the capacity is negative; 0 means no limit")
	if e.Password != "" {
		if _, err := parse(e.Password); err != nil {
			add(true, "the password: %v", err)
		}
	}
	return faults
}

// taken returns what this entry shares with one before it and must not.
func (s *Staff) taken(e entry) []string {
	var faults []string
	for _, c := range s.all {
		if c.ID == e.ID && e.ID != "" {
			faults = append(faults, "the id is taken by an entry before it")
		}
		if c.Login == e.Login && e.Login != "" {
			faults = append(faults, fmt.Sprintf("the login %q is taken by %q", e.Login, c.ID))
		}
		if c.Slack == e.Slack && e.Slack != "" {
			faults = append(faults, fmt.Sprintf("the slack account is taken by %q", c.ID))
		}
		if strings.EqualFold(c.OIDC, e.OIDC) && e.OIDC != "" {
			faults = append(faults, fmt.Sprintf("the oidc name is taken by %q", c.ID))
		}
	}
	return faults
}

// memberID: Slack's ids begin with U or W and have capitals and digits only.
func memberID(id string) bool {
	return len(id) >= 2 && (id[0] == 'U' || id[0] == 'W') && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func plain(id string) bool {
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return id != ""
}

// Room names the room in which a queue's cases are shown: as the file groups them, by queue or else by
// structure, and otherwise after the queue itself.
func (s *Staff) Room(queue bot.QueueName) string {
	structure, _, _ := strings.Cut(string(queue), "/")
	for _, name := range []string{string(queue), structure} {
		if room, is := s.rooms[name]; is {
			return room
		}
	}
	return strings.ReplaceAll(strings.ToLower(string(queue)), "/", "-")
}

func roomName(s string) bool { return plain(s) && len(s) <= 80 }

// Check says which counsellors name a structure that the bundle does not have.
func (s *Staff) Check(known func(bot.StructureID) bool) error {
	var faults []error
	for i, c := range s.all {
		for _, id := range c.Structures {
			if !known(id) {
				faults = append(faults, fmt.Errorf("%s: counsellor %d (%q): the structure %q is unknown", s.name, i+1, c.ID, id))
			}
		}
	}
	return errors.Join(faults...)
}

// Trial is the staff of a trial run: two counsellors of the lead structure, of whom one may publish, one who
// leads it and supervises the dialog, and one who answers for all partners. They have no password; a link lets
// them in.
func Trial(lead bot.StructureID, partners ...bot.StructureID) *Staff {
	member := func(id bot.CounsellorID, name string, roles ...bot.Role) bot.Counsellor {
		return bot.Counsellor{ID: id, Name: name, Login: string(id), Structures: []bot.StructureID{lead}, Roles: roles}
	}
	s := &Staff{name: "trial", all: []bot.Counsellor{
		member("camille", "Camille", bot.RoleCounsellor),
		member("dominique", "Dominique", bot.RoleCounsellor, bot.RolePublisher),
		member("sacha", "Sacha", bot.RoleLead, bot.RoleSupervisor),
	}}
	if len(partners) > 0 {
		partner := member("morgan", "Morgan", bot.RoleCounsellor)
		partner.Structures = partners
		s.all = append(s.all, partner)
	}
	return s
}

// Demo is the staff of a trial in which everybody has an account in a made-up Slack.
func Demo(lead bot.StructureID, partners ...bot.StructureID) *Staff {
	s := Trial(lead, partners...)
	s.rooms = map[string]string{string(lead): string(lead)} // one room for all territories of the lead
	for i := range s.all {
		s.all[i].Slack = account(s.all[i].ID)
	}
	return s
}

// account is the member id of somebody in a made-up Slack.
func account(id bot.CounsellorID) string { return "U0" + strings.ToUpper(string(id)) }

// Counsellor finds one by id, or answers bot.ErrNotFound.
func (s *Staff) Counsellor(_ context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	return s.find(func(c bot.Counsellor) bool { return c.ID == id })
}

// ByLogin finds one by what they type to sign in, or answers bot.ErrNotFound.
func (s *Staff) ByLogin(_ context.Context, login string) (bot.Counsellor, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	return s.find(func(c bot.Counsellor) bool { return c.Login != "" && c.Login == login })
}

// All returns everybody, as the file has them.
func (s *Staff) All(context.Context) ([]bot.Counsellor, error) {
	all := make([]bot.Counsellor, len(s.all))
	for i, c := range s.all {
		all[i] = own(c)
	}
	return all, nil
}

func (s *Staff) find(is func(bot.Counsellor) bool) (bot.Counsellor, error) {
	i := slices.IndexFunc(s.all, is)
	if i < 0 {
		return bot.Counsellor{}, bot.ErrNotFound
	}
	return own(s.all[i]), nil
}

// own keeps a caller who changes the lists of a counsellor from changing the staff.
func own(c bot.Counsellor) bot.Counsellor {
	c.Structures, c.Roles = slices.Clone(c.Structures), slices.Clone(c.Roles)
	return c
}
