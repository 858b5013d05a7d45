package vault

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// childEnv, set to the folder of a vault, makes TestChild run in a process of
// its own.
const childEnv = "VAULT_TEST_CHILD"

// TestChild is the child process of TestKill, not a test: it makes, erases and
// rewraps keys until it is killed, and prints a line, in one write, for each
// thing that was acknowledged.
func TestChild(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("runs in a process of its own only")
	}
	text, err := os.ReadFile(dir + ".ring")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	v := openVault(t, dir, ring)
	back := turned(ring)
	var wg sync.WaitGroup
	wg.Go(func() { // two rings in turn, so that there is always something to do
		for i := 0; ; i++ {
			if err := v.Rewrap(t.Context(), []*Keyring{back, ring}[i%2]); err != nil {
				t.Errorf("Rewrap: %v", err)
			}
			fmt.Println("rewrapped")
		}
	})
	wg.Go(func() {
		for known := uint64(0); ; {
			for ; known < v.Len(); known++ {
				if key, err := v.Key(known); err == nil {
					fmt.Printf("slot %d %x\n", known, key.Seal([]byte(mark)))
				}
			}
			if err := v.Grow(known + 1); err != nil {
				t.Errorf("Grow: %v", err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	for {
		slot := mathrand.Uint64N(v.Len()-1) + 1
		fmt.Println("erasing", slot)
		if err := v.Erase(slot, fmt.Sprint("c", slot), day); err != nil {
			t.Errorf("Erase: %v", err)
		}
		fmt.Println("erased", slot)
	}
}

// turned returns ring with its wrapping keys the other way round.
func turned(ring *Keyring) *Keyring {
	back := *ring
	back.wraps = slices.Clone(ring.wraps)
	slices.Reverse(back.wraps)
	return &back
}

// runChild runs a child for a while after its first line, kills it, and adds
// to r what it printed. It returns how many times it rewrapped.
func runChild(t *testing.T, dir string, r *record, pause time.Duration) (rewraps int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := true
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if first {
			first = false
			time.AfterFunc(pause, func() { cmd.Process.Kill() })
		}
		var slot uint64
		var sealed string
		switch what, _, _ := strings.Cut(lines.Text(), " "); what {
		case "slot":
			if _, err := fmt.Sscanf(lines.Text(), "slot %d %s", &slot, &sealed); err != nil {
				t.Fatal(err)
			}
			b, err := hex.DecodeString(sealed)
			if err != nil {
				t.Fatal(err)
			}
			if r.sealed[slot] == nil { // the key that was the first stays it
				r.sealed[slot] = b
			}
		case "erasing":
			fmt.Sscanf(lines.Text(), "erasing %d", &r.erasing)
		case "erased":
			fmt.Sscanf(lines.Text(), "erased %d", &slot)
			r.erased[slot] = true
		case "rewrapped":
			rewraps++
		default:
			t.Fatalf("the child says %q", lines.Text())
		}
	}
	cmd.Wait() // killed
	if first {
		t.Fatal("the child said nothing")
	}
	return rewraps
}

// Kill -9 at any moment loses no key and brings back none that was erased.
func TestKill(t *testing.T) {
	times := 60
	if testing.Short() {
		times = 10
	}
	ring := withNewWrap(t, newRing(t))
	var dir string
	var r *record
	rnd := mathrand.New(mathrand.NewPCG(325, 3))
	rewraps, erased := 0, 0
	for n := range times {
		if n%10 == 0 { // go on with the same vault a while, then begin anew
			dir = filepath.Join(t.TempDir(), "vault")
			r = &record{sealed: map[uint64][]byte{}, erased: map[uint64]bool{}}
			err := errors.Join(os.WriteFile(dir+".ring", ring.Text(), 0o600), Create(dir, ring, rand.Reader))
			if err != nil {
				t.Fatal(err)
			}
		}
		rewraps += runChild(t, dir, r, time.Duration(rnd.IntN(40_000))*time.Microsecond)
		if err := r.check(dir, ring); err != nil {
			t.Fatalf("kill %d: %v", n, err)
		}
		if err := r.settle(dir, ring); err != nil {
			t.Fatal(err)
		}
		erased += len(r.erased)
	}
	if rewraps == 0 || erased == 0 {
		t.Errorf("in %d runs there were %d rewraps and %d erased keys", times, rewraps, erased)
	}
	t.Logf("%d kills, %d rewraps", times, rewraps)
}

// settle takes over from the vault whether the last erasure took place.
func (r *record) settle(dir string, ring *Keyring) error {
	v, err := Open(dir, ring, rand.Reader)
	if err != nil {
		return err
	}
	defer v.Close()
	if _, err := v.Key(r.erasing); errors.Is(err, ErrErased) {
		r.erased[r.erasing] = true
	}
	return nil
}
