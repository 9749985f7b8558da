package e2e

import (
	"os/exec"
	"syscall"
)

// dieWithParent lets the server end when the test process does, however it
// ends: a test that times out runs no cleanup.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
