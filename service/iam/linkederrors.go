package iam

import "net/http"

// The refusals that concern service-linked roles.

// protectedRole is quoted in rebuy-de/aws-nuke#331.
func protectedRole(name string) error {
	return refuse(http.StatusBadRequest, "UnmodifiableEntity",
		"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", name)
}

// linkedRoleExists is quoted in DataDog/pathfinding-labs#23.
func linkedRoleExists(name string) error {
	return invalidInput("Service role name %s has been taken in this account, please try a different suffix.", name)
}

// noSuffix is what users of es.amazonaws.com quote.
func noSuffix(service string) error {
	return invalidInput("Custom suffix is not allowed for %s", service)
}

// noLinkedRole, longRoleName and noSuchDeletion have words of our own.
func noLinkedRole(service string) error {
	return invalidInput("The service %s has no service-linked role.", service)
}

func longRoleName(name string) error {
	return invalidInput("The role name %s is longer than %d characters.", name, maxRoleName)
}

func noSuchDeletion(task string) error {
	return noSuchEntity("The deletion task with id %s cannot be found.", task)
}
