package policytest

// SourceLine is sourceLine for tests.
func SourceLine(s Suite, source string, statement int) (string, int) {
	return s.sourceLine(source, statement)
}
