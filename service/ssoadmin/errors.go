package ssoadmin

import (
	"fmt"
	"net/http"

	"github.com/rolecall-iam/rolecall/wire"
)

// The refusals of the service, in AWS's words where a quoted answer gives them.
//
// Source: the Errors section of each operation's page in
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html

func refuse(code, format string, args ...any) error {
	return &wire.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// notFound says that there is no such thing, such as "PermissionSet".
func notFound(what, id string) error {
	return refuse("ResourceNotFoundException", "%s with id %s not found.", what, id)
}

// missing says that something has not what was asked for.
func missing(format string, args ...any) error {
	return refuse("ResourceNotFoundException", format, args...)
}

// notYours has the words of the model.
func notYours() error {
	return refuse("AccessDeniedException", "You do not have sufficient access to perform this action.")
}

func invalid(format string, args ...any) error { return refuse("ValidationException", format, args...) }

func conflict(format string, args ...any) error { return refuse("ConflictException", format, args...) }

func exceeded(format string, args ...any) error {
	return refuse("ServiceQuotaExceededException", format, args...)
}

// nameTaken is quoted in https://github.com/avlcloudtechnologies/terraform-aws-sso/issues/6
func nameTaken(name string) error {
	return conflict("PermissionSet with name %s already exists.", name)
}

// stillUsed is quoted in https://github.com/hashicorp/terraform-provider-aws/issues/26757
func stillUsed(id string) error {
	return conflict("Could not delete because PermissionSet %s has ApplicationProfile associated with it", id)
}

// underWay is what AWS answers where a request for the same meets another; its
// words are not known.
//
// Source: https://github.com/aws-samples/iam-identity-center-team/issues/513
func underWay() error {
	return conflict("A request for this assignment is in progress. Try again when it has ended.")
}

func badToken() error { return invalid("The pagination token is not valid.") }

// failed is why a request that was taken came to nothing: its status tells it.
type failed string

func (f failed) Error() string { return string(f) }

// noCustomerPolicy is said of a policy that a permission set refers to and an
// account has not.
func noCustomerPolicy(path, name string) error {
	return failed(fmt.Sprintf("Received a 404 status error: Policy %s%s does not exist in the account.", path, name))
}
