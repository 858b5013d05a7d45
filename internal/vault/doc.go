// Package vault keeps the keys that everything else is sealed with: one for
// each case, and one for the house. Whatever is written about a case is sealed
// with the case's key, so that to destroy that key is to destroy all of it,
// wherever copies lie.
//
// The keys are in a folder of the data, each wrapped by a key that is not: the
// [Keyring], a small text that lies elsewhere. Either without the other opens
// nothing.
//
// # Every key of the program
//
// This is the list of all keys and algorithms, in this package and others. All
// come from the standard library but for the packages that are named.
//
// In the keyring, which is in the folder of keys, or comes from the service
// manager or the environment:
//
//	wrap    AES-256-GCM. Opens the keys in the vault.
//	        Lost: everything is lost, with every backup. Keep a copy in a safe.
//	        Leaked: whoever has the data too, or a backup of keys and of
//	        records, reads everything. Change it.
//	        Changed by Keyring.WithNewWrap and Rewrap, while the service runs.
//	index   HMAC-SHA-256 of CPR, CVR, case number, own reference, and of the
//	        code and the hash of each document that is kept, by which cases are
//	        found. It opens no record.
//	        Lost: nothing is found by them until everything is indexed anew.
//	        Leaked: there are so few CPR numbers that somebody who has the data
//	        too tries them all in minutes: they learn who has a case, and no
//	        more. Change it.
//	        Changed by WithNewIndex, while the service runs: the store writes
//	        each find key anew.
//	sign    Ed25519. Signs the checkpoints of the audit log.
//	        Lost: checkpoints cannot be signed or verified by the service; those
//	        who have the public key can still verify what they hold.
//	        Leaked: whoever can write to the data too can write another history
//	        and sign it. It differs from the checkpoints kept elsewhere, which
//	        is what they are for. Change it.
//	        Changed by WithNewSeed (ab325 key new -sign), at a start. The old
//	        ones stay in the keyring, to verify by.
//
// In the vault, wrapped by the first wrapping key:
//
//	case    AES-256-GCM, one for each case. Seals its records, documents and
//	        messages, and its parties' sessions.
//	        Lost: the case is lost. That is how a case is erased.
//	        Leaked: that case can be read by whoever has the data. It is in
//	        memory only while a record is opened or sealed. A new one would not
//	        make the old records unreadable to those who have them.
//	house   AES-256-GCM. Seals staff accounts, their sessions, settings. From it
//	        are derived the keys that hash user names and links' codes
//	        (HMAC-SHA-256, [Key.Index]).
//	        Lost: everything is lost to the service: it will not start.
//	        Leaked: the names of the staff, and password hashes.
//
// Not kept by the service, but used by it:
//
//	seal    RSA or ECDSA, over SHA-256 or longer, with the municipality's
//	        certificate, in a file that is named to the service and lies outside
//	        the data (package pdf/seal): PEM, or PKCS#12 (sslmate's go-pkcs12),
//	        whose password comes apart from it. In a demonstration it is made at
//	        each start, and kept nowhere.
//	        Seals signed and issued documents, so that others can tell whether
//	        they were changed. It opens nothing.
//	        Lost: what is signed and issued is valid and waits for its seal. Get
//	        another certificate, and name it; earlier seals stay good.
//	        Leaked: whoever has it can seal documents in the municipality's
//	        name. Have the certificate revoked, and get another one. Seals with
//	        a timestamp from before that stay good.
//	        Changed by another file in its place, while the service runs.
//
//	timestamp  Of whoever the municipality asks (RFC 3161). It gets the SHA-256
//	        of a seal, which is of nothing that could be guessed, and answers
//	        with its own signature.
//	        Lost or leaked: seals from then on rest on their own word for the
//	        time. Ask another service.
//	        Changed by a new start with another address.
//
// Not kept by the service:
//
//	age     X25519 and ChaCha20-Poly1305 (filippo.io/age). Backups are encrypted
//	        to the municipality's public key; the private one is not here.
//	        Lost: the backups cannot be opened. Restore one now and then.
//	        Leaked: whoever gets a backup still needs the wrapping key. Make a
//	        new pair, configure it, and destroy the old backups.
//	check   The same, made for one backup and kept in memory, to read it again.
//	TLS     belongs to the proxy in front.
//
// What is stored of secrets that people hold:
//
//	passwords  argon2id (golang.org/x/crypto), salted, with its cost beside it.
//	           One that somebody else gave opens nothing but the page for choosing
//	           another.
//	sessions, links  256 random bits; SHA-256 of them is stored.
//	links' codes     60 random bits, few guesses; a keyed hash is stored.
//	control codes    80 random bits, printed on a document, sealed in its case and
//	                 found by a keyed hash (index). They open nothing: whoever has
//	                 one learns what kind of document it is, when and by which
//	                 municipality it was made, and whether it is still the last.
//
// And without a key: SHA-256 of documents, and of the leaves of the audit log
// with a random salt each, so that what a leaf says can be erased.
//
// # Erasing
//
// [Vault.Erase] overwrites the slot in place, and a crash in between is made up
// for by [Open]. A copy of the file without the slot, renamed over it, would
// leave the old content in blocks that are free, for as long as nobody needs
// them: measured in a database file, 98 % of the bytes were still there after
// a delete. Slots never move, so there is one place to overwrite.
//
// In place is what a file system does that has no copy-on-write (ext4, XFS).
// Btrfs and ZFS write elsewhere and free the old block; snapshots keep it; and
// an SSD does so by itself below any of them. What remains there is a wrapped
// key, which is worthless without the wrapping key. So a change of the wrapping
// key, from time to time, ends all such remnants: the old key is destroyed, the
// keys wrapped with it that were erased are in no newer file, and remnants open
// with nothing. The same is true of backups of the keys, which should live
// short.
//
// Keys in memory are left to the garbage collector, and so may be in a core
// dump or in swap: allow neither where the service runs.
//
// # Limits
//
// A nonce is 96 random bits, so one key may seal 2³² messages (NIST SP
// 800-38D). The house key seals the most: a thousand staff with 200 changes a
// day each take 58 years.
package vault
