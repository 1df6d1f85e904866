package iam

// The refusals that concern instance profiles, all recorded
// (test_iam_instance_profiles).

func noSuchProfile(name string) error {
	return noSuchEntity("Instance Profile %s cannot be found.", name)
}

func profileExists(name string) error {
	return alreadyExists("Instance Profile %s already exists.", name)
}

func notInProfile(role, profile string) error {
	return noSuchEntity("Role %s in Instance Profile %s cannot be found.", role, profile)
}

// mustRemoveRoles is for a role that is in an instance profile, too
// (99designs/iamy#68).
func mustRemoveRoles() error { return deleteConflict("remove roles from instance profile") }
