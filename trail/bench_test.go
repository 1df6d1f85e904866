package trail

import (
	"crypto/rand"
	"fmt"
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

// BenchmarkEncode is what of an event's cost is its writing out.
func BenchmarkEncode(b *testing.B) {
	r, e, p := newRecorder(rand.Reader), benchEvent(b), new(page)
	b.ReportAllocs()
	for b.Loop() {
		r.write(p, e)
	}
	b.ReportMetric(float64(len(p.frames)), "bytes")
}

// BenchmarkSeal is what sealing a journal costs, an event.
func BenchmarkSeal(b *testing.B) {
	r, e, p := newRecorder(rand.Reader), benchEvent(b), new(page)
	var text []byte
	n := 0
	for ; len(text) < journalBytes; n++ {
		e.Output.(*sts.AssumeRoleOutput).Credentials.AccessKeyId = fmt.Sprintf("ASIA%016d", n)
		r.write(p, e)
		text = append(text, p.frames...)
	}
	journal := string(text)
	var size int64
	for b.Loop() {
		var err error
		if size, err = seal(journal, new(memoryFile)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
	b.ReportMetric(float64(len(journal))/float64(n), "raw-bytes/event")
	b.ReportMetric(float64(size)/float64(n), "bytes/event")
}

// BenchmarkRecord is what an event costs in all, in memory and on disk.
func BenchmarkRecord(b *testing.B) {
	for name, dir := range map[string]string{"in memory": "", "on disk": b.TempDir() + "/trail"} {
		b.Run(name, func(b *testing.B) {
			t, e := benchTrail(b, dir), benchEvent(b)
			b.ReportAllocs()
			defer reportCPU(b)()
			for b.Loop() {
				t.Record(e)
			}
			t.stop <- struct{}{} // and all of it is sealed
			<-t.ended
			if err := t.sealFull(); err != nil {
				b.Fatal(err)
			}
			t.ended = make(chan struct{})
			go t.run()
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
