package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

// The stylesheets are served as one, in this order.
var sheets = []string{"token.css", "base.css", "layout.css", "part.css", "chart.css", "metric.css", "list.css", "explore.css", "page.css", "settings.css", "home.css", "journey.css", "health.css", "sample.css"}

//go:embed css/*.css js/*.js font/*.woff2 favicon.svg
var raw embed.FS

type asset struct {
	kind        string
	body, small []byte // small is gzipped, nil where that saves nothing
}

const assetRoot = "/assets/"

var (
	assets    = map[string]asset{}  // by address
	addressOf = map[string]string{} // by name, as templates know it
)

// What is embedded is part of the program: what is wrong with it is a mistake at build time, found by any test.
func init() {
	add := func(name string, body []byte) {
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		address := assetRoot + strings.TrimSuffix(path.Base(name), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a := asset{kind: kindOf(ext), body: body}
		if ext != ".woff2" {
			a.small = gzipped(body, gzip.BestCompression)
		}
		assets[address], addressOf[name] = a, address
	}
	for _, pattern := range []string{"font/*", "js/*", "favicon.svg"} {
		names, _ := fs.Glob(raw, pattern)
		for _, name := range names {
			add(name, mustRead(name))
		}
	}
	var style bytes.Buffer
	for _, sheet := range sheets {
		style.Write(mustRead("css/" + sheet))
	}
	add("keepwell.css", fontAddress.ReplaceAllFunc(style.Bytes(), func(m []byte) []byte {
		name := string(fontAddress.FindSubmatch(m)[1])
		return []byte("url(" + Asset(name) + ")")
	}))
}

var fontAddress = regexp.MustCompile(`url\((font/[\w-]+\.woff2)\)`)

func mustRead(name string) []byte {
	body, err := raw.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return body
}

func kindOf(ext string) string {
	if ext == ".woff2" {
		return "font/woff2"
	}
	return mime.TypeByExtension(ext)
}

// gzipped is nil where that saves nothing.
func gzipped(body []byte, level int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, level) // the level is right
	z.Write(body)
	z.Close() // writes to memory never fail
	if b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}

// Asset is the address of an embedded file. It holds a hash of the content, so it may be kept for good.
func Asset(name string) string {
	address, ok := addressOf[name]
	if !ok {
		panic("ui: no asset " + name)
	}
	return address
}

// ServeAsset answers with an embedded file.
func ServeAsset(w http.ResponseWriter, r *http.Request) error {
	a, ok := assets[r.URL.Path]
	if !ok {
		return NotFound(w, r)
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.body
	if a.small != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.small
	}
	w.Write(body)
	return nil
}
