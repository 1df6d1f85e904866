package service_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// openDoor is a door over made-up operations, with the key of the user admin
// and of the root user as a house has them.
func openDoor(t *testing.T, operations ...service.Operation) *house {
	t.Helper()
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, operations...)))
	return h
}

func openParts(t *testing.T) (*house, *directory.Directory, *service.Keys) {
	t.Helper()
	h := &house{t: t, log: new(record), now: start}
	engine, err := bolt.Open(bolt.Options{Ephemeral: true, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	dir := directory.New(engine)
	keys, err := service.OpenKeys(context.Background(), dir, make([]byte, 32), h.time, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.Update(context.Background(), func(tx *directory.Tx) error { return populate(tx, keys) }); err != nil {
		t.Fatal(err)
	}
	return h, dir, keys
}

// populate makes an account with a user admin who may do everything.
func populate(tx *directory.Tx, keys *service.Keys) error {
	id, err := arn.ParseAccountID(account)
	if err != nil {
		return err
	}
	user, err := arn.NewID(arn.UserPrefix, id, rand.Reader)
	if err != nil {
		return err
	}
	tx.PutAccount(&directory.Account{ID: id, First: true, Keys: []string{root.id}})
	for _, k := range []struct {
		key
		owner string
	}{{admin, user}, {root, account}} {
		sealed, err := keys.SealSecret(k.id, k.secret)
		if err != nil {
			return err
		}
		tx.PutAccessKey(&directory.AccessKey{ID: k.id, Account: id, Owner: k.owner, Sealed: sealed, Active: true})
	}
	tx.CreateUser(&directory.User{
		Entity: directory.Entity{ID: user, Account: id, Name: "admin", Path: "/", Attached: []directory.PolicyRef{"aws:/AdministratorAccess"}},
		Keys:   []string{admin.id},
	})
	return nil
}

// join has the user admin join a group whose policy is one of the account's,
// so that a decision reads both.
func join(tx *directory.Tx) error {
	id, err := arn.ParseAccountID(account)
	if err != nil {
		return err
	}
	policy := &directory.Policy{
		ID: "ANPA00000000000000001", Account: id, Name: "all", Path: "/", Default: "v1", Last: 1, Versions: []directory.PolicyVersion{{ID: "v1"}},
	}
	tx.CreatePolicy(policy, directory.NewPolicyText(everything))
	group := directory.Entity{ID: "AGPA00000000000000001", Account: id, Name: "all", Path: "/", Attached: []directory.PolicyRef{directory.PolicyRef(policy.ID)}}
	tx.CreateGroup(&directory.Group{Entity: group})
	before, ok := tx.User(id, "admin")
	if !ok {
		return errors.New("no user admin")
	}
	u := before.Clone()
	u.Groups = []string{group.ID}
	tx.PutUser(before, u)
	return nil
}

func (h *house) parts(dir *directory.Directory, keys *service.Keys, operations ...service.Operation) service.Parts {
	return service.Parts{
		Services: []*api.Service{&iam.Service, &sts.Service}, Operations: operations, Directory: dir, Keys: keys,
		Now: h.time, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (h *house) serve(d *service.Door) {
	h.web = httptest.NewServer(d)
	h.t.Cleanup(func() {
		h.web.Close()
		if err := d.Close(); err != nil {
			h.t.Error(err)
		}
	})
}

func needsIt(*service.Call, *iam.GetUserInput) []service.Need { return []service.Need{{}} }

// A handler that panics, or fails in a way that the client cannot know of, is
// answered with the protocol's internal failure: not a word of the cause goes
// out, and nothing that it was about goes into the log.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html (ServiceFailure, 500)
func TestWhatGoesWrongInsideStaysInside(t *testing.T) {
	failures := map[string]func() (*iam.GetUserOutput, error){
		"a panic with a text":   func() (*iam.GetUserOutput, error) { panic("the secret is hunter2") },
		"a panic with an error": func() (*iam.GetUserOutput, error) { panic(fmt.Errorf("open hunter2: %w", errors.ErrUnsupported)) },
		"a panic with a value":  func() (*iam.GetUserOutput, error) { panic(struct{ Secret string }{"hunter2"}) },
		"a nil pointer": func() (*iam.GetUserOutput, error) {
			var u *iam.User
			return &iam.GetUserOutput{User: &iam.User{Arn: u.Arn}}, nil
		},
		"an index out of range":      func() (*iam.GetUserOutput, error) { return nil, errors.New([]string{}[len(rand.Text())]) },
		"an error of no service":     func() (*iam.GetUserOutput, error) { return nil, errors.New("disk full") },
		"an abort of the connection": func() (*iam.GetUserOutput, error) { panic(http.ErrAbortHandler) },
	}
	for _, rule := range sortedKeys(failures) {
		t.Run(rule, func(t *testing.T) {
			h := openDoor(t, service.Bind(iam.GetUser, needsIt, func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
				return failures[rule]()
			}))
			a := h.send(admin, form("iam", "GetUser"))
			check(t, a, refusal{500, "ServiceFailure", "The request processing has failed because of an unknown error, exception or failure."})
			log := h.log.String()
			if a.requestID == "" || !strings.Contains(log, a.requestID) || !strings.Contains(log, "operation=iam:GetUser") {
				t.Errorf("request %q, logged: %s", a.requestID, log)
			}
			if strings.Contains(log+a.body, "hunter2") {
				t.Errorf("the cause came out: %s\n%s", a.body, log)
			}
		})
	}
}

// An operation whose needs are nothing allows nobody.
func TestAnOperationThatNeedsNothingAllowsNobody(t *testing.T) {
	done := false
	h := openDoor(t, service.Bind(iam.GetUser, func(*service.Call, *iam.GetUserInput) []service.Need { return nil },
		func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
			done = true
			return &iam.GetUserOutput{User: &iam.User{}}, nil
		}))
	for _, k := range []key{admin, root} {
		check(t, h.send(k, form("iam", "GetUser")), refusal{403, "AccessDenied", "Access Denied"})
	}
	if done {
		t.Error("it was done")
	}
}

// All needs must be allowed, not one of them.
func TestEveryNeedMustBeAllowed(t *testing.T) {
	needs := []service.Need{{Action: "iam:GetUser"}, {Action: "iam:TagUser"}, {Action: "iam:GetRole", Resource: "arn:aws:iam::" + account + ":role/x"}}
	for last := range needs {
		done := false
		h, dir, keys := openParts(t)
		h.serve(service.NewDoor(h.parts(dir, keys, service.Bind(iam.GetUser,
			func(*service.Call, *iam.GetUserInput) []service.Need { return needs },
			func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
				done = true
				return &iam.GetUserOutput{User: &iam.User{}}, nil
			}))))
		permit(t, dir, statement("Allow", "NotAction", needs[last].Action))
		a := h.send(admin, form("iam", "GetUser"))
		if a.code != "AccessDenied" || !strings.Contains(a.message, needs[last].Action) || done {
			t.Errorf("without %s: %s (done: %v)", needs[last].Action, a, done)
		}
	}
}

// permit gives the user admin of parts one inline policy in place of all.
func permit(t *testing.T, dir *directory.Directory, document string) {
	t.Helper()
	id, err := arn.ParseAccountID(account)
	if err != nil {
		t.Fatal(err)
	}
	err = dir.Update(context.Background(), func(tx *directory.Tx) error {
		before, ok := tx.User(id, "admin")
		if !ok {
			return errors.New("no user admin")
		}
		u := before.Clone()
		u.Attached = nil
		u.Inline = []directory.Inline{{Name: "test", Document: directory.NewPolicyText(document)}}
		tx.PutUser(before, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A policy that is attached but cannot be found or read allows nothing, and
// its owner nothing that others of its policies allow: nobody knows what it
// would have denied.
func TestAPolicyThatCannotBeReadAllowsNothing(t *testing.T) {
	for rule, change := range map[string]func(*directory.User){
		"no policy of AWS's": func(u *directory.User) { u.Attached = append(u.Attached, "aws:/NobodyEverWroteThis") },
		"no policy of ours":  func(u *directory.User) { u.Attached = append(u.Attached, "ANPA00000000000000000") },
		"no JSON": func(u *directory.User) {
			u.Inline = append(u.Inline, directory.Inline{Name: "x", Document: directory.NewPolicyText("{")})
		},
		"a boundary that is gone": func(u *directory.User) { u.Boundary = "ANPA00000000000000000" },
	} {
		t.Run(rule, func(t *testing.T) {
			h, dir, keys := openParts(t)
			h.serve(service.NewDoor(h.parts(dir, keys, service.Bind(iam.GetUser, needsIt,
				func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
					return &iam.GetUserOutput{User: &iam.User{}}, nil
				}))))
			id, err := arn.ParseAccountID(account)
			if err != nil {
				t.Fatal(err)
			}
			err = dir.Update(context.Background(), func(tx *directory.Tx) error {
				before, _ := tx.User(id, "admin")
				u := before.Clone()
				change(u)
				tx.PutUser(before, u)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if a := h.send(admin, form("iam", "GetUser")); a.code != "AccessDenied" {
				t.Errorf("%d %s", a.status, a)
			}
		})
	}
}
