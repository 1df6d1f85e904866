package world

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// laid is a file of a folder that is laid out as an account, or as accounts.
type laid struct {
	File
	account string   // its digits, empty where the folder tells none
	room    string   // such as roles
	rest    []string // the path below it
}

// rooms are the folders in an account's folder. What lies in others is told by
// its content, as a file that is given by itself.
var rooms = []string{"roles", "users", "groups", "policies", "buckets", "queues", "topics", "keys", "secrets", "functions"}

// organizationRoom is the folder of an organization.
const organizationRoom = "organization"

// layOut finds the place of a file in its folder; false where it has none.
func layOut(f File) (laid, bool) {
	rel, err := filepath.Rel(f.Folder, f.Name)
	if err != nil {
		return laid{}, false
	}
	l := laid{File: f}
	if _, err := arn.ParseAccountID(filepath.Base(f.Folder)); err == nil {
		l.account = filepath.Base(f.Folder)
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	if _, err := arn.ParseAccountID(parts[0]); err == nil {
		l.account, parts = parts[0], parts[1:]
	}
	if len(parts) < 2 || parts[0] != organizationRoom && !slices.Contains(rooms, parts[0]) {
		return laid{}, false
	}
	l.room, l.rest = parts[0], parts[1:]
	return l, true
}

func laidOut(f File) bool {
	_, ok := layOut(f)
	return ok
}

// folder reads a folder that is laid out as accounts and their organization.
func (s *setup) folder(name string, files []File) error {
	r := folderReader{setup: s, entities: make(map[string]*entity), of: make(map[*entity]*account)}
	r.organization.policies = make(map[string]document)
	for _, f := range files {
		if err := r.file(f); err != nil {
			return err
		}
	}
	for _, e := range r.order {
		if e.kind == "role" && e.trust.text == "" {
			return e.at.wrong("the role has no trust.json")
		}
		if err := r.of[e].add(e); err != nil {
			return err
		}
	}
	if r.organization.tree == nil {
		for _, d := range r.organization.policies {
			return d.at.wrong("there are policies of an organization, but no %s/organization.yaml that tells what they are attached to", organizationRoom)
		}
		return nil
	}
	return s.readOrganization(r.organization.tree, r.organization.at, r.organization.policies)
}

// folderReader reads the files of one folder.
type folderReader struct {
	*setup
	entities     map[string]*entity // by their folder
	order        []*entity
	of           map[*entity]*account
	organization struct {
		tree     *node
		at       Place
		policies map[string]document // by type and name
	}
}

func (r *folderReader) file(f File) error {
	l, _ := layOut(f)
	at := Place{File: f.Name}
	if r.seen[f.Name] {
		return at.wrong("this file is given twice")
	}
	r.seen[f.Name] = true
	n, err := r.tree(&l.File)
	if r.wrong && l.isPolicy() {
		l.Text, err = Plain(f.Name, f.Text)
	}
	if err != nil {
		return err
	}
	if l.room == organizationRoom {
		return r.organizationPart(l, n)
	}
	id := r.defaultID
	if l.account != "" {
		if id, err = arn.ParseAccountID(l.account); err != nil {
			return at.wrong("%v", err)
		}
	}
	a := r.account(id, arn.PartitionOf(r.region))
	switch l.room {
	case "roles", "users", "groups":
		return r.entityPart(a, l, n)
	case "policies":
		d, err := r.policyOf(l, n, forIdentity)
		if err != nil {
			return err
		}
		return r.addPolicy(a, &managedPolicy{name: l.name(), path: pathOf(l.rest[:len(l.rest)-1]), document: d})
	}
	return r.resourcePart(a, l, n)
}

// tree reads a file of the folder.
func (r *folderReader) tree(f *File) (*node, error) {
	at := Place{File: f.Name}
	isJSON, err := r.clean(f)
	if err != nil {
		return nil, err
	}
	if isJSON {
		return readJSON(f.Text, at, 1)
	}
	return readYAML(f.Text, at)
}

// name is the file's name without its ending.
func (l *laid) name() string {
	base := l.rest[len(l.rest)-1]
	return strings.TrimSuffix(base, path.Ext(base))
}

// isPolicy tells a file of one policy as it is written.
func (l *laid) isPolicy() bool {
	return strings.EqualFold(path.Ext(l.Name), ".json") && l.name() != "settings" && (l.room != organizationRoom || len(l.rest) > 1)
}

func pathOf(folders []string) string {
	if len(folders) == 0 {
		return "/"
	}
	return "/" + strings.Join(folders, "/") + "/"
}

// policyOf is the policy in a file: JSON as it stands there, or what the aws
// CLI prints around one.
func (r *folderReader) policyOf(l laid, n *node, u use) (document, error) {
	at := Place{File: l.Name}
	for _, inside := range [...]*node{
		n.get("PolicyDocument"), n.get("ResourcePolicy"), n.at("PolicyVersion", "Document"),
		n.at("Policy", "Content"), n.get("Policy"), n.at("Role", "AssumeRolePolicyDocument"),
	} {
		if inside.is(object) || inside.is(text) {
			return r.document(inside, at.in("", inside.line), u)
		}
	}
	if strings.EqualFold(path.Ext(l.Name), ".json") {
		return r.documentText(string(l.Text), at, true)
	}
	return r.document(n, at.in("", n.line), u)
}

func (r *folderReader) organizationPart(l laid, n *node) error {
	if _, ok := outputOf(n); ok && len(l.rest) == 1 {
		return r.organizations(l.File, n)
	}
	if len(l.rest) == 1 && l.name() == "organization" {
		if r.organization.tree != nil {
			return Place{File: l.Name}.wrong("the organization is in %s as well", r.organization.at)
		}
		r.organization.tree, r.organization.at = n, Place{File: l.Name}
		return nil
	}
	for _, t := range policyTypes {
		if len(l.rest) == 2 && l.rest[0] == t.list {
			d, err := r.policyOf(l, n, t.use)
			r.organization.policies[t.policyType+"/"+l.name()] = d
			return err
		}
	}
	return Place{File: l.Name}.wrong("in %s there are organization.yaml, scps/NAME.json and rcps/NAME.json", organizationRoom)
}

// entityPart reads one file of a user, a group or a role.
func (r *folderReader) entityPart(a *account, l laid, n *node) error {
	at := Place{File: l.Name}
	kind := strings.TrimSuffix(l.room, "s")
	if len(l.rest) < 2 {
		return at.wrong("a %s is a folder: %s/NAME/%s", kind, l.room, l.rest[0])
	}
	above := l.rest[:len(l.rest)-1]
	key := a.id.String() + "/" + l.room + "/" + strings.Join(above, "/")
	e, ok := r.entities[key]
	if !ok {
		e = &entity{kind: kind, name: above[len(above)-1], path: pathOf(above[:len(above)-1]), at: Place{File: filepath.Dir(l.Name)}}
		r.entities[key], r.of[e] = e, a
		r.order = append(r.order, e)
	}
	switch {
	case l.name() == "settings":
		return r.settings(a, e, n, at)
	case l.name() == "trust" && kind == "role":
		d, err := r.policyOf(l, n, forTrust)
		e.trust = d
		if id := n.at("Role", "RoleId").str(); id != "" { // of aws iam get-role
			e.id = id
		}
		return err
	}
	d, err := r.policyOf(l, n, forIdentity)
	if err != nil {
		return err
	}
	return e.give(l.name(), d)
}

// settings reads what else there is to a user, a group or a role.
func (r *folderReader) settings(a *account, e *entity, n *node, at Place) error {
	if err := onlyMembers(n, at, []string{"attached", "boundary", "groups", "id", "tags", "maxSessionDuration"}); err != nil {
		return err
	}
	if id := n.get("id").str(); id != "" {
		e.id = id
	}
	for _, item := range n.get("attached").list() {
		e.attach(attachment{name: item.str(), at: at.in("attached", item.line)})
	}
	if b := n.get("boundary"); b.has() {
		e.boundary = &attachment{name: b.str(), at: at.in("boundary", b.line)}
	}
	for _, item := range n.get("groups").list() {
		e.groups = append(e.groups, attachment{name: item.str(), at: at.in("groups", item.line)})
	}
	if tags := n.get("tags"); tags.is(object) {
		for i, key := range tags.names {
			e.tags = append(e.tags, tag{key, tags.items[i].str()})
		}
	}
	if d := n.get("maxSessionDuration"); d.has() {
		seconds, ok := d.whole()
		if !ok {
			return at.in("maxSessionDuration", d.line).wrong("%q is no number of seconds", d.str())
		}
		e.session = seconds
	}
	r.later = append(r.later, func() error { a.namePolicies(e); return nil })
	return nil
}

// namePolicies turns names of policies into ARNs: the account's own where it
// has one of that name, else AWS's.
func (a *account) namePolicies(e *entity) {
	named := func(name string) string {
		for _, p := range a.policies {
			if p.name == name {
				return a.arn("policy", p.path, p.name)
			}
		}
		if strings.HasPrefix(name, "arn:") {
			return name
		}
		return "arn:" + a.partition + ":iam::aws:policy/" + name
	}
	for i := range e.attached {
		e.attached[i].name = named(e.attached[i].name)
	}
	if e.boundary != nil {
		e.boundary.name = named(e.boundary.name)
	}
}

// resourceARNs are the ARNs of what has a policy, with REGION, ACCOUNT and NAME
// to be filled in.
var resourceARNs = map[string]string{
	"buckets": "s3:::NAME", "queues": "sqs:REGION:ACCOUNT:NAME", "topics": "sns:REGION:ACCOUNT:NAME",
	"keys": "kms:REGION:ACCOUNT:key/NAME", "secrets": "secretsmanager:REGION:ACCOUNT:secret:NAME",
	"functions": "lambda:REGION:ACCOUNT:function:NAME",
}

// resourcePart reads the policy of a bucket or another resource.
func (r *folderReader) resourcePart(a *account, l laid, n *node) error {
	region, form := "", resourceARNs[l.room]
	switch {
	case l.room == "buckets" && len(l.rest) == 1:
	case l.room != "buckets" && len(l.rest) == 2:
		region = l.rest[0]
	case l.room == "buckets":
		return Place{File: l.Name}.wrong("the policy of a bucket is buckets/NAME.json")
	default:
		return Place{File: l.Name}.wrong("a policy here is %s/REGION/NAME.json", l.room)
	}
	d, err := r.policyOf(l, n, forResource)
	if err != nil {
		return err
	}
	name := strings.NewReplacer("REGION", region, "ACCOUNT", a.id.String(), "NAME", l.name()).Replace(form)
	return r.hasPolicy("arn:"+a.partition+":"+name, a.id, d)
}
