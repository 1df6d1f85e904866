package iam

import (
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/policy"
)

// places are where a statement begins and ends, as AWS's parser tells it: how
// far it has come when it meets the statement, which is behind the { of a
// statement that stands alone, behind the [ for the first of several, and
// behind the statement before for the others; and how far when it is through.
//
// Source: the answers for AdministratorAccess (3/17 to 8/6), for a statement
// alone (1/38, 1/41) and that of AWS CLI's example (3/19), which are that and
// nothing else; for others, the "delimiter inclusive" places in the tests of
// orbit-infra's simulations.
func places(doc *policy.Document, index int) (start, end *iam.Position) {
	st := doc.Statements[index]
	before := strings.TrimRight(doc.Text[:st.Start.Offset], " \t\r\n")
	from := st.Start.Offset + 1
	switch {
	case strings.HasSuffix(before, "["):
		from = len(before)
	case strings.HasSuffix(before, ",") && index > 0:
		from = doc.Statements[index-1].End.Offset
	}
	return placeAt(doc.Text, from), placeAt(doc.Text, st.End.Offset)
}

func placeAt(text string, offset int) *iam.Position {
	head := text[:offset]
	bol := strings.LastIndexByte(head, '\n') + 1
	line, column := int32(strings.Count(head, "\n")+1), int32(utf8.RuneCountInString(head[bol:])+1)
	return &iam.Position{Line: &line, Column: &column}
}
