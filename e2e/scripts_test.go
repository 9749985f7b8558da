package e2e

import (
	"fmt"
	"testing"
)

// eachScript runs a test in a browser with JavaScript, and in one without.
func eachScript(t *testing.T, run func(t *testing.T, javaScript bool)) {
	for _, javaScript := range []bool{true, false} {
		t.Run(fmt.Sprintf("JavaScript=%t", javaScript), func(t *testing.T) { run(t, javaScript) })
	}
}
