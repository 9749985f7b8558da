package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

// Prefix is where the files are served.
const Prefix = "/static/"

//go:embed app.css app.js live.js icon.svg vendor/*.js
var files embed.FS

// FS is the files by their names in the source tree: "app.css", "vendor/htmx-4.0.1.min.js".
var FS fs.FS = files

// The files that pages load, as names for [URL].
const (
	CSS  = "app.css"
	App  = "app.js"
	Live = "live.js" // of the usage page only
	Icon = "icon.svg"
	HTMX = "vendor/htmx-4.0.1.min.js"
	SSE  = "vendor/hx-sse-4.0.1.min.js"
)

var (
	urls  = map[string]string{} // name to address
	names = map[string]string{} // address without Prefix to name
)

func init() {
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		urls[name], names[hashed] = Prefix+hashed, name
		return nil
	})
	if err != nil {
		panic(err) // the files are compiled in
	}
}

// URL is the address of a file: URL("app.css") is "/static/app.0123456789ab.css". It panics for a name that does not exist:
// names are constants.
func URL(name string) string {
	url, ok := urls[name]
	if !ok {
		panic("static: no file " + name)
	}
	return url
}

// Open is the content of the file at an address below [Prefix]: what follows it, hash included. ok is false for any other
// address: a file asked for with another hash is another version, not this one.
func Open(address string) (content []byte, contentType string, ok bool) {
	name, ok := names[address]
	if !ok {
		return nil, "", false
	}
	content, err := files.ReadFile(name)
	if err != nil {
		return nil, "", false
	}
	return content, contentTypes[path.Ext(name)], true
}

// contentTypes are ours and not the system's, which may know others.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}
