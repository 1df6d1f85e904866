package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func puts(n int, key func(i int) string) []Op {
	ops := make([]Op, n)
	for i := range ops {
		ops[i] = Put{Key: key(i)}
	}
	return ops
}

func numbered(i int) string { return fmt.Sprint("key/", i) }

func TestTransactionsWithinTheLimits(t *testing.T) {
	longest := strings.Repeat("k", MaxKeyBytes)
	for name, txn := range map[string]Txn{
		"nothing":                {},
		"the longest key":        {Ops: []Op{Put{Key: longest}}, Compares: []Compare{Absent{Key: longest}}},
		"the most operations":    {Ops: puts(MaxTxnOps, numbered)},
		"the largest value":      {Ops: []Op{Put{Key: "k", Value: make([]byte, MaxTxnBytes-1)}}},
		"one key compared twice": {Compares: []Compare{Exists{Key: "k"}, Unchanged{Key: "k", ModRevision: 7}}},
		"a key of any bytes":     {Ops: []Op{Delete{Key: "\x00\xff"}}},
	} {
		if err := txn.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTransactionsBeyondTheLimits(t *testing.T) {
	tooLong := strings.Repeat("k", MaxKeyBytes+1)
	twice := func(i int) string { return fmt.Sprint(i % 12) }
	for name, txn := range map[string]Txn{
		"a long key":                {Ops: []Op{Put{Key: tooLong}}},
		"a long compared key":       {Compares: []Compare{Unchanged{Key: tooLong}}},
		"no key":                    {Ops: []Op{Delete{}}},
		"no compared key":           {Compares: []Compare{ValueIs{Value: []byte("v")}}},
		"too many operations":       {Ops: puts(MaxTxnOps+1, numbered)},
		"too many compares":         {Compares: make([]Compare, MaxTxnOps+1)},
		"too much to write":         {Ops: []Op{Put{Key: "k", Value: make([]byte, MaxTxnBytes)}}},
		"too much to compare":       {Compares: []Compare{ValueIs{Key: "k", Value: make([]byte, MaxTxnBytes)}}},
		"a key twice":               {Ops: []Op{Put{Key: "k"}, Delete{Key: "k"}}},
		"a key twice among many":    {Ops: puts(13, twice)},
		"an operation that is nil":  {Ops: []Op{nil}},
		"a compare that is nothing": {Compares: []Compare{nil}},
	} {
		err := txn.Validate()
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
			continue
		}
		if strings.Contains(err.Error(), "kkk") {
			t.Errorf("%s: the error repeats the key", name)
		}
	}
}
