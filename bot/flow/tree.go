package flow

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A node is a YAML value with scalars as they were written: nothing is turned into a number, a date
// or a boolean on the way, so "06" stays 06.
type node struct {
	kind    kind
	pos     Pos
	end     Pos  // of the closing bracket, when inline
	inline  bool // {…} or […]
	style   style
	text    string // of a scalar
	entries []*entry
	foot    []string // comments after the last entry
}

// An entry is one line of a mapping or one item of a list, with the comments that belong to it.
type entry struct {
	pos   Pos
	key   *node // nil in a list
	value *node
	lead  []string // comments on lines of their own before it; "" is an empty line
	trail []string // comments behind it
}

type kind int

const (
	scalar kind = iota
	mapping
	sequence
)

type style int

const (
	plain style = iota
	quoted
	block // | or >
	void  // nothing was written
)

// Limits of one file. No supervisor reaches them; they bound what a hostile upload costs: the parser
// takes time that grows with the square of the keys of a mapping.
const (
	maxSize   = 1 << 20
	maxDepth  = 40
	maxTokens = 60_000
)

// parseTree reads one file. The tree is nil when there are faults that leave nothing to read.
func parseTree(name string, src []byte) (*node, Faults) {
	text, faults := cleanSource(name, src)
	if faults != nil {
		return nil, faults
	}
	tokens, fault := tokenize(name, text)
	if fault != nil {
		return nil, Faults{*fault}
	}
	if faults := refuseTokens(name, tokens); faults != nil {
		return nil, faults
	}
	file, fault := parseTokens(name, text, tokens)
	if fault != nil {
		return nil, Faults{*fault}
	}
	t := treeMaker{file: name}
	var root *node
	for _, doc := range file.Docs {
		if doc.Body != nil && root == nil {
			root = t.node(doc.Body)
		}
	}
	switch {
	case root == nil:
		return nil, Faults{{Pos: Pos{name, 1, 1}, Message: "le fichier est vide"}}
	case root.kind != mapping:
		return nil, Faults{{Pos: root.pos, Code: Shapeless, Message: `le fichier n'a pas la forme "clé: valeur"`}}
	}
	if t.faults == nil {
		attachComments(root, comments(text, tokens))
	}
	return root, t.faults
}

// tokenize guards the one place where a stranger's code reads a stranger's file.
func tokenize(name, text string) (tokens token.Tokens, fault *Fault) {
	defer func() {
		if recover() != nil {
			fault = &Fault{Pos: Pos{name, 1, 1}, Message: "le fichier n'est pas lisible comme du YAML"}
		}
	}()
	return lexer.Tokenize(text), nil
}

func parseTokens(name, text string, tokens token.Tokens) (file *ast.File, fault *Fault) {
	defer func() {
		if recover() != nil {
			fault = &Fault{Pos: Pos{name, 1, 1}, Message: "le fichier n'est pas lisible comme du YAML"}
		}
	}()
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, explainSyntax(name, text, err)
	}
	return file, nil
}

// treeMaker turns the parser's tree into ours.
type treeMaker struct {
	file   string
	faults Faults
}

func (t *treeMaker) place(tk *token.Token) Pos {
	if tk == nil || tk.Position == nil {
		return Pos{File: t.file}
	}
	return Pos{t.file, tk.Position.Line, tk.Position.Column}
}

func (t *treeMaker) node(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.MappingNode:
		return t.mapping(n)
	case *ast.MappingValueNode:
		made := &node{kind: mapping, pos: t.place(n.Key.GetToken())}
		t.pair(made, n, map[string]*entry{})
		return made
	case *ast.SequenceNode:
		return t.sequence(n)
	case *ast.LiteralNode:
		return &node{pos: t.place(n.Start), style: block, text: n.Value.Value}
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			return &node{pos: t.place(n.Token), style: void}
		}
		return t.scalar(n.Token)
	case nil:
		return &node{pos: Pos{File: t.file}, style: void}
	}
	return t.scalar(n.GetToken())
}

func (t *treeMaker) scalar(tk *token.Token) *node {
	made := &node{pos: t.place(tk), text: tk.Value}
	switch tk.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		made.style = quoted
	case token.StringType:
	default:
		made.text = strings.TrimSpace(tk.Origin)
	}
	return made
}

func (t *treeMaker) mapping(n *ast.MappingNode) *node {
	made := &node{kind: mapping, pos: t.place(n.Start), inline: n.IsFlowStyle}
	if n.IsFlowStyle {
		made.end = t.place(n.End)
	}
	seen := map[string]*entry{}
	for _, pair := range n.Values {
		t.pair(made, pair, seen)
	}
	if !made.inline && len(made.entries) > 0 {
		made.pos = made.entries[0].pos
	}
	return made
}

// pair adds one line of a mapping. A key written twice is a fault: the second would win in silence.
func (t *treeMaker) pair(m *node, n *ast.MappingValueNode, seen map[string]*entry) {
	key := t.node(n.Key)
	if key.kind != scalar || key.style == block {
		t.faults = append(t.faults, Fault{Pos: key.pos, Message: "une clé est un mot, pas une liste"})
		return
	}
	if before := seen[key.text]; before != nil {
		t.faults = append(t.faults, Fault{Pos: key.pos, Code: KeyTwice, Args: [3]string{key.text, itoa(before.pos.Line)}, Message: "la clé " + quote(key.text) +
			" est écrite deux fois (déjà ligne " + itoa(before.pos.Line) + ")"})
		return
	}
	e := &entry{pos: key.pos, key: key, value: t.node(n.Value)}
	seen[key.text] = e
	m.entries = append(m.entries, e)
}

func (t *treeMaker) sequence(n *ast.SequenceNode) *node {
	made := &node{kind: sequence, pos: t.place(n.Start), inline: n.IsFlowStyle}
	if n.IsFlowStyle {
		made.end = t.place(n.End)
	}
	for i, value := range n.Values {
		item := t.node(value)
		at := item.pos
		if !n.IsFlowStyle && i < len(n.Entries) && n.Entries[i].Start != nil {
			at = t.place(n.Entries[i].Start)
		}
		made.entries = append(made.entries, &entry{pos: at, value: item})
	}
	return made
}

// get gives the entry of a key, or nil.
func (n *node) get(key string) *entry {
	if n == nil || n.kind != mapping {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text == key {
			return e
		}
	}
	return nil
}
