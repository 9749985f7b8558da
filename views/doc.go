// Package views holds the pages. A view is a function of its props.
//
// A page is a component XxxPage(XxxProps); a section that htmx swaps is a component XxxSection of its own with a fixed id,
// used by the page and by the fragment alike, so that both cannot differ. Props hold values: amounts, instants, typed text.
// A view turns them into words and markup, in the language of its [Lang]; it decides nothing, knows no rule, no row, no
// clock. Every form works without JavaScript: htmx attributes only spare the reload.
//
// Words live in locales/<area>.<language>.toml. A word that is missing in a language, or used nowhere, fails the tests.
//
// The *_templ.go files are generated: go tool -modfile=tools/go.mod templ generate -path views
package views
