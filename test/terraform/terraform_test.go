package terraform

import (
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall"
)

// atOnce is how many configurations are applied at once. For some the provider
// mostly waits, so they are more than processors.
const atOnce = 4

// TestConfigurations takes every folder of testdata through its life, some at
// once, in two accounts. The first of them is afterwards as it was before.
func TestConfigurations(t *testing.T) {
	providerBinary(t)
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	first, _ := s.FirstStart()
	environ := append(clean(os.Environ()), values(t)...)
	usual, center := newHome(t, server.URL, first.Credentials, environ), newCenter(t, s, server.URL, environ)
	client := usual.client
	before := content(t, client)
	alive := t.Run("lives", func(t *testing.T) {
		folders, err := filepath.Glob("testdata/*/main.tf")
		if err != nil || len(folders) == 0 {
			t.Fatalf("no configurations: %v", err)
		}
		var all sync.WaitGroup
		free := make(chan struct{}, atOnce)
		for _, main := range slices.Backward(folders) { // the longest is among the last
			folder := filepath.Dir(main)
			free <- struct{}{}
			all.Go(func() {
				defer func() { <-free }()
				t.Run(filepath.Base(folder), func(t *testing.T) {
					env := usual.env
					if slices.Contains(ofCenter, filepath.Base(folder)) {
						env = center.env
					}
					live(t, newTerraform(t, folder, env))
				})
			})
		}
		all.Wait()
	})
	if alive {
		center.nothingReserved(t)
	}
	// An organization leaves a role behind, as at AWS.
	role := aws.String("AWSServiceRoleForOrganizations")
	_, err = client.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: role})
	if _, never := errors.AsType[*types.NoSuchEntityException](err); err != nil && !never {
		t.Error(err)
	}
	if after := content(t, client); alive && after != before {
		t.Errorf("the account was\n%s\nand is now\n%s", before, after)
	}
}

// live is the life of one configuration.
func live(t *testing.T, tf terraform) {
	tf.run("init", "-input=false")
	tf.run("apply", "-auto-approve", "-input=false")
	tf.run("plan", "-detailed-exitcode", "-input=false") // exit code 2 where there is a difference

	tf.env = append(tf.env, "TF_VAR_round=2")
	tf.run("apply", "-auto-approve", "-input=false")
	tf.run("plan", "-detailed-exitcode", "-input=false")

	if ids := readState(t, tf.dir).imports(); len(ids) > 0 {
		tf.env = append(tf.env, "TF_VAR_imported=true")
		tf.run(append([]string{"state", "rm"}, slices.Sorted(maps.Keys(ids))...)...)
		if err := os.WriteFile(filepath.Join(tf.dir, "imports.tf"), []byte(importBlocks(ids)), 0o600); err != nil {
			t.Fatal(err)
		}
		out := tf.run("apply", "-auto-approve", "-input=false")
		if !strings.Contains(out, fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", len(ids))) {
			t.Errorf("the import of %d said\n%s", len(ids), out)
		}
	}
	tf.run("destroy", "-auto-approve", "-input=false")
	if left := readState(t, tf.dir); len(left.Resources) > 0 {
		t.Errorf("destroy left %+v", left)
	}
}

// terraform runs Terraform in a folder of its own.
type terraform struct {
	t   *testing.T
	dir string
	env []string
}

func newTerraform(t *testing.T, folder string, env []string) terraform {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	begin, err := os.ReadFile("testdata/provider.tf")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "provider.tf"), begin, 0o600); err != nil {
		t.Fatal(err)
	}
	return terraform{t, dir, slices.Clip(env)}
}

func (tf terraform) run(args ...string) string {
	tf.t.Helper()
	out, err := tf.try(args...)
	if err != nil {
		tf.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (tf terraform) try(args ...string) (string, error) {
	cmd := exec.CommandContext(tf.t.Context(), "terraform", append(args, "-no-color")...)
	cmd.Dir, cmd.Env = tf.dir, tf.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}
