package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// module is our own import path; the root package is "main" below.
const module = "extrausage"

// topLevel is all that may stand at the top: what is prescribed, the tests and
// tools, and files that a tool wants there. Dot-files pass.
var topLevel = words(`main.go handlers views models pricing static migrations money billing commands docs
	go.mod go.sum README.md CHANGELOG.md CONTRIBUTING.md RELIABILITY.md Makefile arch_test.go e2e mutants tools`)

// leftOvers appear when the program is built or run here; git ignores them.
var leftOvers = words("data dist artifacts extrausage extrausage.exe cover.out node_modules")

// arrows are the imports allowed among our own packages, tests excepted.
var arrows = map[string][]string{
	"main":            words("commands handlers views billing billing/stripe billing/testpay billing/mail models pricing money migrations static"),
	"commands":        words("handlers views billing billing/stripe billing/testpay billing/mail models pricing money migrations static"),
	"handlers":        words("billing views pricing money static"),
	"views":           words("pricing money"),
	"billing":         words("models pricing money"),
	"billing/stripe":  words("billing money"),
	"billing/testpay": words("billing money"),
	"billing/mail":    words("billing money"),
	"models":          words("migrations money"),
	"pricing":         words("money"),
	"money":           nil,
	"migrations":      nil,
	"static":          nil,
	"docs":            nil,
	"e2e":             nil,
	"mutants":         nil,
}

// homes are the packages that may import an outside library, the longest
// matching path counting. A library that is not here has no home yet.
var homes = map[string][]string{
	"github.com/labstack/echo":              words("handlers"),
	"github.com/labstack/echo-contrib":      words("handlers"),
	"github.com/labstack/gommon":            words("handlers"),
	"github.com/gorilla/sessions":           words("handlers"),
	"github.com/gorilla/securecookie":       words("handlers"),
	"codeberg.org/go-pdf/fpdf":              words("handlers"),
	"golang.org/x/image":                    words("handlers"),
	"github.com/prometheus":                 words("handlers commands"),
	"github.com/a-h/templ":                  words("views"),
	"github.com/nicksnyder/go-i18n":         words("views"),
	"github.com/BurntSushi/toml":            words("views"),
	"golang.org/x/text":                     words("views handlers"),
	"golang.org/x/text/unicode/norm":        words("money"), // amounts typed in full-width digits and the like
	"gorm.io":                               words("models"),
	"github.com/jackc/pgx":                  words("models"),
	"github.com/mattn/go-sqlite3":           words("models billing/testpay"),
	"github.com/pressly/goose":              words("models migrations"),
	"github.com/riverqueue/river":           words("models billing"),
	"golang.org/x/crypto":                   words("billing"),
	"github.com/stripe/stripe-go":           words("billing/stripe"),
	"github.com/wneessen/go-mail":           words("billing/mail"),
	"github.com/alecthomas/kong":            words("commands"),
	"golang.org/x/term":                     words("commands"),
	"github.com/google/uuid":                words("commands billing"),
	"github.com/shopspring/decimal":         words("money pricing"),
	"github.com/bojanz/currency":            words("money"),
	"github.com/chromedp":                   words("e2e"),
	"golang.org/x/time":                     words("handlers"), // the rate of API keys
	"github.com/google/go-cmp":              nil,               // tests only
	"github.com/santhosh-tekuri/jsonschema": nil,               // OpenAPI 3.1 speaks JSON Schema
	"go.yaml.in/yaml":                       nil,
	"pgregory.net/rapid":                    nil,
	"github.com/emersion/go-smtp":           nil,
	"github.com/anishathalye/porcupine":     nil,
	"github.com/descope/virtualwebauthn":    nil,
}

const longestFunction = 70 // lines, signature and closing brace included

// rules are the architecture. Each looks at the whole tree.
var rules = map[string]func(tree) []string{
	"top level":              topLevelRule,
	"imports of ours":        arrowsRule,
	"homes of libraries":     homesRule,
	"no clock in the core":   clockRule,
	"no floats near money":   floatRule,
	"no inline markup":       markupRule,
	"short functions":        lengthRule,
	"package names":          nameRule,
	"packages say their why": packageCommentRule,
}

// TestArchitecture holds the layout of docs/design.md, section "Layout". A
// failure names the place and how to mend it. Mend the code; where the design
// itself has changed, change the tables above with it.
func TestArchitecture(t *testing.T) {
	here, err := parse(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, broken := range rule(here) {
				t.Error(broken)
			}
		})
	}
}

