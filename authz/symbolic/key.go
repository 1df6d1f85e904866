package symbolic

// wanted is a test that must count, or with not must not.
type wanted struct {
	test
	not bool
}

// state is what a request has of a key.
type state struct {
	name   string
	shape  shape
	values []word
}

type shape uint8

const (
	absent shape = iota
	value
	many
)

// solveKey looks for a state of a key with which all is as wanted. With
// value first, for a variable's sake, that is tried before absence.
func solveKey(b *budget, name string, tests []wanted, valueFirst bool) (state, outcome) {
	known := make([]wanted, 0, len(tests))
	for _, w := range tests {
		if !w.anything {
			known = append(known, w)
		}
	}
	order := []func(*budget, []wanted) ([]word, shape, outcome){solveAbsent, solveOne, solveEmpty}
	if valueFirst {
		order[0], order[1] = order[1], order[0]
	}
	if mayHaveMany(name) {
		order = append(order, solveNone, solveMany)
	}
	found := none
	for _, solve := range order {
		values, shape, o := solve(b, known)
		if o == some {
			return state{name, shape, values}, some
		}
		found = max(found, o)
	}
	return state{name: name}, found
}

// allCount tells whether each test counts, or not, as it is wanted.
func allCount(tests []wanted, counts func(test) bool) outcome {
	for _, w := range tests {
		if counts(w.test) == w.not {
			return none
		}
	}
	return some
}

func solveAbsent(_ *budget, tests []wanted) ([]word, shape, outcome) {
	return nil, absent, allCount(tests, test.missing)
}

// solveEmpty tries the empty text, which is a value to all but the set
// operators and Null.
func solveEmpty(b *budget, tests []wanted) ([]word, shape, outcome) {
	var clauses []clause
	for _, w := range tests {
		c := w.clause
		if w.not {
			c = c.not()
		}
		switch {
		case w.null != nil || w.set != single:
			if w.noValues() == w.not {
				return nil, value, none
			}
		case c.measured == nil:
			clauses = append(clauses, c)
		case !c.accepts(b, ""):
			return nil, value, none
		}
	}
	_, o := solveText(b, clauses, []pattern{literal("")}, "")
	if b.left < 0 {
		o = unsure
	}
	return []word{{}}, value, o
}

// solveOne looks for one text that is not empty.
func solveOne(b *budget, tests []wanted) ([]word, shape, outcome) {
	var clauses []clause
	for _, w := range tests {
		switch {
		case w.null != nil:
			if w.null.present == w.not {
				return nil, value, none
			}
		case w.not:
			clauses = append(clauses, w.clause.not())
		default:
			clauses = append(clauses, w.clause)
		}
	}
	found, o := solveValue(b, clauses, []pattern{nonempty})
	return []word{found}, value, o
}

func solveNone(_ *budget, tests []wanted) ([]word, shape, outcome) {
	return nil, many, allCount(tests, test.noValues)
}

// solveMany looks for a set of values: what all of them must be, and what one
// of them must be besides, for each test that wants that.
func solveMany(b *budget, tests []wanted) ([]word, shape, outcome) {
	var every, any []clause
	for _, w := range tests {
		c := w.clause
		if w.not {
			c = c.not()
		}
		switch {
		case w.null != nil:
			if w.null.present == w.not {
				return nil, many, none
			}
		case w.set == single:
			if w.open == w.not {
				return nil, many, none
			}
		case (w.set == forAll) != w.not:
			every = append(every, c)
		default:
			any = append(any, c)
		}
	}
	if len(any) == 0 {
		any = []clause{{language: language{patterns: []pattern{all}}}}
	}
	var values []word
	found := some
	for _, c := range any {
		v, o := solveValue(b, append([]clause{c}, every...), []pattern{all})
		if o == none {
			return nil, many, none
		}
		if o == unsure {
			found = unsure
		}
		values = append(values, v)
	}
	if len(values) == 1 && len(values[0]) == 0 {
		values = append(values, word{}) // one empty text alone is no value
	}
	return values, many, found
}
