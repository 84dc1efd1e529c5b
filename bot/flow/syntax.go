package flow

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

func itoa(n int) string { return strconv.Itoa(n) }

// quote shows what was written, cut when long.
func quote(s string) string {
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:57]) + "…"
	}
	return `"` + strings.ReplaceAll(s, "\n", " ") + `"`
}

// cleanSource drops a byte order mark and Windows line ends, and refuses what is not text.
func cleanSource(name string, src []byte) (string, Faults) {
	refuse := func(line int, message string) (string, Faults) {
		return "", Faults{{Pos: Pos{name, line, 1}, Message: message}}
	}
	if len(src) > maxSize {
		return refuse(0, fmt.Sprintf("le fichier est trop gros (%d ko ; la limite est %d ko)", len(src)>>10, maxSize>>10))
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	lineOf := func(i int) int { return bytes.Count(src[:i], []byte("\n")) + 1 }
	if i := bytes.IndexFunc(src, unprintable); i >= 0 {
		return refuse(lineOf(i), "ce n'est pas du texte en UTF-8 ; enregistrez le fichier en UTF-8, sans mise en forme")
	}
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	if i := strings.IndexByte(text, '\r'); i >= 0 {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text, nil
}

// unprintable finds bytes that are no UTF-8 and control characters that no text has.
func unprintable(r rune) bool {
	return r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f || r == '\ufeff' ||
		r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

// refuseTokens names what YAML allows and supervisors' files do not: anchors, aliases, tags, several
// documents, and nesting so deep that reading it would cost.
func refuseTokens(name string, tokens token.Tokens) Faults {
	var faults Faults
	refuse := func(tk *token.Token, message string) {
		if len(faults) < 20 {
			faults = append(faults, Fault{Pos: Pos{name, tk.Position.Line, tk.Position.Column}, Message: message})
		}
	}
	sign := func(tk *token.Token, message string) {
		if n := len(faults); n < 20 {
			refuse(tk, message)
			faults[n].Code, faults[n].Args[0] = BadSign, strings.TrimSpace(tk.Value)
		}
	}
	if len(tokens) > maxTokens {
		refuse(tokens[maxTokens], "le fichier est trop long : partagez-le en plusieurs")
		return faults
	}
	depth, dashes, line := 0, 0, 0
	for i, tk := range tokens {
		if tk.Position.Line != line {
			line, dashes = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.AnchorType:
			sign(tk, `les ancres YAML (&) ne sont pas admises ; si c'est un texte, mettez-le entre guillemets`)
		case token.AliasType:
			sign(tk, `"*" doit être entre guillemets : écrivez "*" (les renvois YAML ne sont pas admis)`)
		case token.MergeKeyType:
			sign(tk, `la fusion YAML (<<) n'est pas admise ; recopiez les lignes`)
		case token.TagType:
			sign(tk, `les marques YAML (!) ne sont pas admises ; si c'est une valeur, mettez-la entre guillemets`)
		case token.DirectiveType:
			sign(tk, `les directives YAML (%) ne sont pas admises`)
		case token.DocumentHeaderType, token.DocumentEndType:
			if tk.Type == token.DocumentEndType || i > 0 && !onlyComments(tokens[:i]) {
				refuse(tk, `un seul document par fichier : enlevez la ligne "`+tk.Value+`"`)
			}
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			dashes++
			if tk.Type == token.MappingKeyType {
				refuse(tk, `une clé ne commence pas par "? "`)
			}
		}
		if depth > maxDepth || dashes > maxDepth {
			refuse(tk, "trop de niveaux imbriqués")
			return faults
		}
	}
	return faults
}

func onlyComments(tokens token.Tokens) bool {
	for _, tk := range tokens {
		if tk.Type != token.CommentType {
			return false
		}
	}
	return true
}

// explainSyntax turns a parser's complaint into the fix that was most likely needed, found in the
// lines around the place the parser gave up at.
func explainSyntax(name, text string, err error) *Fault {
	at := Pos{name, 1, 1}
	message := err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		message = syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
			at = Pos{name, max(1, tk.Position.Line), max(1, tk.Position.Column)}
		}
	}
	lines := strings.Split(text, "\n")
	for line := max(1, at.Line-1); line <= min(len(lines), at.Line+1); line++ {
		if fix := lineFix(lines[line-1]); fix != "" {
			return &Fault{Pos: Pos{name, line, 1}, Message: fix}
		}
	}
	if at.Line <= len(lines) {
		if fix := bracketFix(message); fix != "" {
			return &Fault{Pos: at, Message: fix}
		}
	}
	return &Fault{Pos: at, Code: Unparsed, Message: "écriture que YAML ne comprend pas ; vérifiez les retraits (deux espaces par " +
		"niveau), les deux-points et les guillemets (" + message + ")"}
}

// lineFix looks at one line for the traps that French texts fall into, and names the way out.
func lineFix(line string) string {
	body := strings.TrimLeft(line, " ")
	if strings.HasPrefix(body, "#") || body == "" {
		return ""
	}
	if strings.HasPrefix(body, "\t") {
		return "la ligne commence par une tabulation : mettez des espaces (deux par niveau)"
	}
	body = strings.TrimPrefix(body, "- ")
	key, value, found := strings.Cut(body, ": ")
	value = strings.TrimSpace(value)
	if !found || value == "" {
		return ""
	}
	switch first := value[0]; {
	case first == '{' || first == '[':
		if strings.Contains(value, " #") && !strings.Contains(value, `"`) {
			return `le "#" coupe la ligne : mettez le texte entre guillemets`
		}
		return ""
	case first == '"' || first == '\'':
		return ""
	case strings.ContainsRune("*&@%`!|>", rune(first)):
		return fmt.Sprintf("le texte de %q commence par %q : mettez-le entre guillemets", key, first)
	case strings.Contains(value, " : ") || strings.Contains(value, ": ") || strings.HasSuffix(value, ":"):
		return fmt.Sprintf(`le texte de %q contient deux-points suivi d'une espace : mettez-le entre guillemets (%s: "…")`, key, key)
	}
	return ""
}

func bracketFix(message string) string {
	switch {
	case strings.Contains(message, "flow mapping end"), strings.Contains(message, "'}'"):
		return `l'accolade "{" n'est pas fermée par "}", ou une virgule manque`
	case strings.Contains(message, "']'"), strings.Contains(message, "sequence end"):
		return `le crochet "[" n'est pas fermé par "]", ou une virgule manque`
	case strings.Contains(message, "end character"):
		return "un guillemet ouvert n'est pas fermé"
	case strings.Contains(message, "tab character"), strings.Contains(message, `'\t'`):
		return "la ligne commence par une tabulation : mettez des espaces (deux par niveau)"
	case strings.Contains(message, "non-map value"):
		return `il manque ":" après la clé, ou le retrait de la ligne est faux`
	case strings.Contains(message, "not allowed in this context"):
		return "le retrait de la ligne ne correspond pas à celui des lignes voisines (deux espaces par niveau)"
	}
	return ""
}
