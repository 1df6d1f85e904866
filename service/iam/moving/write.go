package moving

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// writer writes an account in one transaction.
type writer struct {
	*Account
	tx *directory.Tx

	policyRefs map[string]directory.PolicyRef // by ARN
	groupIDs   map[string]string              // by folded name
	principals map[string]string              // ids of the users and roles, by ARN
	roleIDs    map[string]string              // by name
}

// Write recreates everything in an account that lives here. It refuses what
// takes a name or an id that something there has.
func (a *Account) Write(tx *directory.Tx) error {
	w := writer{a, tx, make(map[string]directory.PolicyRef), make(map[string]string), make(map[string]string), make(map[string]string)}
	w.index()
	for _, write := range [...]func() error{w.writePolicies, w.writeGroups, w.writeUsers, w.writeRoles} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) index() {
	for _, p := range w.policies {
		if !ofAWS(p.item.ARN) {
			w.policyRefs[p.item.ARN] = directory.PolicyRef(p.item.PolicyID)
		}
	}
	for _, g := range w.groups {
		w.groupIDs[strings.ToLower(g.item.GroupName)] = g.item.GroupID
	}
	for _, u := range w.users {
		w.principals[u.item.ARN] = u.item.UserID
	}
	for _, r := range w.roles {
		w.principals[r.item.ARN] = r.item.RoleID
		w.roleIDs[r.item.RoleName] = r.item.RoleID
	}
}

func (w *writer) writePolicies() error {
	for _, p := range w.policies {
		it := p.item
		if ofAWS(it.ARN) {
			continue
		}
		_, nameTaken := w.tx.Policy(w.ID, it.PolicyName)
		_, idTaken := w.tx.PolicyByID(w.ID, it.PolicyID)
		if nameTaken || idTaken {
			return w.taken("policy", it.PolicyName, it.PolicyID, nameTaken)
		}
		number := func(v version) int { n, _ := strconv.Atoi(v.VersionID[1:]); return n }
		versions := slices.SortedFunc(slices.Values(it.PolicyVersionList), func(a, b version) int { return number(a) - number(b) })
		stored := &directory.Policy{
			ID: it.PolicyID, Account: w.ID, Name: it.PolicyName, Path: it.Path, Description: it.Description,
			Created: it.CreateDate.Time, Updated: it.UpdateDate.Time, Default: it.DefaultVersionID,
			Last: number(versions[len(versions)-1]),
		}
		var text directory.PolicyText
		for _, v := range versions {
			stored.Versions = append(stored.Versions, directory.PolicyVersion{ID: v.VersionID, Created: v.CreateDate.Time})
			if v.IsDefaultVersion {
				text = directory.NewPolicyText(v.Document.text)
			} else {
				w.tx.PutPolicyText(stored, v.VersionID, directory.NewPolicyText(v.Document.text))
			}
		}
		w.tx.CreatePolicy(stored, text)
	}
	return nil
}

func (w *writer) writeGroups() error {
	for _, g := range w.groups {
		it := g.item
		_, nameTaken := w.tx.Group(w.ID, it.GroupName)
		if nameTaken || w.idTaken(it.GroupID) {
			return w.taken("group", it.GroupName, it.GroupID, nameTaken)
		}
		e := directory.Entity{ID: it.GroupID, Account: w.ID, Name: it.GroupName, Path: it.Path, Created: it.CreateDate.Time}
		if err := w.hold(g.at, &e, it.GroupPolicyList, it.AttachedManagedPolicies, nil, nil); err != nil {
			return err
		}
		w.tx.CreateGroup(&directory.Group{Entity: e})
	}
	return nil
}

