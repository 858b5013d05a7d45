package boltkv

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// What is checked does not change under the check: what was saved before comes into
// the file at another time.
func TestCheckWhileTheFileIsWritten(t *testing.T) {
	db := newDB(t, Options{})
	db.flushAfter = 50 * time.Microsecond
	var all sync.WaitGroup
	all.Go(func() {
		for i := range 300 {
			save(t, db, fmt.Sprint(i%7), fmt.Sprint(i))
		}
	})
	for range 50 {
		if err := db.Check(); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
}