func topLevelRule(tr tree) []string {
	var broken []string
	for _, name := range tr.top {
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !slices.Contains(leftOvers, name) {
			broken = append(broken, name+": not in the layout. Put it into the package it belongs to")
		}
	}
	return broken
}

func arrowsRule(tr tree) []string {
	var broken []string
	for _, f := range tr.files {
		allowed, known := arrows[f.pkg]
		if f.free() {
			continue
		}
		if !known {
			broken = append(broken, f.path+": "+f.pkg+" is not in the layout. Move the code into a package that is")
		}
		for _, imp := range f.imports() {
			own, ours := strings.CutPrefix(imp.path, module+"/")
			if ours && known && !slices.Contains(allowed, own) {
				broken = append(broken, imp.at+": "+f.pkg+" imports "+own+". It may import only: "+listed(allowed)+
					". Pass in values or a small interface instead, or move the code")
			}
		}
	}
	return broken
}

func homesRule(tr tree) []string {
	var broken []string
	for _, f := range tr.files {
		if f.free() {
			continue
		}
		for _, imp := range f.imports() {
			host, _, _ := strings.Cut(imp.path, "/")
			if !strings.Contains(host, ".") {
				continue // ours, or the standard library
			}
			home, known := homeOf(imp.path)
			switch {
			case !known:
				broken = append(broken, imp.at+": "+imp.path+" has no home. Do without it, or give it one in arch_test.go and a reason in docs/decisions.md")
			case !slices.Contains(home, f.pkg):
				broken = append(broken, imp.at+": "+imp.path+" in "+f.pkg+". Its home is: "+listed(home)+". Move the code there and pass the result")
			}
		}
	}
	return broken
}

// homeOf finds the entry of the longest path that leads to the import.
func homeOf(imported string) (home []string, known bool) {
	for p := imported; p != "."; p = path.Dir(p) {
		if home, known = homes[p]; known {
			return home, true
		}
	}
	return nil, false
}

func clockRule(tr tree) []string {
	var broken []string
	for _, f := range tr.files {
		if !f.in("billing", "models", "pricing", "money", "views", "handlers", "migrations", "static") {
			continue
		}
		clock := f.importedAs("time")
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := s.X.(*ast.Ident)
			if ok && pkg.Name == clock && slices.Contains(words("Now Since Until"), s.Sel.Name) {
				broken = append(broken, f.at(n)+": time."+s.Sel.Name+" reads the clock. Take now as an argument, or the clock that commands wires")
			}
			return true
		})
	}
	return broken
}

func floatRule(tr tree) []string {
	floats := words("float32 float64 ParseFloat Float64 InexactFloat64 NewFromFloat NewFromFloat32")
	var broken []string
	for _, f := range tr.files {
		if !f.in("billing", "models", "pricing", "money") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if slices.Contains(floats, n.Name) {
					broken = append(broken, f.at(n)+": "+n.Name+" near money. Count in integers of a named unit, use decimal at the edges")
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT || n.Kind == token.IMAG {
					broken = append(broken, f.at(n)+": "+n.Value+" is a float. Write an integer of a smaller unit")
				}
			}
			return true
		})
	}
	return broken
}

// markup is what a strict content security policy, or escaping, is there to
// stop.
var markup = regexp.MustCompile(`style="|style=\{|templ\.Raw|templ\.SafeURL|hx-on|unsafe-inline|["']js:`)

// inlined is the same, and is looked for in templates only.
var inlined = regexp.MustCompile(`\son[a-z]+="|<style[ >]|<script>`)

func markupRule(tr tree) []string {
	var broken []string
	for _, s := range tr.sources {
		template := strings.HasSuffix(s.path, ".templ")
		for i, line := range strings.Split(s.text, "\n") {
			found := markup.FindString(line)
			if found == "" && template {
				found = inlined.FindString(line)
			}
			if found != "" {
				broken = append(broken, fmt.Sprintf("%s:%d: %s. Use a class, a <meter>, SVG geometry or a file in static; let templ escape", s.path, i+1, strings.TrimSpace(found)))
			}
		}
	}
	return broken
}

func lengthRule(tr tree) []string {
	var broken []string
	for _, f := range tr.files {
		if f.generated() {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := tr.fset.Position(fn.End()).Line - tr.fset.Position(fn.Pos()).Line + 1
			if lines > longestFunction {
				broken = append(broken, fmt.Sprintf("%s: %s has %d lines, %d are allowed. Split it where its story changes", f.at(fn), fn.Name.Name, lines, longestFunction))
			}
		}
	}
	return broken
}

