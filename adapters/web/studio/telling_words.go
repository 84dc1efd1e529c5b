package studio

import (
	"strings"
	"unicode/utf8"

	"frontdesk/bot/flow"
)

// sentence is a fault without keys and signs, on its own.
func (t *teller) sentence(f flow.Fault, at flow.Place) string {
	said := ""
	for _, words := range []func(flow.Fault, flow.Place) string{t.ofField, t.ofStep, t.ofQuestion, t.ofName, t.ofCell} {
		if said = words(f, at); said != "" {
			break
		}
	}
	switch {
	case f.Code == flow.BadPattern:
		return "Une expression ne se lit pas : " + t.quoted(f.Message[strings.Index(f.Message, `" : `)+len(`" : `):], at) + "."
	case said == "":
		return ended(upper(t.quoted(tableless(f.Message), at)))
	}
	if name := t.meant(f, at); name != "" {
		said += " Vouliez-vous dire « " + name + " » ?"
	}
	return said
}

// ended ends a sentence.
func ended(sentence string) string {
	if last, _ := utf8.DecodeLastRuneInString(sentence); sentence == "" || strings.ContainsRune(".?!…", last) {
		return sentence
	}
	return sentence + "."
}

// meant is the name that was probably meant, as forms have it, or "".
func (t *teller) meant(f flow.Fault, at flow.Place) string {
	name := f.Meant
	switch f.Code {
	case flow.UnknownKey:
		return "" // forms have no keys
	case flow.NoNumber, flow.NoNumberInText:
		if len(f.Args[1]) < len("3114") {
			return "" // 119 is no slip of 112
		}
	case flow.NotServed:
		if isNumber(name) {
			return "" // nor 36 of 35
		}
	case flow.NotAmong:
		if name != "" {
			name = wordOf(at.Path, name)
		}
	case flow.NotAValue:
		name = t.vocabulary().label(f.Args[1], name)
	case flow.NotKnown, flow.NoAnswer, flow.NoColumn:
		name = t.vocabulary().name(name)
	case flow.Nowhere:
		if v, is := t.d.At(at.File, "steps", name); is {
			name = stepName(name, v)
		}
	case flow.NoCard, flow.NoNetwork, flow.NoStructure:
		name = recordName(t.d, f.Code, name)
	case flow.NoPlaceholder:
		name = "{" + name + "}"
	}
	if f.Meant == "" {
		return ""
	}
	return name
}

// recordName is a record that is meant, by its name.
func recordName(d *flow.Draft, code flow.Code, id string) string {
	table := map[flow.Code]string{flow.NoCard: "cards", flow.NoNetwork: "networks", flow.NoStructure: "structures"}[code]
	kind, _ := kindByID(table)
	for _, c := range (picker{d: d}).records(kind.File, table, kind.Name) {
		if c.Value == id {
			return strings.TrimSuffix(c.Label, " ("+id+")")
		}
	}
	return id
}

// field is what the form calls the field at a place, with its own option or case.
func (t *teller) field(at flow.Place) string {
	if len(at.Path) == 0 {
		return "Ce fichier"
	}
	if isSetting(at) {
		return "« " + settingField(at) + " »"
	}
	return "« " + labelOf(at.Path[min(2, len(at.Path)-1):]).Label + " »"
}

func (t *teller) ofField(f flow.Fault, at flow.Place) string {
	switch f.Code {
	case flow.EmptyField:
		return t.field(at) + " est vide : " + t.takes(f, at) + "."
	case flow.WrongSort:
		if field, _ := t.d.FieldAt(at); field.Kind() == flow.RecordField {
			return "Ce qui est écrit ici n'a pas la forme « nom: valeur », une ligne par champ."
		}
		return t.field(at) + " ne peut pas être lu : " + t.takes(f, at) + "."
	case flow.MissingKey:
		return "Il manque " + t.field(at) + " : " + t.takes(f, at) + "."
	case flow.UnknownKey:
		return "« " + f.Args[0] + " » n'est le nom d'aucun champ : rien ne le lirait."
	case flow.NotAmong:
		said := "« " + f.Args[1] + " » ne convient pas à " + t.field(at) + "."
		var words []string
		if field, known := t.d.FieldAt(at); known {
			for _, w := range field.Words() {
				words = append(words, wordOf(at.Path, w))
			}
		}
		return said + amongst(words)
	case flow.NoRecord:
		return "Il n'y a encore rien ici : ajoutez une ligne."
	}
	return ""
}

// amongst ends a sentence with what there is to choose from, when that is short.
func amongst(words []string) string {
	if len(words) == 0 || len(words) > 8 {
		return ""
	}
	return " Choisissez parmi : " + strings.Join(words, ", ") + "."
}

// takes says what to write in a field.
func (t *teller) takes(f flow.Fault, at flow.Place) string {
	field, _ := t.d.FieldAt(at)
	switch field.Kind() {
	case flow.LongText, flow.ShortText:
		return "écrivez un texte"
	case flow.OneOf:
		return "choisissez dans la liste"
	case flow.WholeField:
		return "écrivez un nombre entier"
	case flow.TruthField:
		return "cochez ou décochez la case"
	case flow.SpanField:
		return "écrivez un nombre entier, puis choisissez l'unité"
	case flow.DayField:
		return "donnez une date"
	case flow.MomentField:
		return "donnez une date et une heure"
	case flow.OpenField:
		return "écrivez des heures, comme 09:00-12:30, 13:30-18:00"
	case flow.ListField:
		return "écrivez une ligne au moins"
	case flow.Records, flow.TableField, flow.RowsField, flow.PairsField:
		return "ajoutez une ligne"
	case flow.RecordField:
		return "remplissez ses champs"
	}
	if f.Code == flow.WrongSort {
		return "écrivez un mot"
	}
	return "remplissez ce champ"
}

