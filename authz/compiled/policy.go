package compiled

import "github.com/rolecall-iam/rolecall/policy"

// Policy is a document made ready to be decided by. Nothing changes it once
// it is made, so all who attach the document share it. A nil Policy stands
// for a document that could not be read.
type Policy struct {
	document    *policy.Document
	deny, allow []segment
}

// Compile makes a Policy of a document, and nil of none.
func Compile(doc *policy.Document) *Policy {
	if doc == nil {
		return nil
	}
	p := &Policy{document: doc}
	var deny, allow []int
	for i := range doc.Statements {
		if doc.Statements[i].Effect == policy.Allow {
			allow = append(allow, i)
		} else {
			deny = append(deny, i)
		}
	}
	p.deny, p.allow = buildSegments(doc, deny), buildSegments(doc, allow)
	return p
}

func buildSegments(doc *policy.Document, places []int) []segment {
	if len(places) == 0 {
		return nil
	}
	segments := make([]segment, 0, (len(places)+segmentSize-1)/segmentSize)
	for len(places) > 0 {
		n := min(len(places), segmentSize)
		segments = append(segments, buildSegment(doc, places[:n]))
		places = places[n:]
	}
	return segments
}
