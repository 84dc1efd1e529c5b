package desk_test

import (
	"bufio"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

const number = "OR-7F3K-9Q2M-4"

func TestWhoIsNotSignedInIsSentToTheEntrance(t *testing.T) {
	r := open(t)
	r.waits(number, nil)
	bare := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		method, path, accept string
		status               int
		to                   string
	}{
		{"GET", "/desk/", "text/html", http.StatusSeeOther, "/desk/entree"},
		{"GET", "/desk/cases/" + number, "text/html", http.StatusSeeOther, "/desk/entree?vers=%2Fdesk%2Fcases%2F" + number},
		{"GET", "/desk/events", "text/event-stream", http.StatusUnauthorized, ""},
		{"POST", "/desk/next", "text/html", http.StatusUnauthorized, ""},
		{"POST", "/desk/cases/" + number + "/claim", "text/html", http.StatusUnauthorized, ""},
	} {
		request, _ := http.NewRequestWithContext(t.Context(), c.method, r.server.URL+c.path, nil)
		request.Header.Set("Accept", c.accept)
		answer, err := bare.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.status || answer.Header.Get("Location") != c.to {
			t.Errorf("%s %s: %d to %q, want %d to %q", c.method, c.path, answer.StatusCode, answer.Header.Get("Location"), c.status, c.to)
		}
	}
	if n := len(r.Inputs(r.cases[number])); n != 0 {
		t.Errorf("%d inputs came from nobody", n)
	}
}

// A counsellor of another structure gets what a number that nobody has gets, byte for byte.
func TestTheWallGivesNoHint(t *testing.T) {
	r := open(t)
	r.waits(number, nil)
	yann := r.as("yann")
	const none = "OR-2222-2222-2"
	for _, verb := range []string{"", "claim", "reply", "takeback", "note", "release", "transfer", "accept", "refuse", "promise", "finish", "procedure", "invite", "misroute", "dossier.json"} {
		ask := func(dossier string) (int, string) {
			path := "/desk/cases/" + dossier
			switch verb {
			case "":
				return yann.get(path)
			case "dossier.json":
				return yann.get(path + "/" + verb)
			}
			return yann.post(path+"/"+verb, url.Values{"idem": {"12345678"}, "text": {"x"}, "outcome": {"answered"}, "do": {"open"}, "reason": {"other"}})
		}
		status, body := ask(number)
		noneStatus, noneBody := ask(none)
		if status != http.StatusNotFound || status != noneStatus || body != noneBody {
			t.Errorf("%q: %d for a case behind the wall, %d for none; same page: %v", verb, status, noneStatus, body == noneBody)
		}
	}
	if _, list := yann.get("/desk/"); strings.Contains(list, number) {
		t.Error("the list shows a case of another structure")
	}
	if n := len(r.Inputs(r.cases[number])); n != 0 {
		t.Errorf("%d inputs came through the wall", n)
	}
}

func TestColleaguesSeeTheCardAndNotTheWords(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille, dominique, sacha := r.as("camille"), r.as("dominique"), r.as("sacha")
	if err := r.Hear(id, "m0", "je suis perdu"); err != nil {
		t.Fatal(err)
	}
	if got := camille.does(number, "claim"); got != "C'est à vous." {
		t.Fatalf("Camille was told %q", got)
	}
	for _, c := range []struct {
		name  string
		who   someone
		words bool
	}{{"owner", camille, true}, {"colleague", dominique, false}, {"lead", sacha, true}} {
		status, body := c.who.get("/desk/cases/" + number)
		if status != http.StatusOK || strings.Contains(body, "je suis perdu") != c.words || strings.Contains(body, "02 61 91 00 42") != c.words {
			t.Errorf("%s: %d, words and number shown %v and %v, want %v", c.name, status, strings.Contains(body, "je suis perdu"), strings.Contains(body, "02 61 91 00 42"), c.words)
		}
		if strings.Contains(body, string(id)) {
			t.Errorf("%s: the page shows the conversation's own id", c.name)
		}
	}
	for _, c := range []struct {
		who  someone
		verb string
		args []string
	}{
		{dominique, "reply", []string{"text", "bonjour"}}, {dominique, "note", []string{"text", "x"}}, {dominique, "release", nil},
		{dominique, "finish", []string{"outcome", "answered"}}, {dominique, "procedure", []string{"do", "open"}},
		{sacha, "reply", []string{"text", "bonjour"}}, {sacha, "finish", []string{"outcome", "answered"}},
	} {
		if got := c.who.does(number, c.verb, c.args...); got != "Ce dossier n'est pas à vous." {
			t.Errorf("%s by somebody else: %q", c.verb, got)
		}
	}
	if got := len(r.Inputs(id)); got != 2 {
		t.Errorf("%d inputs, want what the person said and one claim", got)
	}
}

// What a person said on another day may be gone when they are handed over: the brief has their answers.
func TestCaseWhoseWordsHaveGoneCanBeWorkedOn(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	if err := r.Hear(id, "m0", "je suis perdu"); err != nil {
		t.Fatal(err)
	}
	r.Expire(id)
	for _, verb := range [][]string{{"claim"}, {"reply", "text", "Bonjour, je suis Camille."}} {
		status, body := camille.get("/desk/cases/" + number)
		if status != http.StatusOK || strings.Contains(body, "je suis perdu") {
			t.Errorf("before %s: %d", verb[0], status)
		}
		if got := camille.does(number, verb[0], verb[1:]...); strings.Contains(got, "erreur") || got == "" {
			t.Errorf("%s: %q", verb[0], got)
		}
	}
	if status, body := camille.get("/desk/cases/" + number); status != http.StatusOK || !strings.Contains(body, "Bonjour, je suis Camille.") {
		t.Errorf("%d\n%s", status, body)
	}
}

