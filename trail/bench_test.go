package trail

import (
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
)

// benchEvent is an AssumeRole that was done.
func benchEvent(tb testing.TB) *Event {
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		tb.Fatal(err)
	}
	return &Event{
		Time: time.Unix(1_800_000_000, 0), Operation: sts.AssumeRole.Operation, Recipient: account,
		Identity: Identity{
			Type: "IAMUser", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE", ARN: "arn:aws:iam::123456789012:user/JaneDoe",
			Account: account, AccessKeyID: "AKIAI44QH8DHBEXAMPLE", UserName: "JaneDoe",
		},
		Region: "us-east-1", SourceIP: "192.0.2.101", UserAgent: "aws-sdk-go-v2/1.47.7", RequestID: "4EXAMPLE-0e8d-11e4-96e4-e55c0EXAMPLE",
		Input: &sts.AssumeRoleInput{RoleArn: "arn:aws:iam::123456789012:role/Deploy", RoleSessionName: "night"},
		Output: &sts.AssumeRoleOutput{
			Credentials: &sts.Credentials{
				AccessKeyId: "ASIAQRSTUVWXYZEXAMPL", SecretAccessKey: "secret", SessionToken: "token", Expiration: time.Unix(1_800_003_600, 0),
			},
			AssumedRoleUser: &sts.AssumedRoleUser{
				AssumedRoleId: "AROAQRSTUVWXYZEXAMPLE:night", Arn: "arn:aws:sts::123456789012:assumed-role/Deploy/night",
			},
		},
	}
}

func benchTrail(b *testing.B, dir string) *Trail {
	t, err := Open(Options{Dir: dir, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := t.Close(); err != nil || t.Lost() > 0 {
			b.Error(err, t.Lost())
		}
	})
	return t
}

// BenchmarkHandOver is what a request pays for its event while the queue has
// room.
func BenchmarkHandOver(b *testing.B) {
	e := benchEvent(b)
	q := newQueue(queueLimit)
	b.ReportAllocs()
	for b.Loop() {
		if len(q.events) == queueLimit {
			q.events = q.events[:0]
		}
		q.put(e)
	}
}

// BenchmarkRecord is what an event costs in all, in memory and on disk.
func BenchmarkRecord(b *testing.B) {
	for name, dir := range map[string]string{"in memory": "", "on disk": b.TempDir() + "/trail"} {
		b.Run(name, func(b *testing.B) {
			t, e := benchTrail(b, dir), benchEvent(b)
			b.ReportAllocs()
			for b.Loop() {
				t.Record(e)
			}
			if err := t.queue.drain(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkOpen is what a trail adds to the start.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir() + "/trail"
	for b.Loop() {
		t, err := Open(Options{Dir: dir, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		if err := t.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
