package sso

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-abac.html
func TestAttributesBecomeSessionTags(t *testing.T) {
	p := &directory.Person{ID: "id-1", Profile: directory.Profile{
		UserName: "jane", Name: &directory.PersonName{GivenName: "Jane"}, Title: strings.Repeat("x", 257),
		Emails: []directory.PersonValue{{Value: "a@example.com"}, {Value: "b@example.com", Primary: new(true)}},
	}, Extensions: map[string]json.RawMessage{service.EnterpriseExtension: json.RawMessage(`{"costCenter":"42","manager":{"value":"boss"}}`)}}
	i := &directory.Instance{ABAC: true}
	for key, source := range map[string][]string{
		"Given": {"${path:name.givenName}"}, "Mail": {"${path:emails[primary eq true].value}"}, "Cost": {"${path:enterprise.costCenter}"},
		"Second": {"${path:nickName}", "${path:userName}"}, "Long": {"${path:title}"}, "None": {"${path:nickName}"}, "Plain": {"userName"},
		"List": {"${path:emails}"}, "Open": {"${path:userName"}, "Deep": {"${path:userName.x.y}"}, "Boss": {"${path:enterprise.manager.value}"},
	} {
		i.Attributes = append(i.Attributes, directory.ABACAttribute{Key: key, Source: source})
	}
	got := sessionTags(i, p)
	slices.SortFunc(got, func(a, b session.Tag) int { return strings.Compare(a.Key, b.Key) })
	want := []session.Tag{{Key: "Boss", Value: "boss"}, {Key: "Cost", Value: "42"}, {Key: "Given", Value: "Jane"}, {Key: "Mail", Value: "b@example.com"}, {Key: "Second", Value: "jane"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if i.ABAC = false; sessionTags(i, p) != nil {
		t.Error("tags without attributes for access control")
	}
}

func TestAUserNameThatNoSessionCanHaveGivesWayToTheID(t *testing.T) {
	for name, want := range map[string]string{"jane@example.com": "jane@example.com", "j": "id-1", "Jäne": "id-1", "a b": "id-1", strings.Repeat("a", 65): "id-1"} {
		if got := sessionName(&directory.Person{ID: "id-1", Profile: directory.Profile{UserName: name}}); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