func nameRule(tr tree) []string {
	forbidden := words("util utils helper helpers common service services repository repositories base misc shared")
	var broken []string
	for _, f := range tr.files {
		for _, name := range []string{path.Base(f.pkg), f.ast.Name.Name} {
			if slices.Contains(forbidden, name) {
				broken = append(broken, f.at(f.ast.Name)+": "+name+" says nothing. Name the package after what it provides")
				break
			}
		}
	}
	return broken
}

func packageCommentRule(tr tree) []string {
	first, told := map[string]string{}, map[string]bool{}
	for _, f := range tr.files {
		if first[f.pkg] == "" {
			first[f.pkg] = f.path
		}
		told[f.pkg] = told[f.pkg] || f.ast.Doc != nil && !f.generated()
	}
	var broken []string
	for pkg, file := range first {
		if !told[pkg] {
			broken = append(broken, file+":1: package "+pkg+" has no comment. Say in a doc.go what it is for and why it is so")
		}
	}
	slices.Sort(broken)
	return broken
}

// tree is the source as the rules see it. Tests are left out: they may import,
// wait and count as they need.
type tree struct {
	fset    *token.FileSet
	top     []string
	files   []file   // Go
	sources []source // the written, not generated, files of views and handlers
}

type file struct {
	path string
	pkg  string // folder, "main" for the top
	ast  *ast.File
	fset *token.FileSet
}

type source struct{ path, text string }

type imported struct{ path, at string }

func parse(fsys fs.FS) (tree, error) {
	tr := tree{fset: token.NewFileSet()}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return tr, err
	}
	for _, e := range entries {
		tr.top = append(tr.top, e.Name())
	}
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && skipped(d.Name(), p):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(p, "_test.go"):
			return nil
		case strings.HasSuffix(p, ".go") || strings.HasSuffix(p, ".templ"):
			return tr.add(fsys, p)
		}
		return nil
	})
	return tr, err
}

func skipped(name, p string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || slices.Contains(leftOvers, p)
}

func (tr *tree) add(fsys fs.FS, p string) error {
	text, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	f := file{path: p, pkg: path.Dir(p), fset: tr.fset}
	if f.pkg == "." {
		f.pkg = "main"
	}
	if strings.HasSuffix(p, ".go") {
		if f.ast, err = parser.ParseFile(tr.fset, p, text, parser.ParseComments); err != nil {
			return err
		}
		tr.files = append(tr.files, f)
	}
	if f.in("views", "handlers") && (f.ast == nil || !f.generated()) {
		tr.sources = append(tr.sources, source{path: p, text: string(text)})
	}
	return nil
}

// free reports whether the import rules leave the file alone: tools are no part
// of the program, and a package billing/billingtest is for tests.
func (f file) free() bool {
	parent, name := path.Split(f.pkg)
	return f.in("tools") || parent != "" && strings.HasSuffix(name, "test") && name != "test"
}

// in reports whether the file is in one of the folders or below.
func (f file) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(d string) bool { return f.pkg == d || strings.HasPrefix(f.pkg, d+"/") })
}

func (f file) generated() bool { return ast.IsGenerated(f.ast) }

func (f file) at(n ast.Node) string {
	p := f.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", f.path, p.Line)
}

func (f file) imports() []imported {
	var all []imported
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, imported{path: p, at: f.at(spec)})
		}
	}
	return all
}

// importedAs is the name under which the file knows a package of the standard
// library, "" if it does not.
func (f file) importedAs(pkg string) string {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value == strconv.Quote(pkg) {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path.Base(pkg)
		}
	}
	return ""
}

func words(s string) []string { return strings.Fields(s) }

func listed(packages []string) string {
	if len(packages) == 0 {
		return "nothing"
	}
	return strings.Join(packages, ", ")
}

