package studio

import "frontdesk/bot/change"

// navigation is what the studio has, in the order of a supervisor's work.
func (s *Studio) navigation(p page) []section {
	faults := section{Path: "/studio/controles", Label: "Contrôles", Group: "Vérifier"}
	if c := p.Checked; c != nil {
		if faults.Count = c.Errors(); faults.Count > 0 {
			faults.Alarm = true
		} else {
			faults.Count = c.Warnings()
		}
	}
	sections := []section{
		{Path: "/studio/", Label: "Parcours", Group: "Le dialogue"},
		{Path: "/studio/tables", Label: "Tables"},
		{Path: "/studio/fiches/" + reasonsKind, Label: "Raisons"},
		{Path: "/studio/traductions", Label: "Traductions"},
	}
	for i, k := range recordKinds() {
		if k.ID == reasonsKind {
			continue
		}
		here := section{Path: "/studio/fiches/" + k.ID, Label: k.Title}
		if i == 0 {
			here.Group = "Les fiches"
		}
		sections = append(sections, here)
		if k.ID == "territories" {
			sections = append(sections, section{Path: settingsPath, Label: "Réglages"})
		}
	}
	sections = append(sections, faults,
		section{Path: "/studio/essai", Label: "Essai"},
		section{Path: "/studio/tests", Label: "Tests", Count: s.failing(p.Checked), Alarm: true},
		section{Path: "/studio/publier", Label: "Relire et publier", Group: "Mettre en ligne", Count: s.changed(p)},
		section{Path: "/studio/versions", Label: "Versions"},
		section{Path: "/studio/bulletin", Label: "Bulletin d'urgence"},
		section{Path: "/studio/journal", Label: "Journal", Group: "Suivre"},
	)
	if s.reading != nil {
		sections = append(sections, section{Path: "/studio/frequentation", Label: "Fréquentation"})
	}
	if may(p.Me, administer) {
		sections = append(sections, section{Path: "/studio/comptes", Label: "Comptes"})
	}
	return append(sections, section{Path: "/studio/aide", Label: "Aide"})
}

// changed counts the records of the draft that are not live yet.
func (s *Studio) changed(p page) int {
	if p.State == nil {
		return 0
	}
	return change.Records(s.differs(p.State.Draft))
}

// said is what is told after something was done, by its word in the address.
func said(what string) string {
	switch what {
	case "enregistre":
		return "C'est enregistré dans le brouillon. Rien n'est publié."
	case "fichier":
		return "Le fichier est enregistré dans le brouillon. Rien n'est publié."
	case "annule":
		return "C'est annulé."
	case "test":
		return "Le test est enregistré. Il sera publié avec le parcours."
	case "rejoue":
		return "Tous les tests sont rejoués."
	case "accepte":
		return "Le test dit maintenant ce qui est dit."
	case "test-renomme":
		return "Le test est renommé."
	case "test-retire":
		return "Le test est supprimé."
	case "incomplet":
		return "C'est enregistré, sauf la ligne à ajouter : elle n'est pas complète."
	case "choisir":
		return "Choisissez maintenant les valeurs, puis enregistrez."
	case "verifiee":
		return "La carte est vérifiée. Voici la suivante."
	case "retabli":
		return "C'est rétabli."
	}
	return saidOfPublishing(what)
}
