package world

import (
	"maps"
	"strings"
	"testing"
)

const staged = `Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Who: {Type: String}
  Buckets: {Type: CommaDelimitedList}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub deploy-${Stage}
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: !Ref Who}, Action: "sts:AssumeRole"}]}
      Policies:
      - {PolicyName: a, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: !Ref Buckets}]}}
      - !If [Prod, {PolicyName: b, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]}}, !Ref AWS::NoValue]
`

// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func TestAParameterHasTheValueThatIsGiven(t *testing.T) {
	o := Options{Account: accountID(t, "111111111111")}
	a := open(t, texts{"t.yaml": staged}, o)
	holds(t, a, []asking{
		{"a default", one + "role/deploy-dev", "sqs:SendMessage", "*", "denied"},
		{"no default and no value", one + "role/deploy-dev", "s3:GetObject", "arn:aws:s3:::a", "the parameter Buckets has no default"},
	})
	o.Parameters = map[string]string{"Stage": "prod", "Who": one + "root", "Buckets": "arn:aws:s3:::a, arn:aws:s3:::b"}
	a = open(t, texts{"t.yaml": staged}, o)
	holds(t, a, []asking{
		{"a condition is decided by the value", one + "role/deploy-prod", "sqs:SendMessage", "*", "allowed"},
		{"a list", one + "role/deploy-prod", "s3:ListBucket", "arn:aws:s3:::b", "allowed"},
		{"and nothing beside it", one + "role/deploy-prod", "s3:ListBucket", "arn:aws:s3:::c", "denied"},
	})
}

func TestAParameterThatCannotBe(t *testing.T) {
	for _, c := range []struct{ rule, name, value, says string }{
		{"none of the allowed values", "Stage", "test", `t.yaml:2: Parameters.Stage: "test" is none of its values: dev, prod`},
		{"of no template", "Stag", "prod", "the parameter Stag: none of the templates has it"},
	} {
		if got := refusal(t, texts{"t.yaml": staged}, Options{Parameters: map[string]string{c.name: c.value}}); got != c.says {
			t.Errorf("%s: %s", c.rule, got)
		}
	}
}

func TestFilesOfParameters(t *testing.T) {
	want := map[string]string{"Stage": "prod", "Buckets": "a,b"}
	for _, c := range []struct{ rule, text string }{
		{"of the aws CLI", `[{"ParameterKey":"Stage","ParameterValue":"prod"},{"ParameterKey":"Buckets","ParameterValue":"a,b"},{"ParameterKey":"Old","UsePreviousValue":true}]`},
		{"of a pipeline", `{"Parameters":{"Stage":"prod","Buckets":"a,b"},"StackPolicy":{}}`},
		{"an object", `{"Stage":"prod","Buckets":["a","b"]}`},
		{"YAML", "Stage: prod\nBuckets: [a, b]\n"},
	} {
		got, err := ReadParameters(File{Name: "p", Text: []byte(c.text)})
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v %v", c.rule, got, err)
		}
	}
	for _, c := range []struct{ text, says string }{
		{`[{"ParameterKey":"Stage"}]`, "p:1: Stage: a parameter has a name and a value"},
		{`[{"ParameterKey":"a","ParameterValue":"1"},{"ParameterKey":"a","ParameterValue":"2"}]`, "p:1: a: this parameter stands there twice"},
		{`"x"`, "p: this is a text, and no list of parameters"},
		{`{"a": {}}`, "a parameter has a name and a value"},
		{`{"a"`, "p:1: the file ends in the middle"},
		{"", "p: the file is empty"},
	} {
		if _, err := ReadParameters(File{Name: "p", Text: []byte(c.text)}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.text, err, c.says)
		}
	}
}

func FuzzReadParameters(f *testing.F) {
	f.Add([]byte(`[{"ParameterKey":"a","ParameterValue":"b"}]`))
	f.Add([]byte("{\"Parameters\": {\"a\": [1, null]}}"))
	f.Add([]byte("a: b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := ReadParameters(File{Name: "p", Text: text}); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