// TestRulesBite shows each rule a tree that breaks it, so that none passes
// because it looks at nothing, and one that breaks none.
func TestRulesBite(t *testing.T) {
	long := "package billing\nfunc long() {\n" + strings.Repeat("\tprintln()\n", longestFunction) + "}\n"
	for _, c := range []struct {
		rule, file, text string
		want             []string // the place each complaint starts with
	}{
		{"top level", "internal/x.go", "package x", []string{"internal: "}},
		{"top level", "LICENCE", "", []string{"LICENCE: "}},
		{"top level", "data/x.db", "", nil},
		{"imports of ours", "views/v.go", "package views\nimport (\n\"extrausage/money\"\n\"extrausage/models\"\n)", []string{"views/v.go:4: "}},
		{"imports of ours", "billing/mail/m.go", "package mail\nimport \"extrausage/models\"", []string{"billing/mail/m.go:2: "}},
		{"imports of ours", "money/m.go", "package money\nimport \"extrausage/billing/billingtest\"", []string{"money/m.go:2: "}},
		{"imports of ours", "handlers/form/f.go", "package form", []string{"handlers/form/f.go: "}},
		{"imports of ours", "billing/billingtest/b.go", "package billingtest\nimport \"extrausage/handlers\"", nil},
		{"imports of ours", "billing/b_test.go", "package billing\nimport \"extrausage/handlers\"", nil},
		{"imports of ours", "main.go", "package main\nimport \"extrausage/commands\"", nil},
		{"homes of libraries", "billing/b.go", "package billing\nimport \"gorm.io/gorm\"", []string{"billing/b.go:2: "}},
		{"homes of libraries", "views/v.go", "package views\nimport \"github.com/labstack/echo/v4/middleware\"", []string{"views/v.go:2: "}},
		{"homes of libraries", "money/m.go", "package money\nimport \"github.com/some/thing\"", []string{"money/m.go:2: "}},
		{"homes of libraries", "money/m.go", "package money\nimport \"pgregory.net/rapid\"", []string{"money/m.go:2: "}},
		{"homes of libraries", "models/m.go", "package models\nimport (\n\"gorm.io/driver/sqlite\"\n\"database/sql\"\n)", nil},
		{"no clock in the core", "billing/b.go", "package billing\nimport \"time\"\nvar t = time.Now()", []string{"billing/b.go:3: "}},
		{"no clock in the core", "handlers/h.go", "package handlers\nimport tm \"time\"\nvar now = tm.Now", []string{"handlers/h.go:3: "}},
		{"no clock in the core", "models/m.go", "package models\nimport \"time\"\nfunc f(a time.Time) { _ = time.Since(a) }", []string{"models/m.go:3: "}},
		{"no clock in the core", "commands/c.go", "package commands\nimport \"time\"\nvar t = time.Now()", nil},
		{"no clock in the core", "billing/b.go", "package billing\nfunc f(time interface{ Now() }) { time.Now() }", nil},
		{"no floats near money", "pricing/p.go", "package pricing\nvar x float64", []string{"pricing/p.go:2: "}},
		{"no floats near money", "billing/testpay/p.go", "package testpay\nconst x = 0.5", []string{"billing/testpay/p.go:2: "}},
		{"no floats near money", "models/m.go", "package models\nfunc f(d interface{ InexactFloat64() }) {}", []string{"models/m.go:2: "}},
		{"no floats near money", "views/v.go", "package views\nvar x float64", nil},
		{"no inline markup", "views/v.templ", "package views\n<p style=\"width:1px\">", []string{"views/v.templ:2: "}},
		{"no inline markup", "views/v.templ", "package views\n<p onclick=\"go()\">", []string{"views/v.templ:2: "}},
		{"no inline markup", "handlers/h.go", "package handlers\nvar csp = \"script-src 'unsafe-inline'\"", []string{"handlers/h.go:2: "}},
		{"no inline markup", "views/v_templ.go", "// Code generated by templ - DO NOT EDIT.\n\npackage views\nvar x = `style=\"`", nil},
		{"short functions", "billing/b.go", long, []string{"billing/b.go:2: "}},
		{"short functions", "billing/b_test.go", long, nil},
		{"package names", "billing/helpers/h.go", "package helpers", []string{"billing/helpers/h.go:1: "}},
		{"package names", "money/m.go", "package utils", []string{"money/m.go:1: "}},
		{"packages say their why", "money/m.go", "package money", []string{"money/m.go:1: "}},
		{"packages say their why", "money/m.go", "// Package money counts.\npackage money", nil},
	} {
		tr, err := parse(fstest.MapFS{c.file: {Data: []byte(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		got := rules[c.rule](tr)
		bites := slices.EqualFunc(got, c.want, strings.HasPrefix)
		if !bites {
			t.Errorf("%s on %s:\n%s\ngot  %q\nwant %q", c.rule, c.file, c.text, got, c.want)
		}
	}
}
