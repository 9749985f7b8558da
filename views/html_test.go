package views

import (
	"strings"

	"golang.org/x/net/html"
)

// all are the elements of a document for which pick holds, in document order.
func all(n *html.Node, pick func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && pick(d) {
			out = append(out, d)
		}
	}
	return out
}

func tagged(tags ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, tag := range tags {
			if n.Data == tag {
				return true
			}
		}
		return false
	}
}

// byID is the element with an id, nil when there is none.
func byID(n *html.Node, id string) *html.Node {
	found := all(n, func(e *html.Node) bool { return attr(e, "id") == id })
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

func attr(n *html.Node, name string) string {
	value, _ := attrOK(n, name)
	return value
}

func attrOK(n *html.Node, name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is what an element says, white space put together.
func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(" " + d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// fields are the names and values that a form sends; a name that comes more than once has its values joined by "|".
func fields(form *html.Node) map[string]string {
	out := map[string]string{}
	for _, e := range all(form, tagged("input", "button", "select", "textarea")) {
		name, ok := attrOK(e, "name")
		if !ok {
			continue
		}
		if before, again := out[name]; again {
			out[name] = before + "|" + attr(e, "value")
			continue
		}
		out[name] = attr(e, "value")
	}
	return out
}

// formsTo are the forms that post to an address.
func formsTo(n *html.Node, action string) []*html.Node {
	return all(n, func(e *html.Node) bool {
		return e.Data == "form" && attr(e, "action") == action && attr(e, "method") == "post"
	})
}
