/*
Ab325 is the service that a municipality runs for the form AB 325, «Vurdering
af arbejdsevnen • fleksjob»: an employee and a company fill Blad 1 together, the
employee signs it, the jobcenter writes Blad 2 and issues it, and both get it.

	ab325 -h            lists the commands
	ab325 COMMAND -h    tells more about one

# A tour

This is the order to read the program in, from the bottom up. Each package's
own comment goes on from here; a test (internal/arch) holds the program to this
order, so that what is said here stays true.

The form is data. A folder of forms holds one edition: its fields with their
labels, kinds and fillers, every box on its pages, and the running text word
for word. Package form reads editions and checks what is typed into them. The
pages that a person fills in, the checks, the JSON schema and the printed PDF
all come from there, so that a new edition is a new folder and no code. What an
edition asks for is made of values that cannot be wrong once they exist: package
ident has CPR and CVR numbers, dates, phone numbers, hours and percent.

The case is pure. Package flexjob holds what happened to a case and when, and
computes the rest from that and a time that is passed in: its status, what may
be done next and by whom, the last day to complain, whether a consent stands. It
does no input or output and reads no clock, so every rule of the law is a
function that a table tests, with the clause above it. Package audit is as
pure: it says what an entry of the log is, and proves by one signed tree of
hashes that none was changed, removed, moved or put in.

The storage knows no rules. Package kv is an ordered set of keys and values
with serializable transactions; boltkv is that in one file, and makes durable
together what arrives together, in a journal (package journal) before it comes
into the file; kvtest is what every engine must pass. On top of it stands package
store, the one place that encodes, seals and decodes records, and that lets no
change be saved without its audit entry. Documents are
files of their own (package files), sealed like records but for what all of a
kind begin with, which the database holds once, and written through to the disk,
their names too (package durable), before the transaction that refers to them.
Each case has a key of its own, which package vault keeps, and which opens with a
keyring that lies outside the data: to erase a case is to destroy its key. What the files tell without the
keys is in the comment of package store; storetest makes stores for the tests of
what is above it. The log is signed as it grows, and the last signature is the
mark, which lies with the keyring: data that lack what it had are not the newest,
and are not served.

There is one door. Package casework is the only way to a case: it asks auth who
the actor is to the case and what they may do, lets flexjob change it, and saves
case, audit entry and outgoing message in one transaction. Whatever comes in,
a page, a command, a job at night, goes through that door, so none of them can
forget to ask. Package caselist finds cases by the names in them; package
accounts keeps the staff, their sessions and the municipalities' settings.

The PDF is written, not drawn. Package pdf draws the constant parts of an
edition's pages once, when the program starts; a document is then those parts
and the case's words, laid out by a pure package (pdf/layout) and written out
object by object (pdf/write). The same case gives the same bytes, every word
that was typed is in them, and the document says what each piece is to those
who listen to it instead of looking. The blank is the same pages with boxes to
fill in (pdf/acro), by programs of others, offline. Letters and receipts are
running text by the same hands; package casework words them from a case's facts
when somebody asks, and binds all documents of a case into one.
Every kind of document is judged in tests by pdf/pdftest: its own reader, the
conditions of PDF/A-2a and PDF/UA-1, and other programs.

A finished PDF is sealed by package pdf/seal with the municipality's
certificate, in a revision behind the file, which stays as it was. The same
package tells of any file whose seal it bears and whether it was changed. It
knows nothing of cases, and asks only those outside whom it is told to:
the timestamp service, and who answers for the certificates. A document is valid
without it: package casework seals what was signed or issued after the commit
that made it valid, at once or, where that fails, each minute until it succeeds,
and keeps the seal beside the record, as what follows it in the sealed file. What
is signed or issued has a code printed on it, too, by which anybody who has the
paper asks the service what it is.

A PDF that somebody sends is read by package pdf/read, and never in this
process: package sandbox starts the program again for it, with bounded memory
and time, and takes back texts of fields or one word for what is wrong.

The pages need no JavaScript. Package web has every address of the service in
one table with who may use it; a page is a typed struct and a template of the
same name, in the patterns of Det Fælles Designsystem. The only text of an
error that a person sees is a problem.Error, in Danish, that says what to do.

A backup (package backup) is one file, encrypted to a key that this machine does
not have, of every record and document as they are stored. It is independent of
the engine, disturbs nobody while it is made, and counts only when it was read
back from where it was put.

What the program does by itself, again and again, are jobs (package jobs): a
job that fails is reported and tried again, and never runs twice at once.

# This package

It alone sees everything, and holds what belongs to the program as a whole:
the clock, the environment, the terminal and the network.

	main.go          the commands, and how one is found and run
	failure.go       how a command says that it could not
	config.go        what serve is told, and what it refuses
	serve.go         opens, connects and closes everything, in order
	fault.go         ends the service when the disk does not write
	cases.go         what casework is made of; the example data
	names.go         reads the names that staff search, within bounds of memory
	municipality.go  whom the pages name
	data.go          the data folder: made once, never by mistake
	keyring.go       where the keyring is
	sealconfig.go    what documents are sealed with, and whether it works
	sealing.go       how the seal is doing
	sealfollow.go    how a new certificate comes into use
	keychange.go     how its keys are changed while the service runs
	operator.go      what the commands do to the data
	background.go    the jobs
	backups.go       how backups are made, by themselves and when asked for
	backupcheck.go   how a backup is tried before it counts
	keyscopy.go      how the copy of the keys follows an erasure
	operations.go    what administrators see of all that
	checkpoint.go    where the signed log is kept
	mark.go          the mark outside the data, which tells older data from newer
	proof.go         what is proven by it, and how that is shown
	socket.go        how a command reaches the data while the service runs
	console.go       what a task shows while it works
	password.go      how a password is asked for
	sandboxed.go     what is done in a process of its own
	input.go         how a file is opened that a person names
	output.go        how a file is written wholly or not at all

and a file for each command.
*/
package main
