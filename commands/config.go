package commands

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
)

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Check the settings and print them, secrets left out."`
}

type configCheckCmd struct{}

// Run prints every setting; it would not have come here with one to mend. Names that look like ours but are not are warned of.
func (configCheckCmd) Run(s *Settings, con *console) error {
	values := map[string]string{}
	var text strings.Builder
	for _, e := range s.entries() {
		values[e.name] = e.value
		fmt.Fprintf(&text, "%-22s %s\n", e.name, e.value)
	}
	for _, name := range unknownNames(os.Environ()) {
		fmt.Fprintf(con.err, "extrausage: %s is not a setting; see config check\n", name)
	}
	return con.answer(values, strings.TrimRight(text.String(), "\n"))
}

type settingEntry struct{ name, value, def, help string }

// entries are the settings in order, with values fit for printing.
func (s *Settings) entries() []settingEntry {
	var out []settingEntry
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		e := settingEntry{name: tag.Get("env"), value: fmt.Sprint(v.Field(i).Interface()), def: tag.Get("default"), help: tag.Get("help")}
		if m, ok := v.Field(i).Interface().(interface{ Decimal() string }); ok {
			e.value = m.Decimal()
		}
		if slices.Contains(secretNames, e.name) && e.value != "" && !strings.HasPrefix(e.value, "sqlite:") {
			e.value = "(set)"
		}
		out = append(out, e)
	}
	return out
}

// ourPrefixes begin names that belong to this program alone.
var ourPrefixes = []string{"SELLER_", "RELOAD_", "PLAN_", "EVENT_", "HOLD_", "PAYMENT_", "SESSION_KEY", "STRIPE_", "TEST_WEBHOOK"}

// unknownNames are names in the environment that begin like ours and are none.
func unknownNames(environ []string) []string {
	known := map[string]bool{}
	for _, e := range (&Settings{}).entries() {
		known[e.name], known[e.name+"_FILE"] = true, true
	}
	var out []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		ours := slices.ContainsFunc(ourPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if ours && !known[name] {
			out = append(out, name)
		}
	}
	return out
}
