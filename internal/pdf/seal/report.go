package seal

import (
	"crypto/x509"
	"time"
)

// State says what became of the file since it was sealed.
type State string

// The states of a sealed file. Only Intact says that what one sees is what was
// sealed.
const (
	Intact     State = "intact"     // as it was sealed
	Extended   State = "extended"   // what was sealed is there, with more behind it, which a reader may show instead
	Changed    State = "changed"    // not what was sealed
	Unreadable State = "unreadable" // something like a seal, which cannot be checked
)

// Trust says whether somebody known vouches for whoever sealed.
type Trust string

// What is known of the certificate of a seal.
const (
	Trusted  Trust = "trusted"  // an authority of the given ones vouches for it, at the time that is proven
	Unknown  Trust = "unknown"  // nobody given does: whoever sealed may call themselves anything
	Outdated Trust = "outdated" // it is not valid at the time that is proven, which without a timestamp is now
	Revoked  Trust = "revoked"  // the revocation data in the file say that it was taken back by then; that a file says nothing of the kind shows nothing
)

// Level is the level of a PAdES baseline signature: what the file has. How much
// that is worth depends on who vouches for whom; see [Seal.Proven] and
// [Seal.Stood].
type Level string

// The levels. Each has what those before it have.
const (
	BB  Level = "B-B"  // a signature
	BT  Level = "B-T"  // when it was made, by a timestamp service
	BLT Level = "B-LT" // what shows that no certificate was revoked then
)

// A Report says of a file what is known of its seals.
type Report struct {
	// Seals are those of the file, in the order in which they were made; one
	// covers all before it. A file without any is not sealed.
	Seals []Seal
}

// Last returns the seal that tells most of the file: the last of those that are
// Trusted, or, if none is, the last of all. Anybody may put a seal of their own
// on top of a file that they changed; then the last Trusted one is Extended. ok
// is false if there is no seal.
func (r *Report) Last() (s *Seal, ok bool) {
	for i := range r.Seals {
		if s == nil || r.Seals[i].Trust == Trusted || s.Trust != Trusted {
			s = &r.Seals[i]
		}
	}
	return s, s != nil
}

// A Seal is what is known of one seal. Of a seal that is Changed or Unreadable
// nothing else needs to be true.
type Seal struct {
	State State
	Trust Trust
	Level Level

	By          string // organisation of the certificate
	ID          string // its number in a register, such as NTRDK-12345678; "" if the certificate has none
	Certificate *x509.Certificate
	Demo        bool // a demo's certificate: worth nothing

	// Claimed is when the seal says that it was made; zero if it does not say.
	// Whoever has the key can say anything.
	Claimed time.Time
	// Stamp is what a timestamp service says of that time; nil without one.
	Stamp *Stamp

	// Stood says that the file shows that no certificate between the seal and one
	// of the given authorities was revoked when it was made, nor of its timestamp,
	// which proves when that was. Where it is false nobody knows it from the file: a
	// seal made with a stolen key looks the same, before its certificate is taken
	// back and after.
	Stood bool

	// Digest identifies what was sealed: the file up to the seal's end, but for
	// the signature itself. It is the same in every copy of the file, with
	// revocation data or without.
	Digest []byte

	// Covers is how many bytes from the file's beginning the seal covers, its
	// own included; Record how many were there before it.
	Covers, Record int

	// Fault says what is wrong with a seal that is Changed or Unreadable.
	Fault error
}

// A Stamp is a timestamp of a seal.
type Stamp struct {
	At    time.Time
	By    string // organisation of the service's certificate
	Trust Trust
}

// Proven reports whether the time of At is proven: by a service that one of the
// given authorities vouches for. Else it is what somebody says.
func (s *Seal) Proven() bool { return s.Stamp != nil && s.Stamp.Trust == Trusted }

// At returns when the seal was made, as far as that is known; see Proven.
func (s *Seal) At() time.Time {
	if s.Stamp != nil {
		return s.Stamp.At
	}
	return s.Claimed
}
