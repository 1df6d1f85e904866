// Package rolecall is an identity and access service that speaks AWS's own
// protocols: IAM, STS and their kin, for unmodified AWS clients.
//
// A test in Go embeds the whole service:
//
//	s, err := rolecall.New(rolecall.Config{})
//	if err != nil {
//		t.Fatal(err)
//	}
//	defer s.Close()
//	server := httptest.NewServer(s)
//	first, _ := s.FirstStart() // its Credentials
//
// and points an AWS client at server.URL with those keys. Nothing is on disk
// and nothing listens but what the test makes.
//
// This package wires the rooms together: the store under the directory, the
// services behind the one door. It holds no rules of its own but those of the
// first start.
package rolecall
