package store

import "ab325/internal/kv"

// The keys, as what follows each beginning. None holds personal data.
const (
	caseKeys     = prefix("case/")       // case id: the case
	rowKeys      = prefix("row/")        // case id: what lists show of it, and its index keys
	rowsVersion  = prefix("row-version") // the version and the index key of all rows
	findKeys     = prefix("find/")       // keyed hash of what is looked up, case id: nothing
	fileKeys     = prefix("file/")       // id of a document: case id
	commonKeys   = prefix("common/")     // SHA-256: what documents begin with, see common.go
	unsealedKeys = prefix("unsealed/")   // municipality, seconds, case id: nothing, while a document has waited since then for its seal
	yearKeys     = prefix("year/")       // year: the last case number given in it
	slotCount    = prefix("slot-count")  // the last slot in the vault that a case got

	erasedBytes  = prefix("erased-bytes") // how long the vault's log of erasures was when a case was last erased
	copiedBytes  = prefix("copied-bytes") // how long it was when the keys were last copied to the backups
	slotLostKeys = prefix("slot-lost/")   // first slot that cases unknown to a restored database may have: the last
	restoredKey  = prefix("restored")     // nothing, from Load until ReplayErasures is through

	erasingKeys = prefix("erasing/") // case id, until its key and documents are gone: where they are

	listKeys   = prefix("list/")   // see lists.go: nothing, or the expected answer
	countKeys  = prefix("count/")  // municipality, owner, status: how many cases are listed
	dueKeys    = prefix("due/")    // municipality, owner, status, expected answer: how many cases wait for it
	barredKeys = prefix("barred/") // municipality, staff id, case id: nothing

	logKeys       = prefix("log/")        // entry id: the entry
	logCaseKeys   = prefix("log-case/")   // case id, entry id: nothing
	logNewKeys    = prefix("log-new/")    // entry id, until it has a number: its leaf in the tree
	logNumberKeys = prefix("log-number/") // entry id: its place in the tree, from 1
	tileKeys      = prefix("tile/")       // level, number: hashes of the tree
	checkpointKey = prefix("checkpoint")  // the last that was signed

	staffKeys       = prefix("staff/")        // staff id: the account
	staffNameKeys   = prefix("staff-name/")   // keyed hash of the user name: staff id, revision
	sessionKeys     = prefix("session/")      // hash of the token, in hexadecimal: the session
	sessionCaseKeys = prefix("session-case/") // case id, hash of the token: nothing
	parkedKeys      = prefix("parked/")       // subject, id: what was posted after a session had ended
	parkedCaseKeys  = prefix("parked-case/")  // case id, subject, id: nothing

	linkKeys      = prefix("link/")       // link id: the link
	linkTokenKeys = prefix("link-token/") // hash of the token: link id
	linkCodeKeys  = prefix("link-code/")  // keyed hash of the code: link id
	linkCaseKeys  = prefix("link-case/")  // case id, link id: revision

	messageKeys     = prefix("message/")      // message id: the message
	messageCaseKeys = prefix("message-case/") // case id, message id: nothing
	messageDataKeys = prefix("message-data/") // message id, while it has its data: nothing
	outboxKeys      = prefix("outbox/")       // message id, while it is not sent: nothing
	messageNumber   = prefix("message-count") // the last message id given

	municipalityKeys = prefix("municipality/") // code: its settings

	onceKeys = prefix("once/") // hour, id of a request that changed something: nothing
)

// A prefix begins keys.
type prefix string

func (p prefix) key() kv.Key            { return kv.Key(p) }
func (p prefix) text(s string) kv.Key   { return kv.Key(p).Text(s) }
func (p prefix) number(n uint64) kv.Key { return kv.Key(p).Uint(n) }
func (p prefix) under(s string) prefix  { return prefix(kv.Key(p).Text(s)) }
