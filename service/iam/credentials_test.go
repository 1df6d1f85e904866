package iam_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rolecall-iam/rolecall"
)

func TestPasswordsAndPrivateKeysAreNotAtRestInClear(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h, ctx, admin := openWith(t, rolecall.Config{Dir: dir}), context.Background(), aws.String("admin")
	if err := h.login("admin", strong); err != nil {
		t.Fatal(err)
	}
	if err := change(strong, "An0ther&One")(h.admin); err != nil {
		t.Fatal(err)
	}
	made := must(h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: admin, ServiceName: aws.String("codecommit.amazonaws.com")}))(t)
	cert := newPair(t, "web", nil, time.Now().Add(-time.Hour))
	must(h.admin.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{ServerCertificateName: aws.String("web"), CertificateBody: &cert.body, PrivateKey: &cert.pem}))(t)
	secrets := map[string]string{
		"a password": "An0ther&One", "a former password": strong, "a service's password": *made.ServiceSpecificCredential.ServicePassword,
		"a private key": cert.pem[40:80],
	}
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for what, secret := range secrets {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s is in %s", what, filepath.Base(path))
			}
		}
		found = found || bytes.Contains(data, []byte("$argon2id$"))
		return err
	})
	if err != nil || !found {
		t.Errorf("no hash is at rest: %v", err)
	}
}

func TestCredentialsAskedForAtOnceComeOutAsOneAfterTheOther(t *testing.T) {
	h, ctx, admin := open(t), context.Background(), aws.String("admin")
	if n := atOnce(t, 6, refusal{409, "EntityAlreadyExists", "Login Profile for user admin already exists."}, func() error {
		return h.login("admin", strong)
	}); n != 1 {
		t.Errorf("%d of 6 made a login profile", n)
	}
	over := refusal{409, "LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2"}
	if n := atOnce(t, 6, over, func() error {
		_, err := h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: admin, ServiceName: aws.String("codecommit.amazonaws.com")})
		return err
	}); n != 2 {
		t.Errorf("%d of 6 made a credential", n)
	}
	names := map[string]bool{}
	for _, c := range must(h.admin.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: admin}))(t).ServiceSpecificCredentials {
		names[*c.ServiceUserName] = true
	}
	if len(names) != 2 {
		t.Errorf("they are called %v", names)
	}
}

// No instance profile ends up with a role that is gone, whichever comes first.
func TestARoleIsNotDeletedWhileAnInstanceProfileGetsIt(t *testing.T) {
	h, ctx, web := open(t), context.Background(), aws.String("web")
	must(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: web}))(t)
	for range 20 {
		h.role("web", trustEC2)
		var group sync.WaitGroup
		var added, deleted error
		group.Go(func() {
			_, added = h.admin.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: web, RoleName: web})
		})
		group.Go(func() { _, deleted = h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: web}) })
		group.Wait()
		if (added == nil) == (deleted == nil) {
			t.Fatalf("added: %v; deleted: %v", added, deleted)
		}
		roles := must(h.admin.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: web}))(t).InstanceProfile.Roles
		if len(roles) == 1 != (added == nil) {
			t.Fatalf("added: %v; it has %d roles", added, len(roles))
		}
		if added == nil {
			must(h.admin.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: web, RoleName: web}))(t)
			must(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: web}))(t)
		}
	}
}

// Nobody who is gone has a password, whichever comes first.
func TestAUserIsNotDeletedWhileItGetsAPassword(t *testing.T) {
	h, ctx, rush := open(t), context.Background(), aws.String("rush")
	for range 8 {
		must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: rush}))(t)
		var group sync.WaitGroup
		var given, deleted error
		group.Go(func() { given = h.login("rush", strong) })
		group.Go(func() { _, deleted = h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: rush}) })
		group.Wait()
		if (given == nil) == (deleted == nil) {
			t.Fatalf("given: %v; deleted: %v", given, deleted)
		}
		if given == nil {
			must(h.admin.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: rush}))(t)
			must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: rush}))(t)
		}
	}
}
