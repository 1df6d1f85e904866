package world

import (
	"strings"
	"testing"
)

// The policies of a template come with what they are for and where they stand;
// one with an unknown part is left out.
func TestDocuments(t *testing.T) {
	const template = `
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deploy
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: "123456789012"}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "*"}]
        - PolicyName: unknown
          PolicyDocument:
            Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !GetAtt Nothing.Known}]
  Open:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: reports
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/*"}]
`
	w, err := Read([]File{{Name: "template.yaml", Text: []byte(template)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range w.Documents() {
		kind := "identity"
		if d.Trust {
			kind = "trust"
		} else if d.Resource {
			kind = "resource"
		}
		got = append(got, kind+" "+d.Place.String())
		if !strings.Contains(d.Text, `"Effect"`) {
			t.Errorf("%s: %s", d.Place, d.Text)
		}
	}
	want := "trust template.yaml:7: Resources.Deploy.Properties.AssumeRolePolicyDocument\n" +
		"identity template.yaml:11: Resources.Deploy.Properties.Policies[0]\n" +
		"resource template.yaml:20: Resources.Open.Properties.PolicyDocument"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
