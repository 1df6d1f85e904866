package directory_test

import (
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestADeletionIsFoundByItsWholeTask(t *testing.T) {
	d := open(t)
	const task = "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/1"
	update(t, d, func(tx *directory.Tx) error {
		tx.PutRoleDeletion(account, &directory.RoleDeletion{Task: task, Finished: time.Unix(1, 0).UTC()})
		return nil
	})
	view(t, d, func(v *directory.View) {
		if got, ok := v.RoleDeletion(account, task); !ok || got.Finished.Unix() != 1 {
			t.Errorf("found %+v", got)
		}
		for _, other := range []string{"", "task", task + "1", task[:len(task)-1]} {
			if _, ok := v.RoleDeletion(account, other); ok {
				t.Errorf("found %q", other)
			}
		}
	})
}
