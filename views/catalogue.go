package views

import (
	"embed"
	"io/fs"
	"sync"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.toml
var locales embed.FS

// Languages are the languages of the pages, the fallback first.
var Languages = []string{"en", "it"}

// catalogue is every message in every language. It is read once: the files are part of the binary, so what is wrong with
// them was wrong in the tests.
var catalogue = sync.OnceValue(func() *i18n.Bundle {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(locales, "locales/*.toml")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		if _, err := bundle.LoadMessageFileFS(locales, file); err != nil {
			panic(err)
		}
	}
	return bundle
})

// missing answers for a message that does not exist or lacks a value. Under test it is a failure; a subscriber is better
// served by a page with an odd word in it than by none.
func missing(id, problem string) string {
	if testing.Testing() {
		panic("views: message " + id + ": " + problem)
	}
	return id
}
