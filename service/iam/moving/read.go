package moving

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/arn"
)

// File is a file to be read: details of an account, or some pages of them, or
// what ListRoles answered.
type File struct {
	Name string `json:"name"`
	Text []byte `json:"text"`

	// Part is set where Text was made of one entity in a file of another form.
	Part *Part `json:"-"`
}

// Part tells where such an entity stands. Whoever its trust policy names may be
// told of elsewhere, or nowhere: they stay named by ARN.
type Part struct {
	Line  int    // 0 where no line can be told
	Where string // what people call it there, such as aws_iam_role.deploy
}

// maxEntity is how long the JSON of an account's own entity may be: what AWS's
// quotas allow is a quarter of it, and what is stored must fit a transaction.
const maxEntity = 512 << 10

// placed is an item of a file and where it stands.
type placed[T any] struct {
	item T
	at   place
}

// place is where something stands in a file.
type place struct {
	file   *File
	offset int64
	where  string // such as RoleDetailList[3]
	size   int64  // of its JSON
}

// Error is what is wrong with a file, and where in it.
type Error struct {
	File    string
	Line    int    // 0 where it cannot be told
	Where   string // such as RoleDetailList[3]; empty for the whole
	Message string
}

// Error is one sentence that begins with the place.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d: ", e.File, e.Line)
	if e.Line == 0 {
		text = e.File + ": "
	}
	if e.Where != "" {
		text += e.Where + ": "
	}
	return text + e.Message
}

func (p place) wrong(format string, args ...any) error {
	if part := p.file.Part; part != nil {
		return &Error{p.file.Name, part.Line, part.Where, fmt.Sprintf(format, args...)}
	}
	before := p.file.Text[:min(p.offset, int64(len(p.file.Text)))]
	rest := p.file.Text[len(before):]
	blank := rest[:len(rest)-len(bytes.TrimLeft(rest, ", \t\r\n"))] // between the items of a list
	line := 1 + bytes.Count(before, []byte("\n")) + bytes.Count(blank, []byte("\n"))
	return &Error{p.file.Name, line, p.where, fmt.Sprintf(format, args...)}
}

// content is what all files have together.
type content struct {
	files    []File
	users    []placed[user]
	groups   []placed[group]
	roles    []placed[role]
	policies []placed[managedPolicy]
	listed   []placed[listedRole]

	pages, cut int    // files with details, and those that say that there is more
	first      *place // of a file that says so
}

// Read reads the files of one account. Its id is that of the ARNs in them, and
// must be account unless that is zero; files that name nothing need it.
func Read(files []File, account arn.AccountID) (*Account, error) {
	if len(files) == 0 {
		return nil, errors.New("there are no files to read")
	}
	c := content{files: files}
	for i := range files {
		if err := c.file(&files[i]); err != nil {
			return nil, err
		}
	}
	if c.cut > 0 && c.cut == c.pages {
		return nil, c.first.wrong("there is more of the account than this page; give the others as well")
	}
	return c.account(account)
}

func (c *content) file(f *File) error {
	start := place{file: f}
	if bytes.HasPrefix(f.Text, []byte("\xff\xfe")) || bytes.HasPrefix(f.Text, []byte("\xfe\xff")) {
		return start.wrong("the file is UTF-16, as PowerShell writes it; save it as UTF-8")
	}
	d := jsontext.NewDecoder(bytes.NewReader(bytes.TrimPrefix(f.Text, []byte("\ufeff"))))
	open, err := d.ReadToken()
	if err != nil {
		return start.unreadable(d, err)
	}
	if open.Kind() != '{' {
		return start.wrong("this is no object, so not what aws iam get-account-authorization-details prints")
	}
	details, cut := false, false
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return start.unreadable(d, err)
		}
		if err := c.member(f, d, name.String(), &details, &cut); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return start.unreadable(d, err)
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return place{file: f, offset: d.InputOffset()}.wrong("something follows the end of the object")
	}
	if details {
		c.pages++
	}
	if cut {
		c.cut++
		c.first = &start
	}
	return nil
}

