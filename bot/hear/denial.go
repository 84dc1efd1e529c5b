package hear

// denies says that the token at i denies something by itself: "pas", or "plus"
// with its "ne". Not so beside a verb that fails ("je ne trouve pas de stage"
// asks for one) nor before a restriction ("pas seulement").
func (r *reading) denies(i int) bool {
	t := &r.tokens[i]
	switch {
	case t.is(denial):
		return !r.excused(i)
	case t.is(nomore):
		return r.partnered(i) && !r.excused(i)
	}
	return false
}

func (r *reading) excused(i int) bool {
	if i > 0 && !r.tokens[i].pause && (r.tokens[i-1].is(failing) || r.asks(i-1)) {
		return true
	}
	if i+1 == len(r.tokens) {
		return false
	}
	if r.tokens[i+1].is(failing) {
		return true // "j'ai pas trouvé de stage"
	}
	switch r.tokens[i+1].text {
	case "que", "qu", "seulement", "uniquement", "mal", "only", "just":
		return true
	}
	return false
}

// asks says that the verb at i asks somebody for something, denied or not: "tu peux pas me passer…".
func (r *reading) asks(i int) bool {
	switch r.tokens[i].text {
	case "peux", "pouvez", "pourriez", "pourrais":
		return i > 0 && (r.tokens[i-1].text == "tu" || r.tokens[i-1].text == "vous")
	}
	return false
}

// partnered says that a "ne" stands shortly before i, in the same clause.
func (r *reading) partnered(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		if r.tokens[k].is(partner) {
			return true
		}
		if r.tokens[k+1].pause {
			return false
		}
	}
	return false
}

// reach is how many words a denial reaches forward in an answer.
const reach = 5

// refused says that a mention stands denied in an answer: "je ne suis pas
// salarié", "salarié, non", "ni salarié". In doubt it does.
func (r *reading) refused(m mention) bool {
	return m.denied || r.deniedBefore(m) || r.deniedAfter(m)
}

func (r *reading) deniedBefore(m mention) bool {
	if r.tokens[m.start].is(turning) {
		return false // it opens its own clause: "pas étudiant je travaille"
	}
	near := true // nothing but small words so far
	for k := m.start - 1; k >= 0 && k >= m.start-reach; k-- {
		t := &r.tokens[k]
		if r.tokens[k+1].pause {
			return false
		}
		switch {
		case r.denies(k):
			return true
		case t.is(nomore) && near && k > 0 && r.tokens[k-1].is(auxiliary):
			return true // "je suis plus au lycée", without its "ne"
		case t.is(lacking) && m.start-k <= 3:
			return true
		case t.is(turning), t.text == "c":
			return false // "il répond pas c'est inadmissible"
		}
		near = near && t.is(article|possessive|preposition|filler)
	}
	return false
}

// deniedAfter reads "je travaille pas", "je ne travaille plus", "salarié non".
func (r *reading) deniedAfter(m mention) bool {
	k := m.end
	if k == len(r.tokens) || m.denies {
		return false
	}
	t := &r.tokens[k]
	if t.text == "non" {
		return r.closes(k + 1)
	}
	if t.pause || !t.is(denial|nomore) || r.excused(k) {
		return false
	}
	if r.partnered(m.start) || r.partnered(k) {
		return true
	}
	return t.is(denial) && (m.person || r.closes(k+1))
}

// closes says that the clause is over at k, but for fillers.
func (r *reading) closes(k int) bool {
	for ; k < len(r.tokens); k++ {
		if r.tokens[k].pause {
			return true
		}
		if !r.tokens[k].is(filler|courteous) && r.tokens[k].text != "du" {
			return false
		}
	}
	return true
}

// disowned says that a mention of danger stands denied. Only a denial that
// touches it counts ("pas envie de mourir"): a false alarm costs one sentence,
// a missed one costs a person.
func (r *reading) disowned(m mention) bool {
	if m.denied {
		return true
	}
	if k := m.end; k < len(r.tokens) && !r.tokens[k].pause && !m.denies && r.denies(k) {
		if r.partnered(k) || m.person && r.closes(k+1) {
			return true // "il ne me frappe plus", "il me frappe pas"
		}
	}
	for k := m.start - 1; k >= 0 && k >= m.start-reach-1; k-- {
		t := &r.tokens[k]
		if r.tokens[k+1].pause {
			return false
		}
		switch {
		case r.denies(k):
			return !r.doubled(k)
		case t.is(lacking):
			return t.text != "non" && t.text != "nan" && t.text != "no"
		case !t.is(article | possessive | preposition | filler | carrying):
			return false
		}
	}
	return false
}

// doubled says that another denial stands before the one at k, so that the two
// affirm: "je n'arrive pas à ne pas y penser".
func (r *reading) doubled(k int) bool {
	for j := k - 1; j >= 0 && j >= k-reach; j-- {
		if r.tokens[j].is(denial) {
			return true
		}
	}
	return false
}
