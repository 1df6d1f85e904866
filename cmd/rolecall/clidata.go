package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// cliData is the folder in the data directory that AWS_DATA_PATH names: rules
// that send the aws CLI and boto3 to this server. Versions before 2.13, 1.29
// and 1.28 of them (Debian 12 has 2.9) do not know AWS_ENDPOINT_URL, and would
// take these keys to AWS itself.
//
// Source: https://docs.aws.amazon.com/botocore/latest/reference/loaders.html
const cliData = "aws-cli"

// writeCLIData writes the rules of every service for the server's address.
func writeCLIData(dir, endpoint string) error {
	for _, s := range all.Services() {
		folder := filepath.Join(dir, cliData, s.Model, s.Version)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("write the rules for the aws CLI: %w", err)
		}
		text, err := json.Marshal(endpointRules(s, endpoint))
		if err != nil {
			return fmt.Errorf("write the rules for the aws CLI: %w", err)
		}
		if err := replaceFile(filepath.Join(folder, "endpoint-rule-set-1.json"), text); err != nil {
			return fmt.Errorf("write the rules for the aws CLI: %w", err)
		}
	}
	return nil
}

// replaceFile writes a file unless it says the same already, so that whoever
// reads it sees the old text or the new one.
func replaceFile(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	next := path + ".new"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// Endpoint rules as Smithy has them.
//
// Source: https://smithy.io/2.0/additional-specs/rules-engine/specification.html
type (
	ruleSet struct {
		Version    string               `json:"version"`
		Parameters map[string]parameter `json:"parameters"`
		Rules      []rule               `json:"rules"`
	}
	parameter struct {
		BuiltIn  string `json:"builtIn,omitempty"`
		Required bool   `json:"required"`
		Default  any    `json:"default,omitempty"`
		Type     string `json:"type"`
	}
	rule struct {
		Conditions []condition  `json:"conditions"`
		Endpoint   endpointRule `json:"endpoint"`
		Type       string       `json:"type"`
	}
	condition struct {
		Function string              `json:"fn"`
		Args     []map[string]string `json:"argv"`
	}
	endpointRule struct {
		URL        string              `json:"url"`
		Properties map[string]any      `json:"properties"`
		Headers    map[string][]string `json:"headers"`
	}
)

// endpointRules send a service's requests to the server, unless the client is
// told another endpoint, signed for the region that is asked for. S3's name the
// bucket in the path.
func endpointRules(s *api.Service, endpoint string) ruleSet {
	set := ruleSet{Version: "1.0", Parameters: map[string]parameter{
		"Region":   {BuiltIn: "AWS::Region", Required: true, Default: "us-east-1", Type: "String"},
		"Endpoint": {BuiltIn: "SDK::Endpoint", Type: "String"},
	}}
	if s.Protocol == api.RestXML {
		set.Parameters["Bucket"] = parameter{Type: "String"}
		set.Rules = append(set.Rules,
			endpointAt(s, "{Endpoint}/{Bucket}", isSet("Endpoint"), isSet("Bucket")),
			endpointAt(s, endpoint+"/{Bucket}", isSet("Bucket")))
	}
	set.Rules = append(set.Rules, endpointAt(s, "{Endpoint}", isSet("Endpoint")), endpointAt(s, endpoint))
	return set
}

func isSet(name string) condition { return condition{"isSet", []map[string]string{{"ref": name}}} }

func endpointAt(s *api.Service, url string, when ...condition) rule {
	scheme := map[string]any{"name": "sigv4", "signingName": s.SigningName, "signingRegion": "{Region}"}
	if s.Protocol == api.RestXML {
		scheme["disableDoubleEncoding"] = true
	}
	properties := map[string]any{"authSchemes": []any{scheme}}
	if takesBearers(s) {
		properties = map[string]any{}
	}
	return rule{
		Conditions: append([]condition{}, when...),
		Endpoint: endpointRule{
			URL:        url,
			Properties: properties,
			Headers:    map[string][]string{},
		},
		Type: "endpoint",
	}
}

// takesBearers tells of the services that people reach with a token and without
// any key. A scheme in their rules would have the client sign all the same, and
// refuse for want of a key.
func takesBearers(s *api.Service) bool {
	return s.ID == "SSO" || s.ID == "SSO OIDC"
}
