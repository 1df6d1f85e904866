package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api"
)

func TestThePageSaysWhatTheProgramDoes(t *testing.T) {
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	page, err := os.ReadFile("../../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := rewrite(page, services(s.Served)); string(page) != string(want) {
		t.Error("docs/coverage.md is not what the program does; run: make coverage")
	}
}

func TestWhatPeopleWroteStays(t *testing.T) {
	tests := []struct{ name, old, want string }{
		{"no page", "", "# What is there\n\n" + mark + "\n\nnew"},
		{"a page without the mark", "# Mine\n\nWords.\n", "# Mine\n\nWords.\n\n" + mark + "\n\nnew"},
		{"a page with the mark", "# Mine\n\nWords.\n\n" + mark + "\n\nold\nold", "# Mine\n\nWords.\n\n" + mark + "\n\nnew"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(rewrite([]byte(tt.old), []byte("new"))); got != tt.want {
				t.Errorf("the page is\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestAnOperationIsInOneOfTheTwoLists(t *testing.T) {
	page := string(services(func(op *api.Operation) bool { return op.Name == "AssumeRole" }))
	for _, want := range []string{
		"| AWS Security Token Service | 1 | ",
		"\nHandled: AssumeRole.\n\nAnswered with NotImplemented: AssumeRoleWithSAML, ",
		"| **all** | **1** | **",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}
