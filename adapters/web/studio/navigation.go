package studio

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
	all := []section{
		{Path: "/studio/", Label: "Parcours", Group: "Le dialogue"},
		faults,
	}
	if s.reading != nil {
		all = append(all, section{Path: "/studio/frequentation", Label: "Fréquentation", Group: "Suivre"})
	}
	return all
}

// said is what is told after something was done, by its word in the address.
func said(what string) string {
	switch what {
	case "enregistre":
		return "C'est enregistré dans le brouillon. Rien n'est publié."
	case "annule":
		return "C'est annulé."
	case "retabli":
		return "C'est rétabli."
	}
	return ""
}
