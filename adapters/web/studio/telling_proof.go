package studio

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
)

// A telling is what is wrong, and what to do about it, with the names of a fault in braces: see filled.
type telling struct{ Says, Fix string }

// ofProof are the findings of the proof.
func ofProof() map[flow.Code]telling {
	return map[flow.Code]telling{
		proof.Circling:       {"La conversation tourne en rond sans rien demander : {brut 0}.", "Faites mener l'une de ces étapes ailleurs."},
		proof.Stopped:        {"La conversation s'arrête ici sur une panne.", "Changez cette étape. Sinon, montrez le détail technique à qui installe le service."},
		proof.TooManyPaths:   {"Ce dialogue a trop de chemins pour être vérifié.", "Remplacez des conditions par une table, ou séparez des parcours."},
		proof.EmptyMenu:      {"Il peut ne rester aucun choix à cette question.", "Videz « Montré seulement si » d'un choix. Ou évitez cette question avec une condition."},
		proof.Unreached:      {"Aucune réponse ne mène à cette étape.", "Supprimez-la, ou faites-y mener une réponse."},
		proof.NeverOffered:   {"Le choix {choix 0} n'est jamais proposé : sa condition n'est jamais vraie ici.", "Changez « Montré seulement si », ou retirez ce choix."},
		proof.NeverAsked:     {"Cette question n'est jamais posée : sa réponse est toujours déjà connue.", "Supprimez-la, ou cochez « Redemander »."},
		proof.TableHole:      {"Aucune ligne ne prend ce cas : {brut 1}.", "Ajoutez une ligne pour ce cas, ou une dernière ligne qui prend tous les autres."},
		proof.RowByWords:     {"La ligne {brut 1} ne s'atteint qu'en écrivant des mots, jamais par les seuls choix.", "Faites-y mener un choix, ou retirez-la."},
		proof.RowHidden:      {"La ligne {brut 1} ne sert jamais : la ligne {brut 2} prend déjà tous ses cas.", "Mettez-la plus haut, ou retirez-la."},
		proof.RowUnreached:   {"La ligne {brut 1} ne sert jamais : aucune réponse n'y mène.", "Corrigez ses cases, ou retirez-la."},
		proof.ColumnNotAsked: {"La colonne {nom 1} n'est jamais demandée avant l'étape {étape 2}.", "Posez la question avant, ou retirez la colonne."},
		proof.Endless:        {"À partir d'ici, la conversation ne finit jamais.", "Faites mener une réponse à une fin, ou à une personne."},
		proof.Again:          {"{brut 0} peut revenir sans fin : {brut 1}.", "Faites mener l'une de ces réponses plus loin."},
		proof.AskedTwice:     {"L'étape {étape 0} a déjà demandé cela sur le même chemin.", "Décochez « Redemander », ou retirez l'une des deux questions."},
		proof.ManyQuestions:  {"{brut 0}. Celle-ci est la {brut 1}e.", "Retirez une question, ou posez-la plus tard."},
		proof.NoInformation:  {"On peut finir ici sans avoir reçu d'information.", "Donnez une carte ou une phrase avant la fin."},
		proof.NoNextStep:     {"On peut finir ici sans savoir quoi faire ensuite.", "Dites quoi faire : une démarche, un numéro, une adresse."},
		proof.NoContact:      {"On peut finir ici sans nom de structure ni moyen de joindre le service.", "Ajoutez {structure} ou {numero_service} dans un texte avant la fin."},
		proof.NotHandedOver:  {"Cette fin dit que la demande est transmise, mais rien n'a été transmis.", "Passez d'abord par un passage à une personne, ou changez l'issue."},
		proof.NumbersFirst:   {"Au téléphone, personne n'a répondu : les numéros d'urgence viennent avant toute autre proposition.", "Ajoutez {15}, {17} et {112} dans « Au téléphone » de l'étape suivante, dans chaque langue."},
		proof.FarFromPeople:  {"D'ici, une personne est à plus de deux messages{brut 0}.", "Faites mener la commande « passer une personne » à une étape qui le fait."},
		proof.CommandUnsaid:  {"Cette commande n'a aucun mot en {langue 1}.", "Traduisez ses mots."},
		proof.CommandTaken:   {"Le mot {1} de cette commande est entendu comme {2}.", "Retirez ce mot de l'une des deux commandes."},
		proof.CommandDeaf:    {"Cette commande n'est pas entendue aux questions libres : sa priorité est {brut 1}.", "Écrivez 60 au moins dans « Priorité »."},
		proof.NoKeyToPeople:  {"Au téléphone, la touche 0 ne mène à personne.", "Écrivez 0 dans « Touche du téléphone » de la commande « passer une personne »."},
		proof.DangerUnheard:  {"Aucun mot n'annonce ce danger en {langue 1}.", "Ajoutez des mots dans cette langue."},
		proof.NotReread:      {"Personne n'a relu le texte de ce danger en {langue 1} : seuls les numéros sont dits.", "Faites-le relire, puis notez la relecture."},
		proof.ReadBefore:     {"Le texte de ce danger en {langue 1} a changé depuis la relecture du {jour 2} : seuls les numéros sont dits.", "Faites-le relire, puis notez la relecture."},
		proof.NoDanger:       {"Aucun danger immédiat n'est décrit.", "Ajoutez un danger, de gravité « danger immédiat »."},
		proof.Untranslated:   {"Ce texte n'est pas traduit en {langue 0}.", "Traduisez-le, à la page « Traductions »."},
		proof.LongSpokenMenu: {"Au téléphone, ce menu a {brut 0} choix : quatre au plus.", "Faites deux menus."},
		proof.LongMenu:       {"Ce menu a {brut 0} choix : neuf au plus, un chiffre chacun.", "Faites deux questions."},
		proof.NoKeys:         {"Au téléphone, cette réponse ne se donne pas avec les touches.", "Mettez avant elle une condition sur « Canal », pour ne pas la poser au téléphone."},
		proof.ManySegments:   {"Ce texte prend {brut 0} SMS : {brut 1} au plus.", "Écrivez un texte plus court dans « Par SMS »."},
		proof.LongSpeech:     {"Ce texte dure environ {brut 0} secondes au téléphone : {brut 1} au plus.", "Écrivez un texte plus court dans « Au téléphone »."},
		proof.LongSentence:   {"Une phrase a {brut 0} mots : {brut 1} au plus.", "Faites deux phrases."},
		proof.Acronym:        {"{0} n'est expliqué nulle part.", "Écrivez une fois le nom entier, puis ({brut 0})."},
		proof.Familiar:       {"{0} tutoie : ailleurs, le service dit vous.", "Dites vous."},
		proof.NeverTexted:    {"Ce texte n'est jamais envoyé : aucun chemin par SMS ne passe ici.", "Retirez-le, ou faites-y mener une réponse."},
		proof.Expired:        {"Cette carte est périmée depuis le {jour 1} : elle n'est plus donnée.", "Vérifiez-la à sa source, puis changez « Vérifiée le » et « À revoir avant le »."},
		proof.Expires:        {"Cette carte sera périmée le {jour 1}.", "Vérifiez-la à sa source avant cette date."},
		proof.OfferEnds:      {"La convention de l'offre {1} finit le {jour 2}.", "Renouvelez-la, ou prévoyez qui prend la suite."},
	}
}

