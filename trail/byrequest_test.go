package trail

import (
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
)

// A call is found by the id that its answer had, in a journal and in a sealed
// file, with what it was decided on; that is in no CloudTrail record.
func TestACallIsFoundByItsRequestID(t *testing.T) {
	h := open(t, Options{Dir: t.TempDir(), journalBytes: 4000})
	abroad := func(id, decided string) {
		h.clock.pass(time.Second)
		e := benchEvent(t)
		e.Time, e.RequestID, e.Decided = h.clock.time(), id, []byte(decided)
		e.Input = &sts.AssumeRoleInput{RoleArn: "arn:aws:iam::222222222222:role/Deploy", RoleSessionName: "night"}
		h.Record(e)
	}
	abroad("early", "the earliest decision")
	for range 30 {
		abroad("many", "one of many")
	}
	abroad("late", "the latest decision")
	want := func(id, decided string) {
		t.Helper()
		got, ok, err := h.ByRequest(t.Context(), id)
		if err != nil || !ok || got.Decided != decided || got.Name != "AssumeRole" || got.Account != "123456789012" || got.SourceIP != "192.0.2.101" {
			t.Errorf("%s: %+v %v %v", id, got, ok, err)
		}
		if strings.Contains(got.JSON, "decision") {
			t.Errorf("%s: it is in %s", id, got.JSON)
		}
	}
	want("early", "the earliest decision")
	h.tidy()
	if all := h.all(); len(all) < 3 || !all[0].sealed {
		t.Fatalf("%d segments", len(all))
	}
	want("early", "the earliest decision")
	want("late", "the latest decision")
	if _, ok, err := h.ByRequest(t.Context(), "nobody's"); ok || err != nil {
		t.Error(ok, err)
	}
	h.clock.pass(retention + 48*time.Hour)
	if _, ok, err := h.ByRequest(t.Context(), "early"); ok || err != nil {
		t.Error("found after its time", err)
	}
}
