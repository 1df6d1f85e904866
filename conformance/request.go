package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// readRequest reads the fields that make a request, and answers the condition
// keys that are among them.
func readRequest(f fields) (authz.Request, []pair, error) {
	var r authz.Request
	var account, caller string
	for field, value := range map[string]*string{
		"caller": &caller, "action": &r.Action, "resource": &r.Resource, "account": &account, "canonical": &r.CanonicalUser,
	} {
		var err error
		if *value, err = f.take(field); err != nil {
			return r, nil, err
		}
	}
	var err error
	if r.Principal, err = readCaller(caller); err != nil {
		return r, nil, fmt.Errorf("caller: %w", err)
	}
	if account != "" {
		if r.ResourceAccount, err = arn.ParseAccountID(account); err != nil {
			return r, nil, fmt.Errorf("account: %w", err)
		}
	}
	if r.Action == "" || r.Resource == "" {
		return r, nil, errors.New("a request has an action and a resource")
	}
	entries, err := readContext(f, &r)
	return r, entries, err
}

// readCaller reads one of
//
//	anonymous
//	nobody
//	root ACCOUNT [partition=P]
//	user ARN [id=AIDA...]
//	role ARN session=NAME [id=AROA...] [provider=P]
//	federated NAME by USER-ARN or by root ACCOUNT
//	service NAME
//	identity PROVIDER
func readCaller(text string) (authz.Principal, error) {
	words := strings.Fields(text)
	if len(words) == 1 {
		switch words[0] {
		case "anonymous":
			return authz.Anonymous{}, nil
		case "nobody":
			return nil, nil
		}
	}
	if len(words) < 2 {
		return nil, fmt.Errorf("%q is nobody", text)
	}
	name, rest := words[1], words[2:]
	switch words[0] {
	case "root":
		return readRoot(name, rest)
	case "user":
		return readUser(name, rest)
	case "role":
		return readSession(name, rest)
	case "federated":
		return readFederated(name, rest)
	case "service":
		return authz.ServicePrincipal{Name: name}, options(rest, nil)
	case "identity":
		return authz.FederatedIdentity{Provider: name}, options(rest, nil)
	}
	return nil, fmt.Errorf("%q is nobody", text)
}

// options reads words of the form name=value.
func options(words []string, known map[string]*string) error {
	for _, word := range words {
		name, value, ok := strings.Cut(word, "=")
		to := known[name]
		if !ok || to == nil {
			return fmt.Errorf("%q does not belong here", word)
		}
		*to = value
	}
	return nil
}

func readRoot(account string, rest []string) (authz.Principal, error) {
	var root authz.Root
	var err error
	if root.Account, err = arn.ParseAccountID(account); err != nil {
		return nil, err
	}
	return root, options(rest, map[string]*string{"partition": &root.Partition})
}

func readUser(name string, rest []string) (authz.Principal, error) {
	var user authz.User
	var err error
	if user.ARN, err = arn.Parse(name); err != nil {
		return nil, err
	}
	return user, options(rest, map[string]*string{"id": &user.ID})
}

func readSession(name string, rest []string) (authz.Principal, error) {
	var session authz.RoleSession
	var err error
	if session.Role, err = arn.Parse(name); err != nil {
		return nil, err
	}
	return session, options(rest, map[string]*string{
		"session": &session.Name, "id": &session.RoleID, "provider": &session.Provider,
	})
}

func readFederated(name string, rest []string) (authz.Principal, error) {
	if len(rest) < 2 || rest[0] != "by" {
		return nil, errors.New("a federated user has a name, and by whom")
	}
	if rest[1] == "root" && len(rest) > 2 {
		parent, err := readRoot(rest[2], rest[3:])
		return authz.FederatedUser{Name: name, Parent: parent}, err
	}
	parent, err := readUser(rest[1], rest[2:])
	return authz.FederatedUser{Name: name, Parent: parent}, err
}

// pair is a condition key or a tag.
type pair struct {
	name   string
	values []string
	multi  bool
}

// readPairs reads name=value, with ; or a new line between two. name[]= has
// values with commas between them, and none where nothing follows. Quotes
// keep a value as it is.
func readPairs(text string) ([]pair, error) {
	var pairs []pair
	for item := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ';' || c == '\n' }) {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		name, value, ok := strings.Cut(item, "=")
		p := pair{name: strings.TrimSpace(name)}
		if !ok || p.name == "" {
			return nil, fmt.Errorf("%q is no name=value", item)
		}
		if p.name, p.multi = strings.CutSuffix(p.name, "[]"); !p.multi {
			p.values = []string{value}
		} else if strings.TrimSpace(value) != "" {
			p.values = strings.Split(value, ",")
		}
		for i, v := range p.values {
			if v = strings.TrimSpace(v); strings.HasPrefix(v, `"`) {
				if err := json.Unmarshal([]byte(v), &v); err != nil {
					return nil, fmt.Errorf("%s: %w", p.name, err)
				}
			}
			p.values[i] = v
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// readContext reads the condition keys: those that gather has the engine's
// own gathering set, and over them those that the case names.
func readContext(f fields, r *authz.Request) ([]pair, error) {
	if err := gather(f, r); err != nil {
		return nil, err
	}
	text, err := f.take("context")
	if err != nil {
		return nil, err
	}
	pairs, err := readPairs(text)
	if err != nil {
		return nil, fmt.Errorf("context: %w", err)
	}
	for _, p := range pairs {
		if p.multi {
			r.Context.SetMany(p.name, p.values...)
		} else {
			r.Context.Set(p.name, p.values[0])
		}
	}
	return pairs, nil
}

// gather sets the keys that every request of the caller has, at a certain
// time, from a certain place and with the credentials that the field names.
func gather(f fields, r *authz.Request) error {
	var tags [3][]authz.Tag
	for i, field := range [...]string{"principal-tags", "resource-tags", "request-tags"} {
		text, err := f.take(field)
		if err != nil {
			return err
		}
		pairs, err := readPairs(text)
		if err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		for _, p := range pairs {
			tags[i] = append(tags[i], authz.Tag{Key: p.name, Value: p.values[0]})
		}
	}
	credentials, err := f.take("gather")
	if err != nil {
		return err
	}
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	caller := authz.Caller{Principal: r.Principal, Tags: tags[0]}
	switch credentials {
	case "":
		return nil
	case "long-term":
	case "temporary":
		caller.IssuedAt = now.Add(-time.Hour)
	case "mfa":
		caller.IssuedAt, caller.MFAAt = now.Add(-time.Hour), now.Add(-time.Hour)
	default:
		return fmt.Errorf("gather: %s are no credentials", credentials)
	}
	r.Context.AddCall(authz.Call{
		Time: now, SecureTransport: true, SourceIP: netip.AddrFrom4([4]byte{203, 0, 113, 7}), UserAgent: "aws-cli/2", Region: "us-east-1",
	})
	r.Context.AddCaller(caller, now)
	r.Context.AddResource(r.ResourceAccount, tags[1])
	if len(tags[2]) > 0 {
		r.Context.AddRequestTags(tags[2])
	}
	return nil
}