// proved is a finding in the words of forms, "" where it is none of the proof.
func (t *teller) proved(f proof.Finding, at flow.Place) (says, fix string) {
	told, is := ofProof()[f.Fault.Code]
	switch {
	case !is:
		return "", ""
	case f.Fault.Code == proof.CommandUnsaid && t.inSource(f.Fault.Args[1]):
		told = telling{"Cette commande n'a aucun mot : personne ne peut l'écrire.", "Écrivez un mot au moins."}
	case f.Fault.Code == proof.AskedTwice && f.Fault.Args[0] == "":
		told.Says = "Cette question est posée deux fois sur un même chemin."
	case f.Fault.Code == proof.TableHole && f.Rule != nil:
		f.Fault.Args[1] = t.caseOf(f.Rule)
	}
	return upper(t.filled(told.Says, f.Fault, at)), t.filled(told.Fix, f.Fault, at)
}

// inSource says whether a language is the one that the draft is written in.
func (t *teller) inSource(language string) bool {
	source, _ := t.d.At("bundle.yaml", "source")
	return language == cmp.Or(source.Text(), "fr")
}

// caseOf is a case of a table, by the names of its answers.
func (t *teller) caseOf(rule *proof.Rule) string {
	rows, _ := rowsIn(t.d, rule.Table)
	var cells []string
	for i, column := range rows.columns {
		if i < len(rule.Case) {
			value := "sans réponse"
			if rule.Case[i] != "" {
				value = "« " + t.vocabulary().label(column, rule.Case[i]) + " »"
			}
			cells = append(cells, lowered(t.vocabulary().name(column))+" "+value)
		}
	}
	return strings.Join(cells, ", ")
}

// inBraces are the names of a fault in a telling: {0}, {nom 1}. Placeholders of texts are none of them.
var inBraces = regexp.MustCompile(`\{(?:(\pL+) )?([0-2])\}`)

// filled puts the names of a fault into a telling: {0} as it is written, {nom 0} an answer, {étape 0} a step,
// {choix 0} an option, {langue 0} and {jour 0} a language and a day, {champ 0} a key, {brut 0} without guillemets.
func (t *teller) filled(format string, f flow.Fault, at flow.Place) string {
	return inBraces.ReplaceAllStringFunc(format, func(in string) string {
		parts := inBraces.FindStringSubmatch(in)
		arg := f.Args[ordinal(parts[2])]
		switch parts[1] {
		case "brut":
			return t.quoted(arg, at)
		case "langue":
			return change.Tongue(arg)
		case "jour":
			if day, err := time.Parse(time.DateOnly, arg); err == nil {
				return day.Format("02/01/2006")
			}
			return arg
		case "champ":
			arg = labelOf([]string{arg}).Label
		case "nom":
			arg = t.vocabulary().name(arg)
		case "étape":
			arg = t.stepCalled(arg, at)
		case "choix":
			arg = t.optionCalled(arg, at)
		case "structure":
			arg = recordName(t.d, flow.NoStructure, arg)
		}
		return "« " + arg + " »"
	})
}

// stepCalled names a step of the flow at a place, or of another by its whole id.
func (t *teller) stepCalled(id string, at flow.Place) string {
	file, local := at.File, id
	if flowID, rest, whole := strings.Cut(id, "."); whole {
		file, local = flowsOf(t.d)[flowID], rest
	}
	v, is := t.d.At(file, "steps", local)
	if !is {
		return id
	}
	return stepName(local, v)
}

// optionCalled is the text of an option of the question at a place.
func (t *teller) optionCalled(id string, at flow.Place) string {
	for n := range at.Path {
		if v, is := t.d.At(at.File, slices.Concat(at.Path[:n], []string{"options", id})...); is {
			return cmp.Or(v.TextAt("text"), id)
		}
	}
	return id
}
