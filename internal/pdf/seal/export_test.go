package seal

// WithEvidence returns a sealed file with revocation data behind the seal, true
// or not: anybody may put some there.
func WithEvidence(file []byte, certs, ocsps, crls [][]byte) ([]byte, error) {
	doc, err := readDocument(file)
	if err != nil {
		return nil, err
	}
	return appendEvidence(nil, doc, &evidence{certs, ocsps, crls})
}
