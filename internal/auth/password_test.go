package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"ab325/internal/problem"
)

// cheap is a cost for tests of what does not depend on it.
var cheap = Cost{Memory: 64, Time: 1, Threads: 1}

func TestHashAndVerify(t *testing.T) {
	h := NewHasher(rand.Reader, cheap, 2)
	ctx := context.Background()
	const password = "rødgrød med fløde"
	stored, err := h.Hash(ctx, password)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("Hash = %q, %v", stored, err)
	}
	if again, _ := h.Hash(ctx, password); again == stored {
		t.Error("two hashes of a password are the same")
	}
	decomposed := strings.ReplaceAll("rødgrød med fløde å", "å", "a\u030a")
	composed, err := h.Hash(ctx, "rødgrød med fløde å")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 100_000)
	hashOfLong, err := h.Hash(ctx, long)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		stored, typed string
		want          bool
	}{
		{stored, password, true},
		{stored, password + " ", false},
		{stored, "Rødgrød med fløde", false},
		{stored, "", false},
		{composed, decomposed, true},
		{hashOfLong, long, true},
		{hashOfLong, long + "x", false},
		{hashOfLong, long[:100], false},
		{"", password, false},
		{"", "", false},
	} {
		ok, rehash, err := h.Verify(ctx, test.stored, test.typed)
		if ok != test.want || rehash || err != nil {
			t.Errorf("Verify(%.40q, %.40q) = %t, %t, %v, want %t, false", test.stored, test.typed, ok, rehash, err, test.want)
		}
	}
}

// The hash of the reference implementation's own test.
func TestVerifyReference(t *testing.T) {
	h := NewHasher(rand.Reader, DefaultCost, 1)
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, rehash, err := h.Verify(context.Background(), stored, "password")
	if !ok || !rehash || err != nil {
		t.Errorf("Verify(reference) = %t, %t, %v, want true, true: its cost is not ours", ok, rehash, err)
	}
	if ok, rehash, err := h.Verify(context.Background(), stored, "Password"); ok || rehash || err != nil {
		t.Errorf("Verify(wrong) = %t, %t, %v, want false, false", ok, rehash, err)
	}
}

// OWASP's Password Storage Cheat Sheet: argon2id with at least 19 MiB, 2
// passes, 1 thread.
func TestDefaultCost(t *testing.T) {
	if c := DefaultCost; c.Memory < 19<<10 || c.Memory > maxMemory || c.Time < 2 || c.Threads < 1 {
		t.Errorf("DefaultCost = %+v", c)
	}
}

// What is stored is read strictly: a damaged hash is an error, not a wrong
// password, and can ask for no more memory than is allowed.
func TestVerifyDamaged(t *testing.T) {
	h := NewHasher(rand.Reader, cheap, 1)
	const salt, key = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, stored := range []string{
		"x",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt,
		"$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1$" + salt + "$" + key,
		"$argon2id$v=19$m=064,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=1 $" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=17,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=65537,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=4294967296,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=1$c29t$" + key,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key[:20],
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "=",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "$",
	} {
		if ok, _, err := h.Verify(context.Background(), stored, "password"); ok || err == nil {
			t.Errorf("Verify(%q) = %t, %v, want an error", stored, ok, err)
		}
	}
}

// More hashes at once than there are slots wait, and give up with the request.
func TestHashWaits(t *testing.T) {
	h := NewHasher(rand.Reader, cheap, 1)
	h.slots <- struct{}{} // somebody hashes
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, _, err := h.Verify(ctx, "", "x"); problem.Of(err) != problem.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Verify with no slot = %v, want %s", err, problem.Unavailable)
	}
	if _, err := h.Hash(ctx, "x"); problem.Of(err) != problem.Unavailable {
		t.Errorf("Hash with no slot = %v, want %s", err, problem.Unavailable)
	}
	<-h.slots
	for range 3 {
		if _, err := h.Hash(context.Background(), "x"); err != nil {
			t.Errorf("Hash after it = %v: a slot is not given back", err)
		}
	}
}

func TestHashWithoutRandomness(t *testing.T) {
	h := NewHasher(strings.NewReader("short"), cheap, 1)
	if stored, err := h.Hash(context.Background(), "x"); err == nil {
		t.Errorf("Hash without salt = %q", stored)
	}
}
