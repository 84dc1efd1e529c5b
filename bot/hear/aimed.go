package hear

// aimed says that what begins at token i is not what somebody is, but what they
// want to become, learn or find: "devenir soudeur", "un CAP de coiffeuse", "je
// voudrais être infirmière", "le métier de facteur".
func (r *reading) aimed(i int) bool {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		if r.tokens[k+1].pause {
			return false
		}
		t := &r.tokens[k]
		switch t.text {
		case "etre", "be":
			return r.wished(k)
		case "passer", "futur", "future", "devenir", "redevenir", "deviendrai", "deviendrais", "devienne", "become", "becoming", "becomes":
			return true
		}
		if learned(t.text) {
			return !r.owned(k)
		}
		if !t.is(article) && t.text != "d" {
			return false
		}
	}
	return false
}

// learned names what leads to a trade, and what a trade is known by.
func learned(word string) bool {
	switch word {
	case "metier", "metiers", "profession", "formation", "formations", "diplome", "diplomes", "cap", "bep", "bts", "but", "dut", "bac", "licence", "master",
		"titre", "concours", "ecole", "ecoles", "etudes", "cursus", "examen", "vae", "certificat", "brevet",
		"poste", "postes", "emploi", "emplois", "boulot", "job", "jobs", "taf", "place", "places", "offre", "offres", "annonce", "annonces",
		"salaire", "salaires", "quotidien", "fiche", "debouches", "apprenti", "apprentie", "apprentissage", "stage", "alternance":
		return true
	}
	return false
}

// owned says that what leads to a trade is somebody's own already: "mon poste de soudeur", "j'occupe un
// emploi de standardiste".
func (r *reading) owned(k int) bool {
	for j := k - 1; j >= 0 && j >= k-3; j-- {
		t := &r.tokens[j]
		switch {
		case r.tokens[j+1].pause:
			return false
		case t.is(possessive), t.text == "occupe", t.text == "sur", t.text == "ai" && j+2 >= k:
			return true
		case !t.is(article):
			return false
		}
	}
	return false
}

// wished says that the "être" at k is a wish or a purpose: "je voudrais être", "pour être", "peut-on être".
func (r *reading) wished(k int) bool {
	for j := k - 1; j >= 0 && j >= k-3; j-- {
		switch r.tokens[j].text {
		case "pour", "voudrais", "voudrait", "veux", "veut", "veulent", "aimerais", "aimerait", "souhaite", "souhaiterais", "reve", "revais", "reverais",
			"peut", "peux", "puis", "espere", "compte", "faut", "comment", "envie", "to", "want", "d":
			return true
		}
	}
	return false
}
