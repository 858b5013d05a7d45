package web

import (
	"time"

	"ab325/internal/casework"
)

// Operations is how the service itself is doing, for the page that tells
// administrators and for nobody else. It holds nothing about anyone. A zero
// time is "never"; all sizes are in bytes.
type Operations struct {
	Version string    // of the program
	Started time.Time // when it began to serve

	Backup     BackupState
	Checkpoint CheckpointState
	Data       DataState
	Disk       DiskState
	Seal       SealState
	Changing   bool       // the keys that the data are encrypted with are being changed
	Jobs       []JobState // in the order to show them
}

// A BackupState says what would be there if the machine burned down.
type BackupState struct {
	Target bool          // there is a place for backups
	Every  time.Duration // between two; 0: none is made by itself
	Last   time.Time     // when the last good one was begun: written, read back and found whole
	Size   int64         // of that
	Next   time.Time     // when the next will be begun
	Failed time.Time     // when the last attempt failed; zero where the last one was good
	Kept   int           // how many good ones are in the place

	// KeysLack says that the copy of the keys beside them still has the key of a
	// case that was erased.
	KeysLack bool
}

// A CheckpointState says how far the log is proven.
type CheckpointState struct {
	Last    time.Time // when the last was signed
	Entries uint64    // of the log that it covers
	Target  bool      // there is a place of the operator's that is to take them
	Taken   time.Time // when that place last took one
}

// A DataState says whether all data are what they were made of.
type DataState struct {
	Checked time.Time // when all were last read, since the service began
	Faults  int       // that were found
}

// A SealState is the municipality's seal, and what waits for it.
type SealState struct {
	By         string        // whom the certificate names; "" where nothing is known of a seal
	Level      string        // of the PAdES baseline signature
	Demo       bool          // made by the demonstration, and worth nothing
	Ends       time.Time     // when the certificate does
	WarnBefore time.Duration // how long before that somebody should get a new one
	Checked    time.Time     // when it was tried last
	Failed     bool          // by that
	Waiting    casework.Unsealed
}

// A DiskState is the disk that the data lie on.
type DiskState struct {
	Free, Total int64
	Reserve     int64 // so much is kept free: with less, changes are refused
	Database    int64 // the size of the database's file
	Documents   int64 // of all PDFs and attachments
}

// BackupJob is the name of the job that makes backups. That it failed is told
// once, with the job.
const BackupJob = "Sikkerhedskopi"

// A JobState is something that the service does by itself.
type JobState struct {
	Name    string        // in Danish
	Every   time.Duration // between two runs
	Running bool
	Success time.Time // the end of the last run that went well
	Failure time.Time // the end of the last that did not
}

// Failing reports whether the last run did not go well.
func (j JobState) Failing() bool { return j.Failure.After(j.Success) }
