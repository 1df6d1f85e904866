package compiled

// truth is an answer in three-valued logic: and is the lesser of two, or the
// greater. An Allow statement counts where its answer is yes, a Deny statement
// also where it is unknown.
type truth uint8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}