func TestASupervisorAloneReadsNobodysCase(t *testing.T) {
	r := open(t)
	r.waits(number, nil)
	plume := r.as("plume")
	for path, want := range map[string]int{"/desk/": http.StatusNotFound, "/desk/cases/" + number: http.StatusForbidden, "/desk/events": http.StatusForbidden} {
		if status, body := plume.get(path); status != want || strings.Contains(body, number) {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestAnotherSiteCannotAct(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://ailleurs.example"}, {"Origin": "null"},
	} {
		for _, path := range []string{"/desk/cases/" + number + "/claim", "/desk/next", "/desk/sortie"} {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, r.server.URL+path, strings.NewReader("idem=12345678"))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for name, value := range headers {
				request.Header.Set(name, value)
			}
			if status, _ := camille.send(request); status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", path, headers, status)
			}
		}
	}
	if n := len(r.Inputs(id)); n != 0 {
		t.Errorf("%d inputs came from another site", n)
	}
}

// Two counsellors press « Prendre » in the same instant: one is told that it is theirs, the other who
// was first and when.
func TestAClaimHasOneWinner(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	told := make(map[string]string)
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, who := range map[string]someone{"Camille": r.as("camille"), "Dominique": r.as("dominique"), "Sacha": r.as("sacha")} {
		all.Go(func() {
			got := who.does(number, "claim", "idem", rand.Text())
			mu.Lock()
			defer mu.Unlock()
			told[name] = got
		})
	}
	all.Wait()
	var winner string
	for name, got := range told {
		if got == "C'est à vous." {
			if winner != "" {
				t.Errorf("both %s and %s won", winner, name)
			}
			winner = name
		}
	}
	for name, got := range told {
		if name != winner && !strings.HasPrefix(got, winner+" l'a pris à ") {
			t.Errorf("%s was told %q, %s won", name, got, winner)
		}
	}
	head, _ := r.Head(t.Context(), id)
	if winner == "" || head.Session.Case.OwnerName != winner {
		t.Errorf("%q won, %q owns it", winner, head.Session.Case.OwnerName)
	}
}

// Many press « Prendre la suivante » at once: nobody is left empty-handed while cases wait, and no
// case has two owners.
func TestNextGivesEachACase(t *testing.T) {
	r := open(t)
	for _, n := range []string{"OR-AAAA-AAAA-2", "OR-BBBB-BBBB-2", "OR-CCCC-CCCC-2"} {
		r.waits(n, nil)
	}
	var all sync.WaitGroup
	for _, who := range []someone{r.as("camille"), r.as("dominique"), r.as("sacha")} {
		all.Go(func() {
			// Each browser names its own sending.
			if status, _ := who.post("/desk/next", url.Values{"idem": {rand.Text()}}); status != http.StatusOK {
				t.Errorf("next: %d", status)
			}
		})
	}
	all.Wait()
	cards, _ := r.Cards(t.Context())
	owners := make(map[bot.CounsellorID]int)
	for _, c := range cards {
		owners[c.Owner]++
	}
	if len(owners) != 3 || owners[""] != 0 {
		t.Errorf("owners: %v", owners)
	}
}

func TestWordsAreNeverLogged(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	_ = r.Hear(id, "m1", "secret-de-la-personne")
	camille.does(number, "reply", "text", "secret-de-camille")
	camille.does(number, "note", "text", "secret-de-la-note")
	camille.does(number, "transfer", "to", "cio-rennes", "text", "secret-du-motif", "consent", "oui")
	r.Sleep(true)
	camille.get("/desk/cases/" + number)
	camille.does(number, "reply", "text", "secret-perdu")
	log := r.log.String()
	if !strings.Contains(log, "verb=reply") || !strings.Contains(log, "level=WARN") {
		t.Fatalf("the log is not the one that is looked at:\n%s", log)
	}
	for _, leak := range []string{"secret", "jeton", "02 61", "Anna", string(id), "127.0.0.1"} {
		if strings.Contains(log, leak) {
			t.Errorf("%q stands in the log:\n%s", leak, log)
		}
	}
}

func TestEventsTellThatSomethingChanged(t *testing.T) {
	r := open(t)
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.server.URL+"/desk/events?dossier="+number, nil)
	answer, err := camille.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	told := make(chan string)
	go func() {
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if what, is := strings.CutPrefix(lines.Text(), "data: "); is {
				told <- what
			}
		}
		close(told)
	}()
	heard := make(map[string]int)
	wait := func(want string, times int) {
		t.Helper()
		for after := time.After(4 * time.Second); heard[want] < times; {
			select {
			case got := <-told:
				if strings.Contains(got, "secret") {
					t.Fatalf("the stream carries words: %s", got)
				}
				heard[got]++
			case <-after:
				t.Fatalf("never told %s", want)
			}
		}
	}
	// What the page may have missed while it was loading.
	wait(`{"what":"list"}`, 1)
	wait(`{"what":"case"}`, 1)
	_ = r.Hear(id, "m1", "secret")
	wait(`{"what":"case"}`, 2)
	r.waits("OR-BBBB-BBBB-2", nil)
	wait(`{"what":"list"}`, 2)
}
