package store

import (
	"slices"
	"strings"

	"ab325/internal/kv"
)

// LogPairs returns those of a dump's pairs that are of the audit log: with them
// alone in a database, [Store.VerifyLog] and [Store.Holds] work.
func LogPairs(pairs []kv.Pair) (log []kv.Pair) {
	of := []prefix{logKeys, logCaseKeys, logNewKeys, logNumberKeys, tileKeys, checkpointKey}
	for _, p := range pairs {
		if slices.ContainsFunc(of, func(at prefix) bool { return strings.HasPrefix(string(p.Key), string(at)) }) {
			log = append(log, p)
		}
	}
	return log
}
