package directory

import "github.com/rolecall-iam/rolecall/arn"

// Uncount forgets that an account was counted, and how much of one kind it has.
func (tx *Tx) Uncount(account arn.AccountID, k Countable) {
	tx.delete(countedKey(account))
	for i := range k.shards() {
		tx.delete(k.key(account, i))
	}
}

// Shard is the shard that a name is counted in.
func (k Countable) Shard(name string) int { return k.shardOf(name) }
