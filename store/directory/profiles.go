package directory

import "github.com/rolecall-iam/rolecall/arn"

const profileKind kind = "instance-profile"

// InstanceProfile is what carries a role to an EC2 instance. Of an Entity it
// has name, path and tags.
type InstanceProfile struct {
	Entity
	Role string `json:"role,omitempty"` // id; "" for none
}

// ARN is the instance profile's name in the partition given.
func (p *InstanceProfile) ARN(partition string) string { return p.arn(partition, "instance-profile") }

// Clone is a copy that may be changed and written back.
func (p *InstanceProfile) Clone() *InstanceProfile {
	return &InstanceProfile{p.Entity.clone(), p.Role}
}

// profilesOf lists the ids of the instance profiles that a role is in.
func profilesOf(account arn.AccountID, role string) string {
	return in(account, "role-profile/"+role+"/")
}

// InstanceProfile finds an instance profile by name, without regard to case.
func (r *Reader) InstanceProfile(account arn.AccountID, name string) (*InstanceProfile, bool) {
	return byName[InstanceProfile](r, profileKind, account, name)
}

// InstanceProfileByID finds an instance profile by unique id.
func (r *Reader) InstanceProfileByID(account arn.AccountID, id string) (*InstanceProfile, bool) {
	return document[InstanceProfile](r, profileKind.key(account, id))
}

// InstanceProfiles walks the instance profiles of an account in the order of
// their names, after the name given.
func (r *Reader) InstanceProfiles(account arn.AccountID, after string, yield func(*InstanceProfile) bool) {
	walk(r, profileKind, account, after, yield)
}

// InstanceProfilesOf walks the instance profiles that a role is in, in the
// order of their ids.
func (r *Reader) InstanceProfilesOf(role *Role, yield func(*InstanceProfile) bool) {
	r.keys(profilesOf(role.Account, role.ID), "", func(id string, _ []byte) bool {
		p, ok := referred[InstanceProfile](r, profileKind.key(role.Account, id))
		return ok && yield(p)
	})
}

// CountInstanceProfiles answers how many instance profiles an account has.
func (r *Reader) CountInstanceProfiles(account arn.AccountID) int {
	return r.Total(account, CountedProfiles)
}

// CreateInstanceProfile writes a new instance profile, as CreateUser does.
func (tx *Tx) CreateInstanceProfile(p *InstanceProfile) {
	tx.create(profileKind, &p.Entity, p)
	if p.Role != "" {
		tx.putText(profilesOf(p.Account, p.Role)+p.ID, "")
	}
}

// PutInstanceProfile writes a changed instance profile. The role that it came
// to have is rewritten, so that deleting the role at the same time conflicts.
func (tx *Tx) PutInstanceProfile(before, p *InstanceProfile) {
	tx.change(profileKind, &before.Entity, &p.Entity, p)
	if before.Role == p.Role {
		return
	}
	if before.Role != "" {
		tx.delete(profilesOf(p.Account, before.Role) + p.ID)
	}
	if p.Role != "" {
		tx.putText(profilesOf(p.Account, p.Role)+p.ID, "")
		if role, ok := tx.RoleByID(p.Account, p.Role); ok {
			tx.put(roleKind.key(role.Account, role.ID), role)
		}
	}
}

// DeleteInstanceProfile removes an instance profile that has no role.
func (tx *Tx) DeleteInstanceProfile(p *InstanceProfile) { tx.remove(profileKind, &p.Entity) }
