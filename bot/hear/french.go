package hear

// french is written folded: without accents, in lower case.
var french = vocabulary{
	kinds: map[kind]string{
		article:     "le la les l un une des du de d",
		possessive:  "mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs",
		preposition: "a au aux en dans chez sur pour par avec vers",
		pronoun:     "je j tu t il elle on nous vous ils elles me m te se s moi toi lui y ce c ca cela qui que qu",
		auxiliary: "suis es est sommes etes sont ai as avons avez ont etre avoir veux veut voudrais voulais souhaite " +
			"souhaiterais aimerais desire vais va faut",
		courteous: "bonjour bonsoir salut coucou hello merci svp stp cordialement madame monsieur mme mr please",
		filler: "euh heu hum hmm bah ben bon alors donc voila enfin plutot vraiment juste tellement trop grave quoi hein " +
			"actuellement maintenant aussi encore simplement surement franchement clairement absolument toujours " +
			"desormais deja tout toute carrement totalement completement",
		denial:  "pas jamais aucunement nullement",
		lacking: "ni sans sauf non nan excepte hormis aucun aucune ex ancien ancienne etais etait",
		partner: "ne n",
		nomore:  "plus",
		turning: "mais je j car parce puisque donc sinon plutot maintenant desormais moi contre cependant pourtant",
		failing: "trouve trouves trouvons trouvez trouver arrive arrives arriver sais sait savoir connais connait connaitre " +
			"comprends comprend comprendre reussi reussis reussit reussir parviens parvient pourquoi",
		carrying: "me m te t se s en y a envie envies idee idees pensee pensees pense penser pensais songe parle parler intention " +
			"question besoin veux vais tout",
		aged: "a an ans annee annees age agee ages environ peu pres fils fille enfant garcon jeune jeunes ado vient viens avoir et " +
			"demi demie juste eleve frere soeur",
		real: "collegue collegues salaire salaires information informations demain apres avant parler passer passe " +
			"present presente dommage autres autre cadeau stade stades compte conte apprendre apprends charge charger " +
			"combien comment pourquoi quand toujours peux peut pouvez aurais serait serais avais avait etaient " +
			"marche marches mairie maison mission pension retard reprise surprise entreprendre parfois partir " +
			"venir tenir courir nourrir dormir mourir sourire ecouter couter coute cherche chercher change changer " +
			"chance chambre forme fermer ferme former alternative alternatif metro mettre maitre lettre " +
			"matin route doute toute donner donne donnees bonne femme homme jouer jour jours journee " +
			"demande commande comprendre prendre rendre vendre attendre entendre ecrire lire livre libre " + frenchCommon,
	},
	numbers: map[int16]string{
		0: "zero", 1: "un une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf",
		10: "dix", 11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize",
		17: "dixsept", 18: "dixhuit", 19: "dixneuf",
		20: "vingt vingts", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante",
		70: "septante", 80: "huitante octante", 90: "nonante", 100: "cent cents",
	},
	ordinals: map[int8]string{
		1: "premier premiere 1er 1ere 1re 1e", 2: "deuxieme second seconde 2e 2eme 2nd 2nde 2ieme",
		3: "troisieme 3e 3eme 3ieme", 4: "quatrieme 4e 4eme 4ieme", 5: "cinquieme 5e 5eme 5ieme",
		6: "sixieme 6e 6eme", 7: "septieme 7e 7eme", 8: "huitieme 8e 8eme", 9: "neuvieme 9e 9eme", 10: "dixieme 10e 10eme",
		-1: "dernier derniere",
	},
	// As written in text messages; "jveux" and its like are read by listener.glued.
	short: map[string]string{
		"jai": "j ai", "g": "j ai", "jen": "j en", "jy": "j y", "jetais": "j etais", "jarrive": "j arrive",
		"chui": "je suis", "chuis": "je suis", "jsui": "je suis", "jss": "je suis", "jveu": "je veux", "jpeu": "je peux", "jvai": "je vais",
		"jsp": "je sais pas", "veu": "veux", "sui": "suis", "pa": "pas", "ke": "que", "ki": "qui", "koi": "quoi",
		"cest": "c est", "sest": "s est", "nest": "n est", "nai": "n ai", "yapas": "y a pas",
		"qqn": "quelqu un", "qqun": "quelqu un", "quelquun": "quelqu un", "kelkun": "quelqu un", "pr": "pour", "ds": "dans",
		"pk": "pourquoi", "pcq": "parce que", "tjs": "toujours", "mtn": "maintenant", "bcp": "beaucoup", "avc": "avec", "vs": "vous",
		"bjr": "bonjour", "slt": "salut", "mrc": "merci", "dac": "d accord", "daccord": "d accord",
	},
}
