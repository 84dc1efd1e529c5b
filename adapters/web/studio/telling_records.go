package studio

import "frontdesk/bot/flow"

// ofRecords are the faults whose sentence names what is wrong and nothing else: names, records, and what is written
// otherwise than it reads.
func ofRecords() map[flow.Code]string {
	return map[flow.Code]string{
		// names
		flow.NoTable:        "La table {0} n'existe pas.",
		flow.NoCard:         "La carte {0} n'existe pas.",
		flow.NoFlow:         "Le parcours {0} n'existe pas.",
		flow.NoReason:       "La raison {0} n'existe pas.",
		flow.NoNetwork:      "Le réseau {0} n'existe pas.",
		flow.NoStructure:    "La structure {0} n'existe pas.",
		flow.NoAnswer:       "La réponse {0} n'existe dans aucun parcours.",
		flow.NoMobile:       "La réponse {nom 0} ne reçoit pas de SMS : il faut un numéro de mobile.",
		flow.NoQueue:        "Les horaires {0} n'existent pas.",
		flow.NotKnown:       "{0} n'est ni une réponse ni une donnée connue.",
		flow.NoColumn:       "La colonne {1} n'est ni une réponse ni une donnée connue.",
		flow.NoNumber:       "{1} n'est pas parmi les numéros d'urgence.",
		flow.NoNumberInText: "Le texte donne le numéro {1}, qui n'est pas parmi les numéros d'urgence.",
		flow.NoSuchDanger:   "Le danger {1} n'existe pas.",
		flow.NotServed:      "Le territoire {0} n'est pas dans la région.",
		flow.NoCommune:      "La commune {0} n'existe pas.",
		flow.NoDepartement:  "{0} n'est pas un code de département : écrivez 35, 2A ou 974.",
		flow.NoPlaceholder:  "Aucune réponse ni donnée ne s'appelle {0} : rien ne remplacerait ces accolades.",
		flow.BadBrace:       "Les accolades vont par deux, autour d'un nom : {service}.",

		// records
		flow.NoLead:           "Aucune structure n'est l'accueil régional : cochez « Accueil régional » dans l'une d'elles.",
		flow.TwoLeads:         "Deux structures sont l'accueil régional ({structure 0} et {structure 1}) : il en faut une seule.",
		flow.ExpiresFirst:     "La date « À revoir avant le » vient avant la vérification du {jour 1} : donnez une date plus tardive.",
		flow.EndsFirst:        "Cette convention finit avant de commencer : changez « Du » ou « Au ».",
		flow.OwnFallback:      "Cette structure ne peut pas se remplacer elle-même : retirez-la de la liste.",
		flow.Numberless:       "Écrivez un numéro au moins : ce danger n'en donnerait aucun.",
		flow.Wordless:         "Écrivez des mots : sans eux, ce danger ne serait jamais reconnu.",
		flow.EmptyTerritory:   "Ce territoire est vide : ajoutez des communes ou des départements.",
		flow.NoTerritory:      "La région n'a aucun territoire : ajoutez-en un.",
		flow.TakenDepartement: "Le département {brut 0} est déjà dans le territoire {1} : retirez-le de l'un des deux.",
		flow.TakenCommune:     "La commune {brut 0} ({brut 1}) est déjà dans le territoire {2} : retirez-la de l'un des deux.",
		flow.NoBusy:           "« Affluence » ne sert que si le service dit à partir de combien de personnes en attente.",
		flow.TwinFlow:         "Deux parcours ont le même nom, {0} : renommez l'un des deux.",
		flow.TwinAnswer:       "Deux réponses ont le même nom, {0} : renommez l'une des deux.",
		flow.TakenRole:        "La réponse {nom 1} a déjà ce rôle : un rôle, une réponse.",
		flow.StrayCommands:    "Les commandes ne se mettent que dans le premier parcours, {0}.",
		flow.StrayThen:        "« Ensuite » va avec l'effet « passer une personne », et seulement avec lui.",
		flow.TwinKey:          "Les commandes {0} et {1} ont la même touche, {2} : changez l'une des deux.",
		flow.StrayReturn:      "« Revenir » n'a pas de sens ici : aucun parcours n'a appelé celui-ci. Choisissez une autre étape.",
		flow.NoQuestion:       "Cette boucle ne pose aucune question et ne finirait jamais : {brut 0}.",
		flow.CallsItself:      "Le parcours {0} finit par se jouer lui-même : jouez-en un autre ici.",
		flow.EmptyCondition:   "Cette condition est vide : elle serait toujours vraie. Ajoutez une réponse à regarder, ou retirez ce qui en dépend.",
		flow.VariantName:      "Un autre texte ne peut pas s'appeler {0} : retirez-le, puis ajoutez-le de nouveau.",

		// what is written otherwise than it reads
		flow.Misread:      "{0} serait lu comme {brut 1}, et non comme un texte.",
		flow.UnquotedName: "Le nom {0} serait lu comme {brut 1}, et non comme un nom.",
		flow.Unquoted:     "{brut 0} est écrit sans guillemets dans le fichier : le texte serait mal lu.",
		flow.ColonInText:  "Ce texte contient un deux-points, sans guillemets dans le fichier : il serait mal lu.",
		flow.CutText:      "Le texte s'arrête après {brut 0} : dans le fichier, un # cache la suite. Récrivez-le en entier.",
		flow.BadSign:      "Un texte qui commence par {0} se met entre guillemets.",
		flow.Unparsed:     "Cette ligne, ou celle d'avant, ne se lit pas. Vérifiez les retraits (deux espaces par niveau), les deux-points et les guillemets.",
		flow.Shapeless:    "Ce fichier ne contient pas de lignes « nom: valeur ».",
		flow.KeyTwice:     "{champ 0} est écrit deux fois, la première à la ligne {brut 1} : retirez l'une des deux.",
	}
}