// member reads one member of a file's object.
func (c *content) member(f *File, d *jsontext.Decoder, name string, details, cut *bool) (err error) {
	at := place{file: f, offset: d.InputOffset(), where: name}
	switch name {
	case "UserDetailList":
		*details = true
		c.users, err = list(c.users, at, d)
	case "GroupDetailList":
		*details = true
		c.groups, err = list(c.groups, at, d)
	case "RoleDetailList":
		*details = true
		c.roles, err = list(c.roles, at, d)
	case "Policies":
		*details = true
		if c.policies, err = list(c.policies, at, d); err == nil {
			err = noneOfOrganizations(c.policies)
		}
	case "Roles":
		c.listed, err = list(c.listed, at, d)
	case "IsTruncated":
		if err := json.UnmarshalDecode(d, cut); err != nil {
			return at.unreadable(d, err)
		}
	case "NextToken": // of the aws CLI with --max-items
		*cut = true
		err = at.unreadable(d, d.SkipValue())
	case "Marker", "ResponseMetadata":
		err = at.unreadable(d, d.SkipValue())
	default:
		err = at.foreign(name)
	}
	return err
}

// foreign refuses what is not of the form. What is of an organization has a
// sentence of its own: people have those files beside the others.
func (p place) foreign(name string) error {
	switch name {
	case "Policy", "Targets", "Organization", "Roots", "Accounts", "OrganizationalUnits", "Root":
		return p.ofOrganization()
	}
	return p.wrong("%q is not in what aws iam get-account-authorization-details prints", name)
}

func (p place) ofOrganization() error {
	return p.wrong("this is of an organization; an import takes accounts, one at a time, " +
		"and no organization: make that and its policies with aws organizations")
}

// noneOfOrganizations refuses what aws organizations list-policies prints, whose
// list has the same name.
func noneOfOrganizations(policies []placed[managedPolicy]) error {
	for _, p := range policies {
		if name, err := arn.Parse(p.item.ARN); err == nil && name.Service == "organizations" {
			return p.at.ofOrganization()
		}
	}
	return nil
}

func list[T any](items []placed[T], at place, d *jsontext.Decoder) ([]placed[T], error) {
	open, err := d.ReadToken()
	switch {
	case err != nil:
		return nil, at.unreadable(d, err)
	case open.Kind() == 'n':
		return items, nil
	case open.Kind() != '[':
		return nil, at.wrong("this must be a list")
	}
	for i := 0; d.PeekKind() != ']'; i++ {
		item := placed[T]{at: place{file: at.file, offset: d.InputOffset(), where: fmt.Sprintf("%s[%d]", at.where, i)}}
		if err := json.UnmarshalDecode(d, &item.item); err != nil {
			return nil, item.at.unreadable(d, err)
		}
		item.at.size = d.InputOffset() - item.at.offset
		items = append(items, item)
	}
	_, err = d.ReadToken()
	return items, at.unreadable(d, err)
}

// unreadable tells what the reader of JSON came upon, and where; nil for nil.
func (p place) unreadable(d *jsontext.Decoder, err error) error {
	if err == nil {
		return nil
	}
	p.offset = d.InputOffset()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		p.offset = syntax.ByteOffset
		if errors.Is(syntax.Err, io.ErrUnexpectedEOF) {
			return p.wrong("the file ends in the middle of the JSON")
		}
		return p.wrong("this is no JSON: %v", syntax.Err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return p.wrong("the file ends in the middle of the JSON")
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		p.offset = semantic.ByteOffset
		p.where = dotted(semantic.JSONPointer)
		if semantic.Err != nil {
			return p.wrong("%v", semantic.Err)
		}
		return p.wrong("%s cannot stand here", kindName(semantic.JSONKind))
	}
	return p.wrong("%v", err)
}

// dotted is a JSON pointer as people write it: RoleDetailList[3].Path.
func dotted(pointer jsontext.Pointer) string {
	var b strings.Builder
	for name := range pointer.Tokens() {
		switch {
		case strings.Trim(name, "0123456789") == "":
			b.WriteString("[" + name + "]")
		case b.Len() > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
	}
	return b.String()
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '"':
		return "a text"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return "this"
}