func (t *teller) ofStep(f flow.Fault, at flow.Place) string {
	switch f.Code {
	case flow.NoKind:
		return "Cette étape ne fait rien. Écrivez ce qu'elle dit ou demande, ou supprimez-la."
	case flow.TwoKinds:
		return "Cette étape fait deux choses à la fois (" + kindOf(f.Args[0]) + " et " + kindOf(f.Args[1]) + ") : faites-en deux étapes."
	case flow.MisplacedKey:
		return t.field(at) + " ne va pas avec une étape de la sorte « " + kindOf(f.Args[1]) + " » : retirez ce champ."
	case flow.NoText:
		return "« Le texte » est vide : rien ne serait dit."
	case flow.NoThen:
		return "Cette étape ne mène nulle part : choisissez « Ensuite »."
	case flow.NoElse:
		return "« Sinon » est vide : où aller quand aucun cas n'est vrai ?"
	case flow.NoWay:
		when := map[string]string{"closed": "quand l'accueil est fermé", "unstaffed": "quand personne n'est là", "timeout": "quand l'attente est trop longue"}
		return "Dites où aller " + when[f.Args[0]] + " : " + t.field(at) + " est vide."
	case flow.OnlyDirect:
		return "« Si personne ne répond » ne sert que si la personne répond « tout de suite » : videz ces champs, ou changez « Comment »."
	case flow.DirectThen:
		return "« Ensuite » reste vide quand « Comment » est « tout de suite » : une personne prend la suite."
	case flow.Nowhere:
		if len(at.Path) < 2 {
			return "La première étape « " + f.Args[1] + " » n'existe pas."
		}
		return "L'étape « " + f.Args[1] + " » n'existe pas."
	case flow.NoVariantText:
		return "L'autre texte « " + f.Args[0] + " » est vide : écrivez-le, ou retirez-le."
	case flow.VariantKey:
		return "L'autre texte « " + f.Args[0] + " » s'écrit dans « " + labelOf([]string{f.Args[1]}).Label + " »."
	}
	return ""
}

func (t *teller) ofQuestion(f flow.Fault, at flow.Place) string {
	option := func(id string) string { return "« " + t.optionCalled(id, at) + " »" }
	answer := func() string { return "« " + t.vocabulary().name(f.Args[0]) + " »" }
	switch f.Code {
	case flow.NotAnAct:
		return "« " + f.Args[0] + " » n'est pas possible ici. Écrivez rephrase (dire autrement), list (donner les choix), human (une personne) ou goto: et une étape."
	case flow.TwinOption:
		return "Deux choix ont le même texte, " + option(f.Args[0]) + " : changez l'un des deux."
	case flow.NotARange:
		return "« " + f.Args[1] + " » ne se lit pas comme des âges : écrivez deux nombres, le plus petit d'abord."
	case flow.RangesOverlap:
		return "Les choix " + option(f.Args[0]) + " et " + option(f.Args[1]) + " prennent les mêmes âges."
	case flow.NoOptions:
		return "Cette question n'a aucun choix : ajoutez-en un."
	case flow.NeedlessOptions:
		return "La réponse " + answer() + " n'est pas à choisir (c'est " + wordOf([]string{"type"}, f.Args[1]) + ") : retirez les choix."
	case flow.NeedlessCheck:
		return "« Vérifier la réponse » ne sert que pour un nombre ou des mots libres. La réponse " + answer() + " est " + wordOf([]string{"type"}, f.Args[1]) + "."
	case flow.OnlySpoken:
		return "{options} ne se met que dans « Au téléphone » : ailleurs, les choix s'affichent seuls."
	}
	return ""
}

// ofName is what needs no more than the names of the fault.
func (t *teller) ofName(f flow.Fault, at flow.Place) string {
	return t.filled(ofRecords()[f.Code], f, at)
}

func (t *teller) ofCell(f flow.Fault, _ flow.Place) string {
	cell, of := "« "+f.Args[0]+" »", func() string { return "« " + t.vocabulary().name(f.Args[1]) + " »" }
	switch f.Code {
	case flow.NotAValue:
		var words []string
		if f.Meant == "" {
			for _, c := range t.vocabulary().of(f.Args[1]) {
				if c.Value != f.Args[0] { // which is there because an option fills it in
					words = append(words, c.Label)
				}
			}
		}
		return cell + " n'est pas une réponse possible à " + of() + "." + amongst(words)
	case flow.NotTaken:
		if strings.Contains(f.Args[1], "horaires") {
			return "Les horaires " + cell + " n'existent pas."
		}
		return cell + " n'est pas " + t.quoted(f.Args[1], flow.Place{}) + "."
	case flow.FreeAnswer:
		return "« " + t.vocabulary().name(f.Args[0]) + " » est une réponse libre. On peut seulement demander si elle est là : * (peu importe), - (sans réponse) ou !- (avec réponse)."
	case flow.NoNumbers:
		return cell + " compare des âges, mais les choix de " + of() + " n'ont pas d'âges."
	case flow.MixedNumbers:
		return cell + " compare des âges, mais deux questions donnent à " + of() + " des âges différents."
	case flow.SplitOption:
		return cell + " coupe en deux le choix « " + f.Args[1] + " » (" + f.Args[2] + ")."
	case flow.NoOptionIn:
		return cell + " ne correspond à aucun choix de " + of() + "."
	case flow.OneQueue:
		return "Donnez le nom d'un seul horaire."
	}
	return ""
}
