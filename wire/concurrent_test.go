package wire

import (
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/api/all"
)

// One router and one codec serve all goroutines, also while they learn an
// operation that several meet for the first time. (The race detector judges.)
func TestOneCodecServesAll(t *testing.T) {
	rt, codec := NewRouter(all.Services()...), new(Codec)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, s := range all.Services() {
				for _, op := range s.Operations()[:min(len(s.Operations()), 10)] {
					target, err := rt.Route(sample(op), nil)
					if err != nil {
						// Forms and targets are not in the sample.
						target = &Target{Service: s, Operation: op, Protocol: s.Protocol}
					}
					in := reflect.New(reflect.TypeOf(op.In).Elem()).Interface()
					refusal := codec.Decode(target, sample(op), nil, in)
					w := httptest.NewRecorder()
					if refusal != nil {
						codec.Refuse(w, target, refusal, requestID)
					} else if err := codec.Answer(w, target, nil, requestID); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
}
