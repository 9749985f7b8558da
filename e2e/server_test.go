package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

const (
	startLimit = 60 * time.Second // migrations and the demo accounts' password hashes included
	stopLimit  = 20 * time.Second
)

// binaries is where built programs live while the tests run.
var binaries string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "extrausage-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// buildProduct builds the program once for all tests of a run.
var buildProduct = sync.OnceValues(func() (string, error) { return build("extrausage") })

func build(pkg string) (string, error) {
	path := filepath.Join(binaries, filepath.Base(pkg))
	out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return path, nil
}

// server is the program, running in a folder and on ports of its own.
type server struct {
	t       testing.TB
	url     string // http://127.0.0.1:port
	metrics string // its metrics address
	dir     string
	path    string
	env     []string
	logs    *logBook

	cmd  *exec.Cmd
	done chan struct{} // closed once the process has ended
	err  error         // how it ended; read after done
}

// startServer builds and starts the product in development mode and waits until
// it answers. Each env is "NAME=value" and beats the harness's own. The server
// is stopped with the test, and has to stop cleanly.
func startServer(t testing.TB, env ...string) *server {
	t.Helper()
	path, err := buildProduct()
	if err != nil {
		t.Fatal(err)
	}
	return startProgram(t, path, env...)
}

func startProgram(t testing.TB, path string, env ...string) *server {
	t.Helper()
	addr, metrics := freeAddr(t), freeAddr(t)
	s := &server{t: t, url: "http://" + addr, metrics: metrics, dir: t.TempDir(), path: path, logs: new(logBook)}
	s.env = append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + s.dir,
		"TMPDIR=" + os.TempDir(),
		"ADDR=" + addr,
		"METRICS_ADDR=" + metrics,
		"BASE_URL=" + s.url,
	}, env...)
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("what %s said:\n%s", filepath.Base(path), s.logs)
		}
	})
	s.start()
	return s
}

// start runs the program again, after stop or kill, on the same folder and
// ports, and waits for /healthz.
func (s *server) start() {
	s.t.Helper()
	if up, why := s.launch(); !up {
		s.t.Fatalf("the server does not come up on %s: %s\n%s", s.url, why, s.logs)
	}
}

// launch is start for a program that may die on the way: it tells whether the
// program came up, else why not.
func (s *server) launch() (up bool, why string) {
	s.t.Helper()
	cmd := exec.Command(s.path)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, s.logs, s.logs
	cmd.WaitDelay = stopLimit
	dieWithParent(cmd)
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start the server: %v", err)
	}
	done := make(chan struct{})
	s.cmd, s.done = cmd, done
	go func() {
		s.err = cmd.Wait()
		close(done)
	}()
	up, why = within(startLimit, func() (bool, string) {
		if s.ended() {
			return true, ""
		}
		return s.healthy()
	})
	return up && !s.ended(), why
}

// stop asks the server to end, as an operator's system does, and fails the test
// if it does not end cleanly.
func (s *server) stop() {
	s.t.Helper()
	if s.cmd == nil || s.ended() {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
		if s.err != nil {
			s.t.Errorf("the server did not end cleanly: %v\n%s", s.err, s.logs)
		}
	case <-time.After(stopLimit):
		s.kill()
		s.t.Errorf("the server still ran %s after SIGTERM", stopLimit)
	}
}

// kill ends the server with SIGKILL, as a crash does.
func (s *server) kill() {
	s.t.Helper()
	_ = s.cmd.Process.Kill()
	<-s.done
}

// command runs one of the program's commands in the server's folder and
// environment and returns what it printed on stdout; err holds its stderr.
func (s *server) command(stdin string, args ...string) (string, error) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(s.path, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &stdout, &stderr
	cmd.Stdin = strings.NewReader(stdin)
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// ended reports whether the process is gone.
func (s *server) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

func (s *server) healthy() (bool, string) {
	client := http.Client{Timeout: time.Second}
	res, err := client.Get(s.url + "/healthz")
	if err != nil {
		return false, err.Error()
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK, "GET /healthz: " + res.Status
}

// freeAddr is a loopback address nobody listens on at the moment.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var databases atomic.Int64

// newPostgres makes an empty database on the server of TEST_DATABASE_URL and
// returns its URL. The database goes with the test. Without a server the test
// is skipped, or fails under REQUIRE_ALL=1.
func newPostgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		missing(t, "PostgreSQL", "Set TEST_DATABASE_URL to a server on which databases may be created.")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	name := fmt.Sprintf("e2e_%d_%d", os.Getpid(), databases.Add(1))
	if err := onPostgres(server, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := onPostgres(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

func onPostgres(url, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// logBook collects what a process prints while others read it.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
