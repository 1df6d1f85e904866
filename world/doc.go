// Package world reads what people have of their accounts, without asking AWS,
// and makes a service in memory of it that answers questions.
//
//	w, err := world.Read(files, world.Options{})
//	asked, err := w.Open(ctx)
//	answers, err := asked.Why(ctx, rolecall.Ask{…})
//
// A file is told by its content: what aws iam get-account-authorization-details
// printed, the JSON of a Terraform plan or state, a template of CloudFormation
// or SAM, an organization, or one of a folder of policies. Each has a reader;
// all readers end in the same set-up: accounts with their users, groups, roles
// and policies, an organization, and policies of buckets, queues and other
// resources. The set-up is then written in the form that package moving imports,
// entity by entity, each with the place that it is from: there is one loader,
// and one place that knows what an account may look like.
//
// Plans and templates are read last, and come over what exports and folders say
// of the same: an item of an export that one of them touches is lifted out of it
// and becomes an entity like those of the other readers. A permission set becomes
// a role in each of its accounts.
//
// What aws organizations prints is read output by output (organizations.go) and
// put together into a tree (organizationtree.go); what is missing of it is open.
//
// What a plan or a template does not know yet is never guessed. A hole in a
// policy becomes a statement that allows whatever the hole could allow, under
// a name that only this package gives. A question that is denied all the same
// is denied; one that such a statement has a part in has no answer, and Why
// tells which attribute it waits for. A unique id that no file tells is made up
// to store the user or role, and open to whatever compares it (uniqueid.go).
//
// JSON with comments, or with a comma too many, is read, and pointed out: AWS
// refuses it.
//
// ReadEvent is about the question: what an event of CloudTrail tells of who
// asked for what.
package world
