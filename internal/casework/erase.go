package casework

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// An EraseReason is why a case is erased. It is chosen and not written, since
// it stays in the log when nothing about anybody may.
type EraseReason string

// The reasons.
const (
	ReasonRetention EraseReason = "retention" // it need not be kept any more
	ReasonAbandoned EraseReason = "abandoned" // it will never be finished
	ReasonMistake   EraseReason = "mistake"   // it should not have been made
	ReasonRight     EraseReason = "right"     // the person has the right to it
)

// EraseReasons returns every reason, the common one first.
func EraseReasons() []EraseReason {
	return []EraseReason{ReasonRetention, ReasonAbandoned, ReasonMistake, ReasonRight}
}

// Danish says the reason, for people.
func (r EraseReason) Danish() string {
	return map[EraseReason]string{
		ReasonRetention: "Opbevaringspligten er udløbet, og et eventuelt arkiveringskrav er opfyldt",
		ReasonAbandoned: "Sagen bliver aldrig færdig, og ingen har brug for den",
		ReasonMistake:   "Sagen er begyndt ved en fejl",
		ReasonRight:     "Den ansatte har ret til at få oplysningerne slettet nu",
	}[r]
}

// An Erasure is a decision to erase a case.
type Erasure struct {
	Reason EraseReason

	// Unfinished says that the case is to be erased although something in it is
	// not settled.
	Unfinished bool
}

// Erase erases a case for ever: its records, documents, messages, links and
// sessions, and the key that they are encrypted with, wherever copies of them
// lie. The log keeps who did it, when and for which reason, and that there were
// other entries. Revision is the one that the actor saw, or Any.
//
// Only a team leader may, and the operator. While anything is not settled it is
// an Invalid problem that names the input "unfinished", unless the actor
// decided that it is to go all the same.
//
// R30: «Kommunen sletter oplysningerne når opbevaringspligten udløber og et
// eventuelt arkiveringskrav er opfyldt»; afterwards «har kommunen ikke længere
// adgang til dem» (R53).
func (s *Service) Erase(ctx context.Context, who auth.Actor, id string, revision int, e Erasure) error {
	// A full disk is no reason to keep what must go.
	err := s.Store.Update(kv.WithReserve(ctx), func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.AllowErase(c); err != nil {
			return err
		}
		if revision != Any && !c.Seen(revision) {
			return problem.New(problem.Conflict, "Sagen er ændret af en anden, siden du åbnede den. Se, hvad der er nyt, og prøv igen.")
		}
		if err := e.check(c.LooseEnds(s.today())); err != nil {
			return err
		}
		return tx.Erase(id, s.entry(who, audit.Erased, id, string(e.Reason)))
	})
	if err != nil {
		return s.logRefusal(ctx, who, id, audit.Erased, err)
	}
	s.Directory.Forget(id)
	s.erased.call()
	// It is erased whether somebody still waits or not.
	if _, err := s.Store.FinishErasures(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("destroy the key of an erased case: %w", err)
	}
	return nil
}

// erasedHooks are what is to be called when a case was erased.
type erasedHooks struct {
	mu  sync.Mutex
	all []func()
}

// WhenErased has f called each time that this service has erased a case, whoever
// asked for it, so that what is kept in memory of a case goes with it.
func (s *Service) WhenErased(f func()) {
	s.erased.mu.Lock()
	defer s.erased.mu.Unlock()
	s.erased.all = append(s.erased.all, f)
}

func (h *erasedHooks) call() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.all {
		f()
	}
}

// check returns what is wrong with the decision.
func (e Erasure) check(loose []flexjob.LooseEnd) error {
	var faults []problem.Field
	if !slices.Contains(EraseReasons(), e.Reason) {
		faults = append(faults, problem.Field{ID: "reason", Text: "Vælg, hvorfor sagen skal slettes"})
	}
	if len(loose) > 0 && !e.Unfinished {
		faults = append(faults, problem.Field{ID: "unfinished", Text: "Noget i sagen er ikke færdigt. Sæt kryds, hvis den skal slettes alligevel"})
	}
	if len(faults) == 0 {
		return nil
	}
	return &problem.Error{Kind: problem.Invalid, Detail: "Sagen er ikke slettet. Noget skal vælges først.", Fields: faults}
}

// LooseEnds returns what in a case is not settled today.
func (s *Service) LooseEnds(v *View) []flexjob.LooseEnd { return v.Case.LooseEnds(s.today()) }
