package moving

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The form, member by member in the order in which the aws CLI prints them.
type (
	form struct {
		UserDetailList  []user
		GroupDetailList []group
		RoleDetailList  []role
		Policies        []managedPolicy
	}
	user struct {
		Path                    string
		UserName                string
		UserID                  string `json:"UserId"`
		ARN                     string `json:"Arn"`
		CreateDate              date
		UserPolicyList          []inline `json:",omitempty"`
		GroupList               []string
		AttachedManagedPolicies []attached
		PermissionsBoundary     *boundary `json:",omitempty"`
		Tags                    []tag
		Unknown                 jsontext.Value `json:",embed"`
	}
	group struct {
		Path                    string
		GroupName               string
		GroupID                 string `json:"GroupId"`
		ARN                     string `json:"Arn"`
		CreateDate              date
		GroupPolicyList         []inline
		AttachedManagedPolicies []attached
		Unknown                 jsontext.Value `json:",embed"`
	}
	role struct {
		Path                     string
		RoleName                 string
		RoleID                   string `json:"RoleId"`
		ARN                      string `json:"Arn"`
		CreateDate               date
		AssumeRolePolicyDocument document
		InstanceProfileList      []profile
		RolePolicyList           []inline
		AttachedManagedPolicies  []attached
		PermissionsBoundary      *boundary `json:",omitempty"`
		Tags                     []tag
		RoleLastUsed             lastUsed
		Unknown                  jsontext.Value `json:",embed"`
	}
	profile struct {
		Path                string
		InstanceProfileName string
		InstanceProfileID   string `json:"InstanceProfileId"`
		ARN                 string `json:"Arn"`
		CreateDate          date
		Roles               []briefRole
		Tags                []tag          `json:",omitempty"`
		Unknown             jsontext.Value `json:",embed"`
	}
	briefRole struct {
		Path                     string
		RoleName                 string
		RoleID                   string `json:"RoleId"`
		ARN                      string `json:"Arn"`
		CreateDate               date
		AssumeRolePolicyDocument document
	}
	managedPolicy struct {
		PolicyName                    string
		PolicyID                      string `json:"PolicyId"`
		ARN                           string `json:"Arn"`
		Path                          string
		DefaultVersionID              string `json:"DefaultVersionId"`
		AttachmentCount               int
		PermissionsBoundaryUsageCount int
		IsAttachable                  bool
		Description                   *string `json:",omitempty"`
		CreateDate                    date
		UpdateDate                    date
		PolicyVersionList             []version
		Unknown                       jsontext.Value `json:",embed"`
	}
	version struct {
		Document         document
		VersionID        string `json:"VersionId"`
		IsDefaultVersion bool
		CreateDate       date
	}
	inline struct {
		PolicyName     string
		PolicyDocument document
	}
	attached struct {
		PolicyName string
		PolicyARN  string `json:"PolicyArn"`
	}
	boundary struct {
		Type string `json:"PermissionsBoundaryType"`
		ARN  string `json:"PermissionsBoundaryArn"`
	}
	tag struct {
		Key   string
		Value string
	}
	lastUsed struct {
		LastUsedDate date   `json:",omitzero"`
		Region       string `json:",omitempty"`
	}
)

// listedRole is as much of a role of ListRoles as the form has not.
type listedRole struct {
	RoleName           string
	Description        *string
	MaxSessionDuration int32
}

// document is a policy document: an object in what the aws CLI and boto3 make
// of it, text in percent-encoding in what the API itself answers.
type document struct{ text string }

// UnmarshalJSONFrom keeps the text of an object without blanks, and any other
// text as it is.
func (d *document) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	value, err := in.ReadValue()
	if err != nil {
		return err
	}
	switch value.Kind() {
	case '{':
		value = value.Clone()
		if err := value.Compact(); err != nil {
			return err
		}
		d.text = string(value)
	case '"':
		if err := json.Unmarshal(value, &d.text); err != nil {
			return err
		}
		if strings.HasPrefix(d.text, "%") {
			d.text, err = url.PathUnescape(d.text)
		}
	default:
		err = fmt.Errorf("a policy document is an object or a text")
	}
	return err
}

// MarshalJSONTo writes an object, or a text that is none as it is.
func (d document) MarshalJSONTo(out *jsontext.Encoder) error {
	value := jsontext.Value(d.text)
	if value.Kind() == '{' && value.IsValid() {
		return out.WriteValue(value)
	}
	return out.WriteToken(jsontext.String(d.text))
}

// date is a moment in whole seconds.
type date struct{ time.Time }

// dateLayouts are how the aws CLI and boto3 write dates, and how Python does
// where a program left it to itself.
var dateLayouts = [...]string{time.RFC3339, "2006-01-02 15:04:05Z07:00"}

// UnmarshalJSONFrom reads a date in one of these layouts.
func (d *date) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	var text string
	if err := json.UnmarshalDecode(in, &text); err != nil {
		return err
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			d.Time = t.UTC().Truncate(time.Second)
			return nil
		}
	}
	return fmt.Errorf("%q is no date such as 2026-01-31T12:00:00+00:00", text)
}

// MarshalJSONTo writes a date as the aws CLI does.
func (d date) MarshalJSONTo(out *jsontext.Encoder) error {
	return out.WriteToken(jsontext.String(d.UTC().Format("2006-01-02T15:04:05-07:00")))
}
