package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const repository = "../.."

// TestImage does what "docker build" would do, step by step in plain folders,
// so that a machine without an image registry finds out when the Dockerfile no
// longer builds. What only a base image has is taken from this machine. Then
// the image's one program has to run with nothing around it.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program anew")
	}
	need(t, "npm")
	image := buildImage(t)

	out, err := inImage(t.Context(), image, "version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "ab325 ") {
		t.Errorf("ab325 version in the image = %q, %v", out, err)
	}
	if out, err := exec.Command("go", "version", "-m", filepath.Join(image, "ab325")).Output(); err != nil || !strings.Contains(string(out), "CGO_ENABLED=0") {
		t.Errorf("the program in the image may need shared libraries: %v\n%s", err, out)
	}
	if info, err := os.Stat(filepath.Join(image, "etc/ssl/certs/ca-certificates.crt")); err != nil || info.Size() == 0 {
		t.Errorf("no CA roots in the image: %v", err)
	}
	serveImage(t, image)
}

// serveImage runs the service as the image does, which needs the pages' design
// in it, until its own health check is content.
func serveImage(t *testing.T, image string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	sealed := filepath.Join(image, "keys/seal.pem")
	if err := errors.Join(os.WriteFile(sealed, sealPEM(), 0o600), chownImage(sealed)); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	serve := inImage(ctx, image, "serve", "-addr", "127.0.0.1:0")
	serve.Stdout, serve.Stderr = &log, &log
	serve.Cancel = func() error { return serve.Process.Signal(syscall.SIGTERM) }
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serve.Wait() }()
	for {
		out, err := inImage(ctx, image, "health", "-live").CombinedOutput()
		if err == nil && string(out) == "ok\n" {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("the service in the image ended: %v\n%s", err, &log)
		case <-time.After(100 * time.Millisecond):
		}
	}
	stop()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("the service in the image stopped with %v\n%s", err, &log)
	}
}

// inImage returns the image's program with args. Root runs it with nothing but
// the image's own files around it, and as the image's user; others cannot.
func inImage(ctx context.Context, image string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/ab325", args...)
	root := "/"
	if os.Getuid() != 0 {
		root = image
		cmd.Path = filepath.Join(image, "ab325")
	}
	for name, dir := range map[string]string{"AB325_DATA": "data", "AB325_KEYS": "keys", "AB325_BACKUP_TO": "tmp", "AB325_SEAL": "keys/seal.pem"} {
		cmd.Env = append(cmd.Env, name+"="+filepath.Join(root, dir))
	}
	cmd.Env = append(cmd.Env, "AB325_BASE_URL=http://127.0.0.1", "AB325_BACKUP_KEY="+publicKey)
	if root == image {
		return cmd
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: imageUser, Gid: imageUser}}
	return cmd
}

// chownImage gives a file to the image's user, where the test can.
func chownImage(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(name, imageUser, imageUser)
}

// imageUser is whom the Dockerfile lets the program run as.
const imageUser = 65532

// need skips the test where a program is missing, or fails it in CI, where
// all must be there.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// A stage is one image of the Dockerfile, built as a folder.
type stage struct {
	t    *testing.T
	root string // what is "/" in the image
	dir  string // the working directory, as in the image
}

// buildImage builds every stage and returns the folder of the last.
func buildImage(t *testing.T) string {
	t.Helper()
	stages := map[string]*stage{}
	var now *stage
	for _, line := range dockerfile(t) {
		word, rest, _ := strings.Cut(line, " ")
		args := strings.Fields(rest)
		switch word {
		case "FROM":
			now = &stage{t: t, root: t.TempDir(), dir: "/"}
			stages[args[len(args)-1]] = now
		case "WORKDIR":
			now.dir = rest
			now.must(os.MkdirAll(now.path("."), 0o777))
		case "COPY":
			from, owner := repository, os.Getuid()
			args = slices.DeleteFunc(args, func(arg string) bool {
				if name, ok := strings.CutPrefix(arg, "--from="); ok {
					from = stages[name].root
				}
				if arg == fmt.Sprintf("--chown=%d:%d", imageUser, imageUser) && owner == 0 {
					owner = imageUser
				}
				return strings.HasPrefix(arg, "--")
			})
			target := args[len(args)-1]
			now.copy(from, args[:len(args)-1], target)
			now.must(os.Chown(now.path(target), owner, -1))
		case "RUN":
			now.run(rest)
		case "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD":
		default:
			t.Fatalf("the Dockerfile has %q, which this test does not know", line)
		}
	}
	return now.root
}

// dockerfile returns the instructions of the Dockerfile.
func dockerfile(t *testing.T) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// path returns where the image's file name is on this machine.
func (s *stage) path(name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.dir, name)
	}
	return filepath.Join(s.root, name)
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// copy copies names, files or folders in from, to the image's target.
func (s *stage) copy(from string, names []string, target string) {
	s.t.Helper()
	for _, name := range names {
		source, to := filepath.Join(from, name), s.path(target)
		info, err := os.Stat(source)
		if os.IsNotExist(err) && from != repository {
			source = name // a file of the base image
			info, err = os.Stat(source)
		}
		s.must(err)
		if !info.IsDir() {
			if target == "./" {
				to = filepath.Join(to, filepath.Base(name))
			}
			s.must(copyFile(source, to))
			continue
		}
		s.must(filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(source, path)
			switch {
			case err != nil:
				return err
			case from == repository && ignored(filepath.Join(name, rel)):
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			case d.IsDir():
				return os.MkdirAll(filepath.Join(to, rel), 0o777)
			}
			return copyFile(path, filepath.Join(to, rel))
		}))
	}
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}

// ignored says what .dockerignore does, in the few words that it needs, and
// leaves the history out as well: the test needs no commit.
func ignored(name string) bool {
	switch name {
	case ".git", "bin", "internal/web/ui/node_modules":
		return true
	}
	return filepath.Dir(name) == "internal/web/static/dist" && filepath.Base(name) != ".gitignore"
}

// run runs a line of shell in the stage. Absolute paths of the stage are those
// under /out, which are moved under its root.
func (s *stage) run(line string) {
	s.t.Helper()
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(line, "/out/", s.root+"/out/"))
	cmd.Dir = s.path(".")
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("RUN %s: %v\n%s", line, err, out)
	}
}
