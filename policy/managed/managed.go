package managed

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// Policy is one policy that AWS manages. Lookup and All make it.
type Policy struct {
	Name       string
	Path       string // with a slash at either end, such as /job-function/
	ID         string // ANPA and seventeen characters
	Created    time.Time
	Updated    time.Time // when its default version was made
	Attachable bool      // false for those that only AWS's own roles and tasks take

	versions []version // in the order they were made; the last is the default
}

// Lookup finds the policy that an ARN names, in whichever partition. It
// answers false for an ARN of another kind, for a customer's policy and for a
// name that AWS does not have; letters' case matters, as it does at AWS.
func Lookup(arn string) (Policy, bool) {
	name, ok := cutARN(arn)
	if !ok {
		return Policy{}, false
	}
	l := library()
	i, ok := l.byPath[name]
	if !ok {
		return Policy{}, false
	}
	return l.policies[i], true
}

// All walks every policy in the order in which AWS lists them, and reads no
// document.
func All() iter.Seq[Policy] {
	return func(yield func(Policy) bool) {
		for _, p := range library().policies {
			if !yield(p) {
				return
			}
		}
	}
}

// ARN is the policy's name in a partition: aws, aws-cn or aws-us-gov.
func (p Policy) ARN(partition string) string {
	return "arn:" + partition + ":iam::aws:policy" + p.Path + p.Name
}

// Default is the version that is in force, which of AWS's policies is the
// newest.
func (p Policy) Default() Version {
	return p.version(len(p.versions) - 1)
}

// Version finds a version by its id, such as v5. It answers false for one
// that never was or that nobody recorded.
func (p Policy) Version(id string) (Version, bool) {
	digits, ok := strings.CutPrefix(id, "v")
	if !ok {
		return Version{}, false
	}
	number, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || digits != strconv.FormatUint(number, 10) {
		return Version{}, false
	}
	for i := range p.versions {
		if p.versions[i].number == uint32(number) {
			return p.version(i), true
		}
	}
	return Version{}, false
}

// Versions walks the recorded versions from the newest to the oldest.
func (p Policy) Versions() iter.Seq[Version] {
	return func(yield func(Version) bool) {
		for i := len(p.versions) - 1; i >= 0; i-- {
			if !yield(p.version(i)) {
				return
			}
		}
	}
}

func (p Policy) version(i int) Version {
	v := p.versions[i]
	return Version{
		ID:      "v" + strconv.FormatUint(uint64(v.number), 10),
		Created: time.Unix(v.created, 0).UTC(),
		Default: i == len(p.versions)-1,
		text:    v.text,
	}
}

// Version is one version of a policy. Policy's methods make it.
type Version struct {
	ID      string
	Created time.Time
	Default bool

	text place
}

// Document is the version's policy text. It decompresses the text unless one
// of the last few questions was for a neighbour.
func (v Version) Document() string {
	return library().document(v.text)
}

// cutARN answers what follows "policy" in the ARN of a policy that AWS owns:
// path and name, such as /job-function/Billing.
func cutARN(arn string) (string, bool) {
	rest, ok := strings.CutPrefix(arn, "arn:aws")
	if !ok {
		return "", false
	}
	partition, name, ok := strings.Cut(rest, ":iam::aws:policy")
	if !ok || strings.Contains(partition, ":") || partition != "" && partition[0] != '-' {
		return "", false
	}
	return name, true
}
