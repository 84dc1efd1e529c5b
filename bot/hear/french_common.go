package hear

// frenchCommon are ordinary words: whoever writes one means it, and has not mistyped another. Written folded.
const frenchCommon = "adresse ainsi ajouter allemand allemande aller allez allons alors ami amie amis anglais anglaise annee annees aout appartement appeler " +
	"appelez appelle arabe argent arrive arrivent arriver aucune aurait auront autant autour avaient avait avance avancer avion avril bas bateau " +
	"beau bebe belle bientot blanc bleu boire bois bon bonne bonnes bons bouche bras bus cadeau cadence caisse calme campagne canape cantine " +
	"capable capital captif caractere carnet carte cartes cause celle celui ceux chacun chaise chambre chance change changer chant chanter " +
	"chantier chapeau chaque charme chat chaud chaude chemin cheminee cher cherche chercher chere chers cheval chevaux chien chinois chose choses " +
	"classe coeur commence commencent commencer compte comptent compter conduire conduit conduite conge congele conges conseil conseils conserver " +
	"content contente continue continuer contre copain copine corps coudre couler couleur couloir courir courrier court courte courtes courts " +
	"couru cousin cousine couvert couvrir croire crois croit cuisine cuisson cuivre culture curieux decembre demain depart departs depose deposer " +
	"depot depuis derriere dessous dessus devant devenir devenu devenue devoir devrais devrait difficile dimanche dire disait disent dites dois " +
	"doit doivent donc dormir dort dos dossier dossiers durant encore ensuite entre entree entrent entrer entretien envers environ envoie envoyer " +
	"espagnol espagnole essaie essaye essayer etage etaient etait etape etat etats etre etude etudes euro euros eux exemple exercer exercice " +
	"exercices experience experiences experimente explication explications explique expliquer facile faire fais fait faite faits fallait famille " +
	"fatigue fatiguee faudrait femme femmes fenetre fera ferait ferme fermee fermer fete feu feuille fevrier fievre figure fille filles film fils " +
	"fini finie finir finit font foot frere garage garcon garde gardent garder gare gens gere gerer geste gestion grand grande grandes grands " +
	"gratuit gros grosse haut heure heures hier homme hommes important importante impossible italien italienne jambe janvier jaune jeter jette " +
	"jeu jeudi jeune jeunes jeux jour jours juillet juin jusque juste laisse laisser laissez lance lancement lancer langue langues laquelle large " +
	"lequel lettre lettres leve lever livre livres loin longer longtemps longue lors lundi mai mail main mains maison maisons malade maladie " +
	"malgre mange manger marche marcher mardi mars matin mauvais mauvaise medecin meme memes merci mercredi mere message messages met mets mettre " +
	"midi mieux minute minutes mis mise moins mois moment monde mort morte mourir musique naissance naitre noir nombre notamment nouveau nouvelle " +
	"nouvelles novembre nuit numero octobre oeil paie papier papiers parce pareil parents parmi part parti partie partir partis partout passe " +
	"passent passer pates patience patient patron patrons patte pause pauvre paye payer pays peau peche peindre peine peinture pendant pensais " +
	"pense penser pere petit petite petites petits peuvent pied pieds place placer places plage plaine plaisir plan plante plat plein pleine " +
	"pluie plume plusieurs plutot portable porte porter portes portugais pose poser possible pourrais pourrait pourtant pouvoir premier premiere " +
	"prix prochain prochaine public publics publique puisque quant quartier quelque quelques question questions raconter realise realiser realite " +
	"recemment recent recente recevoir recherche recherches recois recu recue rentre rentree rentrer repondre reponse reponses reste restent " +
	"rester retour retourner retours rien rose rouge route rue russe sale salle salles salon samedi sang sante sauf selon semaine semaines semble " +
	"sembler septembre serait seront sert servir seul seule seuls sinon soeur soir sorte soudain soude soudeur soudure souvent sport stable stade " +
	"stagne station statut suffire suffit suivant suivre surtout table tandis tard telephone tellement temps tenir tete tiens tient tourne " +
	"tourner tous toutes train travers trouve trouvent trouver vague valeur valeurs valise vallee valoir vanne velo vendredi vendu vendue " +
	"vendus venir vente ventes venu venue verre vers verser version vert vertu veste vetement vetements vie vieille viennent viens vient vies " +
	"vieux village ville villes vit vivre voici voient voila voir vois voit voiture volontiers voyais vrai vraie vraiment yeux"
