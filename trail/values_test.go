package trail

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
)

func TestValuesAreWrittenByTheModelsNames(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"names begin small, also where that looks odd (sAMLAssertionID in AWS's example)",
			&iam.GetSSHPublicKeyInput{UserName: "u", SSHPublicKeyId: "k", Encoding: "SSH"},
			`{"encoding":"SSH","sSHPublicKeyId":"k","userName":"u"}`},
		{"a password is left out", &iam.CreateLoginProfileInput{Password: "hunter2", PasswordResetRequired: &yes},
			`{"passwordResetRequired":true}`},
		{"a false that was given is shown", &iam.CreateLoginProfileInput{PasswordResetRequired: &no}, `{"passwordResetRequired":false}`},
		{"numbers and lists", &iam.ListUsersInput{MaxItems: 7}, `{"maxItems":7}`},
		{"an empty list that was given is shown", &iam.SimulateCustomPolicyInput{ActionNames: []string{}}, `{"actionNames":[]}`},
		{"nothing", (*iam.ListUsersInput)(nil), ``},
		{"quotes, controls and other letters", &iam.GetUserInput{UserName: "a\"\\\n\x01é\u2028\xff"}, `{"userName":"a\"\\\n\u0001é` + "\u2028\ufffd" + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := shapes{made: map[shapeKey]*shaped{}}
			op := operationOf(t, tt.value)
			if got := string(parameters(nil, s.ofPointer(op, tt.value), tt.value)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// operationOf is the input's shape of the operation that a value is for.
func operationOf(t *testing.T, in any) *api.Shape {
	t.Helper()
	for _, op := range iam.Service.Operations() {
		if reflect.TypeOf(op.In) == reflect.TypeOf(in) {
			return op.Input
		}
	}
	t.Fatalf("no operation takes a %T", in)
	return nil
}

func TestTimesAreWrittenAsInAWSsExamples(t *testing.T) {
	s := shapes{made: map[shapeKey]*shaped{}}
	out := &iam.GetUserOutput{User: &iam.User{UserName: "u", CreateDate: time.Date(2014, 7, 18, 16, 7, 39, 0, time.UTC)}}
	got := string(parameters(nil, s.ofPointer(iam.GetUser.Output, out), out))
	if !strings.Contains(got, `"createDate":"Jul 18, 2014 4:07:39 PM"`) {
		t.Error(got)
	}
}

func FuzzAppendQuoted(f *testing.F) {
	for _, s := range []string{"", "plain", `a"b\c`, "\x00\x1f\x7f", "é", "\xff\xfe", "a\xed\xa0\x80b", "\u2028\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var back string
		if err := json.Unmarshal(appendQuoted(nil, s), &back); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && back != want {
			t.Errorf("%q came back as %q", s, back)
		}
	})
}
