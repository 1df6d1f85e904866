package rolecall

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Revocation says which sessions are to end before their time: one by its
// access key id, or those made before a time, of one principal or of all.
type Revocation struct {
	AccessKeyID string `json:"accessKeyId,omitempty"` // ASIA…

	// Principal is the ARN of a role, a user, an account's root user, one
	// session of a role, or a federated user; empty for everybody.
	Principal string `json:"principal,omitempty"`
	// Before is the cut-off, in whole seconds as the issue time of a session;
	// the present where it is zero. What is made in the very second of a
	// revocation ends with it.
	Before time.Time `json:"before,omitzero"`
}

// RevokeSessions ends sessions. It answers what was revoked, with the cut-off.
// Sessions that end are refused from the next request on, as AWS refuses those
// of a role that is gone.
func (s *Server) RevokeSessions(ctx context.Context, v Revocation) (Revocation, error) {
	now := s.now().UTC()
	switch {
	case v.AccessKeyID != "" && (v.Principal != "" || !v.Before.IsZero()):
		return v, errors.New("an access key id is of one session: no principal and no time beside it")
	case v.AccessKeyID != "" && !strings.HasPrefix(v.AccessKeyID, string(arn.SessionKeyPrefix)):
		return v, fmt.Errorf("%q is no access key id of a session, which begin with ASIA", v.AccessKeyID)
	case v.Before.After(now):
		return v, errors.New("the time is in the future: sessions are revoked that are there")
	case v.AccessKeyID == "" && v.Before.IsZero():
		v.Before = now
	}
	v.Before = v.Before.UTC()
	err := s.dir.Update(ctx, func(tx *directory.Tx) error {
		more, err := revocations(tx, v, now)
		if err != nil {
			return err
		}
		return tx.Revoke(more, now, session.MaxLife)
	})
	return v, err
}

func revocations(tx *directory.Tx, v Revocation, now time.Time) (directory.Revocations, error) {
	switch {
	case v.AccessKeyID != "":
		return directory.Revocations{Keys: map[string]time.Time{v.AccessKeyID: now.Add(session.MaxLife)}}, nil
	case v.Principal == "":
		return directory.Revocations{All: v.Before}, nil
	}
	id, err := sessionsOf(tx, v.Principal)
	return directory.Revocations{Before: map[string]time.Time{id: v.Before}}, err
}

// sessionsOf answers the id that the sessions of a principal bear: the unique
// id of a role or user, the digits of an account for its root user, or the user
// id of one session.
func sessionsOf(tx *directory.Tx, principal string) (string, error) {
	unknown := fmt.Errorf("%s is no role, user, root user or session here", principal)
	a, err := arn.Parse(principal)
	if err != nil {
		return "", err
	}
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return "", unknown
	}
	if _, ok := tx.Account(account); !ok {
		return "", errors.Join(tx.Err(), unknown)
	}
	kind, rest, _ := strings.Cut(a.Resource, "/")
	id := ""
	switch a.Service + ":" + kind {
	case "iam:root":
		id = account.String()
	case "iam:user":
		if u, ok := tx.User(account, a.ResourceName()); ok && u.ARN(a.Partition) == principal {
			id = u.ID
		}
	case "iam:role":
		if r, ok := tx.Role(account, a.ResourceName()); ok && r.ARN(a.Partition) == principal {
			id = r.ID
		}
	case "sts:assumed-role":
		role, name, _ := strings.Cut(rest, "/")
		if r, ok := tx.Role(account, role); ok && r.Name == role && name != "" {
			id = r.ID + ":" + name
		}
	case "sts:federated-user":
		if rest != "" {
			id = account.String() + ":" + rest
		}
	}
	if id == "" {
		return "", errors.Join(tx.Err(), unknown)
	}
	return id, nil
}
