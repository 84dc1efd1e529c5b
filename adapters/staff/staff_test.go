package staff_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"frontdesk/adapters/staff"
	"frontdesk/bot"
)

// hash has no key.
const hash = "$argon2id$v=19$m=8192,t=1,p=1$c2VsZGV0ZXN0MTIzNA$"

func TestLoad(t *testing.T) {
	full := staff.Hash("bonjour")
	s, err := staff.Load("staff.json", []byte(`{"counsellors":[
		{"id":"anna","name":"Anna","login":"anna","password":"`+full+`","structures":["lead","vannes"],"roles":["counsellor","lead"],"capacity":4,"slack":"U1","phone":"+33261910042"},
		{"id":"bob","name":"Bob","structures":["lead"],"roles":["counsellor"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	anna := bot.Counsellor{ID: "anna", Name: "Anna", Login: "anna", Password: full, Structures: []bot.StructureID{"lead", "vannes"},
		Roles: []bot.Role{bot.RoleCounsellor, bot.RoleLead}, Capacity: 4, Slack: "U1", Phone: "+33261910042"}
	got, err := s.ByLogin(t.Context(), " ANNA ")
	if err != nil || !reflect.DeepEqual(got, anna) {
		t.Errorf("got %+v, %v", got, err)
	}
	got.Structures[0] = "changed"
	if again, _ := s.Counsellor(t.Context(), "anna"); !reflect.DeepEqual(again, anna) {
		t.Error("a caller changed the staff")
	}
	// Bob has no login: the empty one is not his.
	for _, login := range []string{"", "bob", "nobody"} {
		if _, err := s.ByLogin(t.Context(), login); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("login %q: %v", login, err)
		}
	}
	if _, err := s.Counsellor(t.Context(), ""); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("no id: %v", err)
	}
	want := `staff.json: counsellor 1 ("anna"): the structure "vannes" is unknown`
	if err := s.Check(func(id bot.StructureID) bool { return id == "lead" }); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFaultsAreToldAllAtOnce(t *testing.T) {
	_, err := staff.Load("s.json", []byte(`{"counsellors":[
		{"id":"anna","name":"Anna","login":"anna","structures":["lead"],"roles":["counsellor"]},
		{"id":"anna","name":"","login":"anna","password":"clair","structures":[""],"roles":["chef"],"capacity":-1},
		{"id":"Bob!","name":"Bob","login":"Bob","structures":[],"roles":["counsellor"]},
		{"id":"c","name":"C","structures":["lead"],"roles":[],"password":"x"},
		{"id":"d","name":"D","structures":["lead"],"roles":["lead"],"couleur":"bleu"}]}`))
	want := `s.json: counsellor 2 ("anna"): the name is missing: people see it
s.json: counsellor 2 ("anna"): a structure's id is empty
s.json: counsellor 2 ("anna"): the role "chef" is unknown: counsellor, lead, supervisor, reader, translator, coordinator, editor, publisher, admin
s.json: counsellor 2 ("anna"): the capacity is negative; 0 means no limit
s.json: counsellor 2 ("anna"): the password: not an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$…$…)
s.json: counsellor 2 ("anna"): the id is taken by an entry before it
s.json: counsellor 2 ("anna"): the login "anna" is taken by "anna"
s.json: counsellor 3 ("Bob!"): the id must be made of a-z, 0-9, - and _
s.json: counsellor 3 ("Bob!"): the login must be in lower case, without spaces around it
s.json: counsellor 3 ("Bob!"): a counsellor needs at least one structure
s.json: counsellor 4 ("c"): there is a password, but no login
s.json: counsellor 4 ("c"): there is no role: counsellor, lead, supervisor, reader, translator, coordinator, editor, publisher, admin
s.json: counsellor 4 ("c"): the password: not an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$…$…)
s.json: counsellor 5 ("d"): json: unknown field "couleur"`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for _, text := range []string{"", "[]", `{"counsellors":[]}`, `{"people":[]}`, `{"counsellors":[{}]} {}`} {
		if _, err := staff.Load("s.json", []byte(text)); err == nil {
			t.Errorf("%q was taken for a staff", text)
		}
	}
	if _, err := staff.Open("/nowhere/staff.json"); err == nil || !strings.HasPrefix(err.Error(), "read the staff: ") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	one, two := staff.Hash("soleil d'été"), staff.Hash("soleil d'été")
	if one == two {
		t.Error("the salt is not new each time")
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the cost is not the documented one: %s", one)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{one, "soleil d'été", true}, {two, "soleil d'été", true}, {one, "Soleil d'été", false}, {one, "", false},
		{"", "", false}, {"", "x", false}, {one[:len(one)-3], "soleil d'été", false}, {"soleil", "soleil", false},
		{strings.Replace(one, "m=19456", "m=999999999", 1), "soleil d'été", false},
		{strings.Replace(one, "t=2", "t=0", 1), "soleil d'été", false}, {hash, "bonjour", false},
	} {
		if got := staff.Verify(c.hash, c.password); got != c.want {
			t.Errorf("%q with %q: %v", c.hash, c.password, got)
		}
	}
}

func TestTrial(t *testing.T) {
	all, err := staff.Trial("accueil").All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in := []bot.StructureID{"accueil"}
	want := []bot.Counsellor{
		{ID: "camille", Name: "Camille", Login: "camille", Structures: in, Roles: []bot.Role{bot.RoleCounsellor}},
		{ID: "dominique", Name: "Dominique", Login: "dominique", Structures: in, Roles: []bot.Role{bot.RoleCounsellor, bot.RolePublisher}},
		{ID: "sacha", Name: "Sacha", Login: "sacha", Structures: in, Roles: []bot.Role{bot.RoleLead, bot.RoleSupervisor}},
	}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("got %+v", all)
	}
	for _, c := range all {
		if staff.Verify(c.Password, "") {
			t.Errorf("%s gets in with no password", c.ID)
		}
	}
}

// An unknown login must not answer sooner than a wrong password.
func BenchmarkVerify(b *testing.B) {
	known := staff.Hash("x")
	for name, h := range map[string]string{"known": known, "unknown": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				staff.Verify(h, "y")
			}
		})
	}
}