func (w *writer) writeUsers() error {
	for _, u := range w.users {
		it := u.item
		_, nameTaken := w.tx.User(w.ID, it.UserName)
		if nameTaken || w.idTaken(it.UserID) {
			return w.taken("user", it.UserName, it.UserID, nameTaken)
		}
		e := directory.Entity{ID: it.UserID, Account: w.ID, Name: it.UserName, Path: it.Path, Created: it.CreateDate.Time}
		if err := w.hold(u.at, &e, it.UserPolicyList, it.AttachedManagedPolicies, it.PermissionsBoundary, it.Tags); err != nil {
			return err
		}
		stored := &directory.User{Entity: e}
		for _, name := range it.GroupList {
			id, ok := w.groupIDs[strings.ToLower(name)]
			if !ok {
				there, found := w.tx.Group(w.ID, name)
				if !found {
					return u.at.wrong("it is in the group %s, which is neither in the files nor in the account", name)
				}
				id = there.ID
			}
			stored.Groups = append(stored.Groups, id)
		}
		w.tx.CreateUser(stored)
	}
	return nil
}

// defaultSession is the longest session of a role of which the files do not
// tell it: AWS's default.
const defaultSession = 3600

func (w *writer) writeRoles() error {
	listed := make(map[string]listedRole, len(w.listed))
	for _, l := range w.listed {
		listed[strings.ToLower(l.item.RoleName)] = l.item
	}
	for _, r := range w.roles {
		it := r.item
		_, nameTaken := w.tx.Role(w.ID, it.RoleName)
		if nameTaken || w.idTaken(it.RoleID) {
			return w.taken("role", it.RoleName, it.RoleID, nameTaken)
		}
		e := directory.Entity{ID: it.RoleID, Account: w.ID, Name: it.RoleName, Path: it.Path, Created: it.CreateDate.Time}
		if err := w.hold(r.at, &e, it.RolePolicyList, it.AttachedManagedPolicies, it.PermissionsBoundary, it.Tags); err != nil {
			return err
		}
		trust, err := w.trust(r)
		if err != nil {
			return err
		}
		stored := &directory.Role{Entity: e, MaxSessionDuration: defaultSession, Trust: trust}
		if more, ok := listed[strings.ToLower(it.RoleName)]; ok {
			stored.Description, stored.MaxSessionDuration = more.Description, more.MaxSessionDuration
		}
		w.tx.CreateRole(stored)
		if last := it.RoleLastUsed; !last.LastUsedDate.IsZero() {
			used := new(directory.Activity)
			used.Note("", "", directory.Moment{Time: last.LastUsedDate.Time, Region: last.Region})
			w.tx.PutActivity(w.ID, it.RoleID, used)
		}
		if err := w.profiles(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) profiles(r placed[role]) error {
	for _, p := range r.item.InstanceProfileList {
		_, nameTaken := w.tx.InstanceProfile(w.ID, p.InstanceProfileName)
		if nameTaken || w.idTaken(p.InstanceProfileID) {
			return w.taken("instance profile", p.InstanceProfileName, p.InstanceProfileID, nameTaken)
		}
		w.tx.CreateInstanceProfile(&directory.InstanceProfile{
			Entity: directory.Entity{
				ID: p.InstanceProfileID, Account: w.ID, Name: p.InstanceProfileName, Path: p.Path,
				Created: p.CreateDate.Time, Tags: storedTags(p.Tags),
			},
			Role: r.item.RoleID,
		})
	}
	return nil
}

// hold gives an entity its policies, boundary and tags.
func (w *writer) hold(at place, e *directory.Entity, policies []inline, managed []attached, bound *boundary, tags []tag) error {
	for _, p := range policies {
		e.Inline = append(e.Inline, directory.Inline{Name: p.PolicyName, Document: directory.NewPolicyText(p.PolicyDocument.text)})
	}
	for _, p := range managed {
		ref, err := w.policyRef(at, p.PolicyARN)
		if err != nil {
			return err
		}
		e.Attached = append(e.Attached, ref)
	}
	if bound != nil {
		ref, err := w.policyRef(at, bound.ARN)
		if err != nil {
			return err
		}
		e.Boundary = ref
	}
	e.Tags = storedTags(tags)
	return nil
}

func storedTags(tags []tag) []directory.Tag {
	var stored []directory.Tag
	for _, t := range tags {
		stored = append(stored, directory.Tag{Key: t.Key, Value: t.Value})
	}
	return stored
}

// policyRef finds a managed policy. One of AWS's that rolecall does not have
// cannot be decided by, so nothing may have it.
func (w *writer) policyRef(at place, text string) (directory.PolicyRef, error) {
	if ref, ok := w.policyRefs[text]; ok {
		return ref, nil
	}
	name, err := arn.Parse(text)
	if err != nil || name.Partition != w.Partition {
		return "", at.wrong("%q is no ARN of a policy", text)
	}
	if ref, ok := directory.AWSPolicy(name); ok {
		if _, ok := managed.Lookup(text); !ok {
			return "", at.wrong("rolecall does not have the policy %s of AWS; take it out of the file to go on without", text)
		}
		w.policyRefs[text] = ref
		return ref, nil
	}
	if p, ok := w.tx.Policy(w.ID, name.ResourceName()); ok && p.ARN(w.Partition) == text {
		return directory.PolicyRef(p.ID), nil
	}
	return "", at.wrong("it has the policy %s, which is neither in the files nor in the account", text)
}

// trust is the trust policy with the unique ids of those it names.
func (w *writer) trust(r placed[role]) (directory.PolicyText, error) {
	doc, err := policy.Parse(r.item.AssumeRolePolicyDocument.text)
	if err != nil {
		return directory.PolicyText{}, r.at.wrong("its trust policy cannot be read: %v", err)
	}
	var refused error
	text := doc.ReplacePrincipals(func(p policy.Principal) (string, bool) {
		id, err := w.principal(r, p)
		if err != nil && refused == nil {
			refused = err
		}
		return id, err == nil
	})
	return directory.NewPolicyText(text), refused
}

// principal is what is kept of a principal: the unique id where there is one.
func (w *writer) principal(r placed[role], p policy.Principal) (string, error) {
	name, err := arn.Parse(p.Value)
	if r.at.file.Part != nil || p.Type != policy.AWS || err != nil || name.Resource == "root" {
		return p.Value, nil // all others are kept as they stand, ids among them
	}
	if id, ok := w.principals[p.Value]; ok {
		return id, nil
	}
	if id, ok := w.session(name); ok {
		return id, nil
	}
	if id, ok := w.tx.PrincipalID(p); ok {
		return id, nil
	}
	if kind := name.ResourceType(); name.Account == w.ID.String() && name.Service == "iam" && (kind == "user" || kind == "role") {
		return "", r.at.wrong("its trust policy names %s, which is neither in the files nor in the account", p.Value)
	}
	w.notes.add("trusted by name, as nothing here has it", p.Value)
	return p.Value, nil
}

// session is what is kept of a session of a role in the files.
func (w *writer) session(name arn.ARN) (string, bool) {
	kind, rest, _ := strings.Cut(name.Resource, "/")
	roleName, session, ok := strings.Cut(rest, "/")
	id, there := w.roleIDs[roleName]
	return id + ":" + session, ok && there && kind == "assumed-role" && name.Account == w.ID.String()
}

// idTaken tells whether anything that lives here has a unique id.
func (w *writer) idTaken(id string) bool {
	owner, ok := w.tx.AccountOf(id)
	if !ok {
		return false
	}
	switch arn.IDPrefix(id[:4]) {
	case arn.UserPrefix:
		_, ok = w.tx.UserByID(owner, id)
	case arn.GroupPrefix:
		_, ok = w.tx.GroupByID(owner, id)
	case arn.RolePrefix:
		_, ok = w.tx.RoleByID(owner, id)
	default:
		_, ok = w.tx.InstanceProfileByID(owner, id)
	}
	return ok
}

func (w *writer) taken(kind, name, id string, byName bool) error {
	if byName {
		return fmt.Errorf("account %s has a %s named %s already", w.ID, kind, name)
	}
	return fmt.Errorf("the id %s of the %s %s is taken already", id, kind, name)
}
