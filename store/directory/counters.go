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

// Counts stand in shards, chosen by what is counted. Each shard has an allowance,
// and all allowances together are the quota: who makes a user changes one shard
// and so conflicts with few others. Only where a shard has used its allowance up
// are all of them read, and so compared with, and what is left of the quota is
// given out anew. Shards that were never given any have an even part each. Where
// the quota is changed, or something made without asking for room, the count is
// marked stale, and the next to ask gives out anew.
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

func (k Countable) staleKey(account arn.AccountID) string {
	return in(account, "count-stale/"+string(k))
}

// shardOf spreads names and ids over the shards.
func (k Countable) shardOf(name string) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return int(h % uint32(k.shards()))
}

// portion is what one shard of a count holds.
type portion struct {
	count   int
	allowed int // of quota; -1 where none was given out
	quota   int
}

func (s portion) text() string {
	if s.allowed < 0 {
		return strconv.Itoa(s.count)
	}
	return fmt.Sprintf("%d %d %d", s.count, s.allowed, s.quota)
}

func parsePortion(text string) (portion, error) {
	fields := strings.Fields(text)
	if len(fields) != 1 && len(fields) != 3 {
		return portion{}, fmt.Errorf("%q is no part of a count", text)
	}
	var numbers [3]int
	for i, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil {
			return portion{}, err
		}
		numbers[i] = n
	}
	if len(fields) == 1 {
		return portion{count: numbers[0], allowed: -1}, nil
	}
	return portion{numbers[0], numbers[1], numbers[2]}, nil
}

// room tells whether the shard has some of a quota left.
func (s portion) room(k Countable, quota int) bool {
	switch {
	case s.allowed < 0:
		return s.count < quota/k.shards()
	case s.quota != quota:
		return false
	}
	return s.count < s.allowed
}

// Total answers how many of a kind an account has.
func (r *Reader) Total(account arn.AccountID, k Countable) int {
	n := 0
	r.keys(k.counts(account), "", func(_ string, value []byte) bool {
		n += r.parsed(value).count
		return true
	})
	return n
}

func (r *Reader) parsed(value []byte) portion {
	s, err := parsePortion(string(value))
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("decode a count: %w", err)
	}
	return s
}

// shard reads one shard as the transaction has it so far, and has the
// transaction compare with it.
func (tx *Tx) shard(key string) portion {
	if s, ok := tx.counts[key]; ok {
		return s
	}
	kv, ok := tx.get(key)
	if !ok {
		return portion{allowed: -1}
	}
	return tx.parsed(kv.Value)
}

func (tx *Tx) putShard(key string, s portion) {
	if tx.counts == nil {
		tx.counts = make(map[string]portion)
	}
	tx.counts[key] = s
	tx.putText(key, s.text())
}

// Room tells whether an account may have one more of a kind, which is counted
// by name, within a quota. However many ask at once, no more are made, and no
// fewer.
func (tx *Tx) Room(account arn.AccountID, k Countable, name string, quota int) bool {
	tx.roomy = true
	own := k.shardOf(name)
	_, stale := tx.text(k.staleKey(account))
	if !stale && tx.shard(k.key(account, own)).room(k, quota) {
		return true
	}
	shards, total := make([]portion, k.shards()), 0
	for i := range shards {
		shards[i] = tx.shard(k.key(account, i))
		total += shards[i].count
	}
	left := quota - total
	if left <= 0 {
		return false
	}
	for i := range shards {
		at := (own + i) % len(shards) // the own one is the first to get what does not divide
		part := left / len(shards)
		if i < left%len(shards) {
			part++
		}
		given := portion{shards[at].count, shards[at].count + part, quota}
		if given != shards[at] {
			tx.putShard(k.key(account, at), given)
		}
	}
	if stale {
		tx.delete(k.staleKey(account))
	}
	return true
}

// counted adds to the count of a kind. Several in one transaction add up.
func (tx *Tx) counted(account arn.AccountID, k Countable, name string, by int) {
	key := k.key(account, k.shardOf(name))
	s := tx.shard(key)
	s.count += by
	tx.putShard(key, s)
	if by > 0 && !tx.roomy {
		tx.putText(k.staleKey(account), "")
	}
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
// stale, so that whoever makes something next looks at all that there is.
func (tx *Tx) PutQuotas(account arn.AccountID, q Quotas) {
	tx.put(quotasKey(account), q)
	for _, k := range countables() {
		tx.putText(k.staleKey(account), "")
	}
}

func countables() []Countable {
	return []Countable{
		CountedUsers, CountedGroups, CountedRoles, CountedLinkedRoles, CountedPolicies, CountedProfiles, CountedCertificates, CountedOIDC, CountedSAML,
	}
}
