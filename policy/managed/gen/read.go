package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// source is a policy as the npm package has it.
type source struct {
	ARN         string                   `json:"arn"`
	Latest      string                   `json:"latestVersionId"`
	Versions    map[string]sourceVersion `json:"versions"`
	Created     time.Time                `json:"createdDate"`
	LastUpdated time.Time                `json:"lastUpdatedDate"`
}

type sourceVersion struct {
	Created  time.Time       `json:"createdDate"`
	Document json.RawMessage `json:"document"`
}

// managedPolicy is a policy ready to be written.
type managedPolicy struct {
	name, path, id string
	attachable     bool
	created        int64
	versions       []managedVersion // from the oldest; the last is the default
}

type managedVersion struct {
	number  int
	created int64
	text    []byte
}

// read takes the policies out of the npm package's file, in its order, which
// is the order in which AWS lists them.
func read(r io.Reader) ([]managedPolicy, error) {
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("no object of policies: %v, %w", t, err)
	}
	var policies []managedPolicy
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var s source
		if err := d.Decode(&s); err != nil {
			return nil, fmt.Errorf("%v: %w", name, err)
		}
		p, err := s.policy()
		if err != nil {
			return nil, fmt.Errorf("%v: %w", name, err)
		}
		policies = append(policies, p)
	}
	_, err := d.Token()
	return policies, err
}

func (s source) policy() (managedPolicy, error) {
	full, ok := strings.CutPrefix(s.ARN, "arn:aws:iam::aws:policy/")
	if !ok {
		return managedPolicy{}, fmt.Errorf("%q is not the ARN of a policy of AWS", s.ARN)
	}
	cut := strings.LastIndexByte(full, '/') + 1
	p := managedPolicy{
		name:    full[cut:],
		path:    "/" + full[:cut],
		id:      policyID(s.ARN),
		created: s.Created.Unix(),
	}
	p.attachable = p.path != "/aws-service-role/" && p.path != "/root-task/"
	for id, v := range s.Versions {
		number, err := strconv.Atoi(strings.TrimPrefix(id, "v"))
		if err != nil {
			return managedPolicy{}, fmt.Errorf("version %q: %w", id, err)
		}
		var text bytes.Buffer
		if err := json.Indent(&text, v.Document, "", "    "); err != nil {
			return managedPolicy{}, fmt.Errorf("version %q: %w", id, err)
		}
		p.versions = append(p.versions, managedVersion{number, v.Created.Unix(), text.Bytes()})
	}
	slices.SortFunc(p.versions, func(a, b managedVersion) int { return a.number - b.number })
	if n := len(p.versions); n == 0 || "v"+strconv.Itoa(p.versions[n-1].number) != s.Latest {
		return managedPolicy{}, fmt.Errorf("default version %s is not the newest", s.Latest)
	}
	p.date(s.LastUpdated.Unix())
	return p, nil
}

// date mends the dates of versions. Where the source does not know one it
// repeats the policy's own; such a version gets the date of the one before
// it, and the newest the date of the policy's last change, which is known.
func (p *managedPolicy) date(updated int64) {
	newest := len(p.versions) - 1
	p.versions[newest].created = updated
	latest := p.created
	for i := range p.versions[:newest] {
		v := &p.versions[i]
		latest = min(max(latest, v.created), updated)
		v.created = latest
	}
}

// policyID derives an id of AWS's shape from an ARN. AWS's own ids are not in
// the source.
func policyID(arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return "ANPA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
