package journal

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ab325/internal/durable"
)

// A journal that was made and whose folder was synced is there after a power cut,
// on a file system that keeps no journal of its own either, though nothing was
// appended to it: a database's state may say by then that it is.
func TestCreateIsDurable(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	dir := t.TempDir()
	image, cut, disk := filepath.Join(dir, "image"), filepath.Join(dir, "cut"), filepath.Join(dir, "disk")
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, 4<<20), os.Mkdir(disk, 0o700)); err != nil {
		t.Fatal(err)
	}
	run(t, "mkfs.ext4", "-q", "-b", "1024", "-O", "^has_journal", image)
	if out, err := exec.Command("mount", "-o", "loop", image, disk).CombinedOutput(); err != nil {
		t.Skipf("this machine does not let us mount: %s", out)
	}
	defer run(t, "umount", disk)
	for i := range 4 { // so many files are written down together: none with the folder
		if err := os.WriteFile(filepath.Join(disk, strconv.Itoa(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "sync", "-f", disk)
	f, err := Create(filepath.Join(disk, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = durable.Names(disk)
	data, readErr := os.ReadFile(image) // what the disk has now
	if err := errors.Join(err, readErr, os.WriteFile(cut, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	_ = exec.Command("e2fsck", "-fy", cut).Run() // which says that it mended something
	if out := run(t, "debugfs", "-R", "stat journal", cut); !strings.Contains(out, "Type: regular") {
		t.Errorf("after a power cut the journal is, as debugfs says,\n%s", out)
	}
}

// run runs a program and returns what it printed.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
