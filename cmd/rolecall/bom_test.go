package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mark = "\ufeff"

// Editors on Windows begin a file with a byte order mark. It means nothing in a
// file that is given on the command line.
func TestAByteOrderMarkIsReadOver(t *testing.T) {
	const (
		read     = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}`
		trust    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
		tests    = "from: account\ntests:\n  - name: reads\n    principal: arn:aws:iam::123456789012:role/app\n    action: s3:GetObject\n    resource: arn:aws:s3:::a/b\n    expect: allowed\n"
		attached = "attached: [AmazonSQSReadOnlyAccess]\n"
	)
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"read.json": read, "tests.yaml": tests, "account/roles/app/trust.json": trust, "account/roles/app/read.json": read,
		"account/roles/app/settings.yaml": attached,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(mark+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"validate", "read.json"},
		{"validate", "read.json", "--no-new-access", "read.json"},
		{"validate", "--from", "account"},
		{"test", "tests.yaml"},
		{"why", "--from", "account", "--principal", "arn:aws:iam::123456789012:role/app", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::a/b"},
	} {
		var out, wrong bytes.Buffer
		if code := run(args, nil, &out, &wrong); code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", strings.Join(args, " "), code, out.String(), wrong.String())
		}
	}
}

// UTF-16 is told as what it is, and not as a value that lacks.
func TestUTF16IsTold(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("p.json", []byte("\xff\xfe{\x00}\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, wrong bytes.Buffer
	if code := run([]string{"validate", "p.json"}, nil, &out, &wrong); code != 2 || !strings.Contains(wrong.String(), "p.json: the file is UTF-16") {
		t.Errorf("exit code %d\n%s%s", code, out.String(), wrong.String())
	}
}
