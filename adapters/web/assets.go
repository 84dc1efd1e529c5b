package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed base.css
var baseCSS []byte

// Assets are files of the binary, compressed once and named by their content.
type Assets struct{ files map[string]*Asset }

// An Asset is one body that is served as it is.
type Asset struct {
	Type  string
	Hash  string // of the content: its version
	Plain []byte
	Gzip  []byte // nil when it would not be smaller
}

// StaticAssets reads every file of fsys. What it serves is found under the file's own path.
func StaticAssets(fsys fs.FS) (*Assets, error) {
	a := &Assets{make(map[string]*Asset)}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		a.files[name] = NewAsset(contentType(name), body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return a, nil
}

// Dress puts the look that all pages of the staff share before a stylesheet, and more behind it.
func (a *Assets) Dress(name string, more ...string) {
	own := a.files[name]
	a.files[name] = NewAsset(own.Type, slices.Concat(baseCSS, []byte("\n"), own.Plain, []byte(strings.Join(more, "\n"))))
}

// NewAsset prepares one body.
func NewAsset(kind string, body []byte) *Asset {
	sum := sha256.Sum256(body)
	f := &Asset{Type: kind, Hash: hex.EncodeToString(sum[:8]), Plain: body}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a known one
	if _, err := z.Write(body); err == nil && z.Close() == nil && b.Len() < len(body) {
		f.Gzip = b.Bytes()
	}
	return f
}

// contentType does not ask the machine's own table, which differs from one to the next.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".html":
		return "text/html; charset=utf-8"
	case ".json", ".webmanifest":
		return "application/json; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// File returns one file, or nil.
func (a *Assets) File(name string) *Asset { return a.files[name] }

// Link is a file's name with its version: what is linked so may be kept for a year.
func (a *Assets) Link(name string) string {
	if f := a.files[name]; f != nil {
		return name + "?v=" + f.Hash
	}
	return name
}

// ServeHTTP serves the file that the path names; mount it behind http.StripPrefix.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := a.files[strings.TrimPrefix(r.URL.Path, "/")]
	if f == nil {
		Problem(w, http.StatusNotFound, Sentence(http.StatusNotFound))
		return
	}
	f.ServeHTTP(w, r)
}

// ServeHTTP serves the body: not at all to who has it, compressed to who reads that.
func (f *Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("ETag", `"`+f.Hash+`"`)
	h.Add("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == f.Hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.Hash) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.Plain
	if f.Gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.Gzip
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the client is gone if this fails
}
