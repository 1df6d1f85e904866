package directory

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// Countable is a kind of thing that an account has a quota of.
type Countable string

// What is counted. Roles are without those that are linked to a service, which
// count against no quota.
const (
	CountedUsers        = Countable(userKind)
	CountedGroups       = Countable(groupKind)
	CountedRoles        = Countable(roleKind)
	CountedLinkedRoles  = Countable("linked-role")
	CountedPolicies     = Countable(policyKind)
	CountedProfiles     = Countable(profileKind)
	CountedCertificates = Countable(serverCertificateKind)
	CountedOIDC         = Countable("oidc-provider")
	CountedSAML         = Countable("saml-provider")
)

// Counts stand in shards, chosen by what is counted: who makes a user changes
// one of them and so conflicts with few others. All of them are read, and so
// compared with, only when the quota may be near: that is when a shard is past
// its part of half the quota. What is then found to be past half of the whole
// marks the count as tight, and from there on everybody reads all shards. As
// long as it is not tight, the shards that were never past their part hold at
// most half the quota, and so does what was made while all were read: together
// they cannot pass the quota unseen.
const (
	manyShards = 96 // all of them fit the compares of one transaction
	fewShards  = 16
)

func (k Countable) shards() int {
	switch k {
	case CountedUsers, CountedRoles, CountedPolicies:
		return manyShards
	}
	return fewShards
}

func (k Countable) counts(account arn.AccountID) string { return in(account, "count/"+string(k)+"/") }

func (k Countable) key(account arn.AccountID, shard int) string {
	return k.counts(account) + fmt.Sprintf("%02d", shard)
}

func (k Countable) tightKey(account arn.AccountID) string {
	return in(account, "count-tight/"+string(k))
}

// shardOf spreads names and ids over the shards.
func (k Countable) shardOf(name string) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return int(h % uint32(k.shards()))
}

// Total answers how many of a kind an account has.
func (r *Reader) Total(account arn.AccountID, k Countable) int {
	n := 0
	r.keys(k.counts(account), "", func(_ string, value []byte) bool {
		n += r.number(value)
		return true
	})
	return n
}

func (r *Reader) number(value []byte) int {
	n, err := strconv.Atoi(string(value))
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("decode a count: %w", err)
	}
	return n
}

// shard reads one shard, and so has the transaction compare with it.
func (r *Reader) shard(key string) int {
	kv, ok := r.get(key)
	if !ok {
		return 0
	}
	return r.number(kv.Value)
}

// Room tells whether an account may have one more of a kind, which is to be
// called name, within a quota. However many ask at once, no more are made.
func (tx *Tx) Room(account arn.AccountID, k Countable, name string, quota int) bool {
	_, tight := tx.text(k.tightKey(account))
	part := quota / (2 * k.shards())
	if !tight && tx.shard(k.key(account, k.shardOf(name))) < part {
		return true
	}
	total := 0
	for i := range k.shards() {
		total += tx.shard(k.key(account, i))
	}
	switch {
	case !tight && total >= quota/2:
		tx.putText(k.tightKey(account), "")
	case tight && total < quota/4:
		tx.delete(k.tightKey(account))
	}
	return total < quota
}

// counted adds to the count of a kind. Several in one transaction add up.
func (tx *Tx) counted(account arn.AccountID, k Countable, name string, by int) {
	key := k.key(account, k.shardOf(name))
	n, ok := tx.counts[key]
	if !ok {
		n = tx.shard(key)
	}
	n += by
	if tx.counts == nil {
		tx.counts = make(map[string]int)
	}
	tx.counts[key] = n
	tx.putText(key, strconv.Itoa(n))
}

// linkedRolePath is the path of all roles that are linked to a service.
const linkedRolePath = "/aws-service-role/"

// countableOf is what an entity of a kind counts as.
func countableOf(k kind, e *Entity) Countable {
	if k == roleKind && strings.HasPrefix(e.Path, linkedRolePath) {
		return CountedLinkedRoles
	}
	return Countable(k)
}

// Quotas are the quotas of an account that are not AWS's defaults, by the names
// that AWS gives them.
type Quotas map[string]int

func quotasKey(account arn.AccountID) string { return in(account, "quotas") }

// Quotas reads the quotas of an account that were set.
func (r *Reader) Quotas(account arn.AccountID) Quotas {
	q, ok := document[Quotas](r, quotasKey(account))
	if !ok {
		return nil
	}
	return *q
}

// PutQuotas writes the quotas of an account that were set. All counts become
// tight, so that whoever makes something next looks at all that there is.
func (tx *Tx) PutQuotas(account arn.AccountID, q Quotas) {
	tx.put(quotasKey(account), q)
	for _, k := range countables() {
		tx.putText(k.tightKey(account), "")
	}
}

func countables() []Countable {
	return []Countable{
		CountedUsers, CountedGroups, CountedRoles, CountedLinkedRoles, CountedPolicies, CountedProfiles, CountedCertificates, CountedOIDC, CountedSAML,
	}
}
