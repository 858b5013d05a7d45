// Package store keeps the program's records in a [kv.DB], and its documents in
// a [files.Store], sealed. What the documents of a kind begin with says nothing
// about anybody, and stands in the database once, as it is.
//
// It knows records and no rules: who may change what is for the packages
// above. What it does hold them to is that a change leaves a trace:
// [Tx.PutCase] saves a case, its row for lists, its index keys, the audit
// entry that explains the change and the messages that follow from it in one
// transaction, and cannot be called without the entry.
//
// What is about a person is sealed with a key of its case, or of the house, by
// package vault, and bound to where it stands (seal.go). Erasing a case is
// destroying its key (erase.go). What can be derived is derived again by
// [Store.Check], and compared both ways.
//
// # What the files tell without a key
//
// Names, numbers, addresses and whatever else somebody typed stand nowhere but
// in what is sealed; tests search every key, value, file and file name for them
// (TestNothingReadableIsStored). What is not sealed has to be there to find and
// list cases without opening them all, and whoever has a copy of the database,
// a disk, a dump, learns from it:
//
//	find/      Which cases have a CPR, CVR or own reference in common, not which:
//	           the hash is HMAC-SHA-256 with a key that lies outside the data.
//	           Who has many cases in common is a company, and the biggest one
//	           may be guessed by that. How many a case has tells how many of its
//	           documents were signed or issued.
//	file/      Which case a document is of, by random ids.
//	list/ count/ due/ barred/
//	           Of each case that a jobcenter has: municipality, case number,
//	           status, the id of the caseworker and of those who are kept from
//	           it, and the days of receipt, expected answer and expected start.
//	           A municipality that gets 300 cases a year gets 1.2 on a working
//	           day: who knows the day on which somebody's form was received knows
//	           which case is theirs, and so its status and its dates, and
//	           nothing that stands in it.
//	unsealed/  Of each case with a document that waits for its seal, which is
//	           none for long: municipality, and the second in which it was signed
//	           or issued.
//	common/    What the documents of a kind begin with (common.go): fonts and the
//	           form's own words, which say nothing about anybody.
//	log/       Who, by random id, did what to which case, when. Whose case it is
//	           or was, and what was written, it does not say.
//	log-case/ log-new/ log-number/ tile/ checkpoint
//	           The same, hashes of it, and signatures.
//	staff/ municipality/
//	           How many accounts there are, by random ids, and which municipalities
//	           have settings.
//	case/ row/ link/ link-case/ session/ session-case/ parked/ parked-case/
//	message/ message-case/ message-data/ outbox/
//	           Which are of one case, so that they can be counted, and which
//	           messages wait; and the plain line of each record: its kind, how
//	           often it was saved, and the slot of its key. Kept apart from the
//	           others are those of the house, slot 0.
//	lengths    A sealed body is 28 bytes longer than the plain one, so how much
//	           was written is seen, to the byte, of a document too: whoever has
//	           one can tell by that which it may be.
//	link-token/ session/
//	           Hashes of 256 random bits, which nobody can guess.
//	link-code/ staff-name/
//	           Codes and user names can be guessed, so they are hashed with keys
//	           derived from the house's, which takes the vault and the keyring.
//	year/ message-count
//	           How many cases were begun, and messages sent.
//	slot-count slot-lost/ erased-bytes copied-bytes erasing/ restored
//	           How many cases there ever were, how many were erased and which
//	           are being erased, and whether a backup was restored.
//	row-version  The name of the index key, and which version of the program
//	           last derived rows.
//	once/      In which hour requests changed something, by random ids.
//	journals   What was changed in the last second or so, as it then stands in
//	           the database, and in which order.
//
// An index key that leaks, with the data, opens nothing that is sealed; but
// there are only 37 000 days and 10 000 numbers to each, and 370 million hashes
// take one processor core about four minutes (0.6 µs each, BenchmarkFindHash):
// after that every CPR number that has a case is known, and who knows somebody's
// number knows that at once. CVR numbers and case numbers are fewer still. So the
// key lies with the keyring, never in the data, a backup of it or a dump, and is
// changed in the running service ([Store.UseIndexes], [Store.Reindex]) when
// somebody leaves who has seen it: what was copied before stays as weak as it
// was, and what is copied later is of no use to them. Codes of documents have 80
// random bits, and the hash of a document is of all that stands in it: neither
// can be tried, but who has both the key and a document learns which case it is
// of.
//
// # What the files tell to somebody who can change them
//
// A value that is changed, or moved to another place, does not open; an older
// value of a case or an account that is put back does not fit its row or its
// user name. Put back together with all that leads to it, or removed with it, a
// case, an account or a setting is betrayed by the log, which names the revision
// that each change made (revisions.go), and which nobody can change unseen. So
// whatever is added, removed or put back is found by [Store.Check] and
// [Store.VerifyLog] together, but for three things. One is a session, parked post,
// message or link that is removed, or put back as it was, with all that leads to
// it: an older link or session may let in again who still has its secret, until
// the time that stands in it, and what they do then is logged. Another is an
// older case that was last changed before the log named revisions. And what no
// document begins with can be put among what they begin with (common.go), where
// nothing reads it. A whole older database is found by the mark outside it (see
// [Store.Holds]), and so is an older vault, put back to undo an erasure: what is
// signed names the erasures.
package store
