package compiled

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestLower8 tries every byte in every place of a word.
func TestLower8(t *testing.T) {
	for c := range 256 {
		for place := range 8 {
			b := []byte("zA[@`{ÿ\x00")[:8]
			b[place] = byte(c)
			want := make([]byte, 8)
			for i := range b {
				want[i] = lower(b[i])
			}
			if got := lower8(load8(string(b), 0)); got != load8(string(want), 0) {
				t.Fatalf("%q becomes %x, want %q", b, got, want)
			}
		}
	}
}

func TestHead8(t *testing.T) {
	for _, s := range []string{"", "a", "abcdefg", "abcdefgh", "abcdefghi"} {
		want := load8(s+"\x00\x00\x00\x00\x00\x00\x00\x00", 0)
		if got := head8(s); got != want {
			t.Errorf("%q is %x, want %x", s, got, want)
		}
	}
}

// TestFoldHash: texts that differ only in the case of A to Z have the same
// hash, others hardly ever.
func TestFoldHash(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAzZ@[`{é:*09")), 0, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		lowered := strings.Map(func(r rune) rune {
			if r < utf8.RuneSelf {
				return rune(lower(byte(r)))
			}
			return r
		}, a)
		if foldHash(a) != foldHash(lowered) || !sameFolded(a, lowered) || !hasFolded(a, lowered) {
			t.Fatalf("%q is not %q", a, lowered)
		}
		same := len(a) == len(b) && hasFolded(a, b)
		if same != sameFolded(a, b) || same && foldHash(a) != foldHash(b) {
			t.Fatalf("%q and %q", a, b)
		}
	})
	seen := map[uint64]string{}
	for n := range 64 {
		for i := range 64 {
			s := strings.Repeat("x", i) + strings.Repeat("y", n)
			if other, ok := seen[foldHash(s)]; ok && other != s {
				t.Fatalf("%q and %q have the same hash", s, other)
			}
			seen[foldHash(s)] = s
		}
	}
}

// TestPrefixHash: the hash of the beginning of a text is that of the beginning
// alone, whatever follows and in whatever order lengths are asked for.
func TestPrefixHash(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		b := make([]byte, 11+r.IntN(180))
		for i := range b {
			b[i] = byte('a' + r.IntN(3))
		}
		whole := target{text: string(b)}
		for range 20 {
			n := 3 + r.IntN(min(len(b), maxPrefix)-2)
			alone := target{text: string(b[:n])}
			if whole.prefixHash(n) != alone.prefixHash(n) {
				t.Fatalf("the first %d of %s", n, b)
			}
		}
	}
	seen := map[uint64]int{}
	for n := 3; n <= maxPrefix; n++ {
		text := target{text: strings.Repeat("a", n)}
		if other, ok := seen[text.prefixHash(n)]; ok {
			t.Errorf("%d and %d letters have the same hash", other, n)
		}
		seen[text.prefixHash(n)] = n
	}
}

func TestTable(t *testing.T) {
	hashes := []uint64{1, 2, 1, 17, 1 << 40, 0, 33, 1}
	table := makeTable(hashes)
	for _, h := range hashes {
		var found, want []int
		for n, next, ok := table.find(h, h); ok; n, next, ok = table.find(h, next) {
			found = append(found, n)
		}
		for n, other := range hashes {
			if other == h {
				want = append(want, n)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%d is found at %v, want %v", h, found, want)
		}
	}
	if _, _, ok := table.find(3, 3); ok {
		t.Error("what is not there is found")
	}
	if empty := makeTable(nil); empty.slots != nil {
		t.Error("an empty table has slots")
	}
}

func TestBitset(t *testing.T) {
	b := make(bitset, 2)
	for _, i := range []int{0, 63, 64, 127} {
		b.add(i)
	}
	for i := range 128 {
		if want := i == 0 || i == 63 || i == 64 || i == 127; b.has(i) != want {
			t.Errorf("%d: %v", i, b.has(i))
		}
	}
	var s scratch
	if b.meets(&s) {
		t.Error("nothing meets something")
	}
	s[1] = 2
	if b.meets(&s) {
		t.Error("65 is in the set")
	}
	b.mergeInto(&s)
	if !b.meets(&s) || s[0] != 1|1<<63 || s[1] != 3|1<<63 {
		t.Errorf("merged: %x", s)
	}
	for n, want := range map[int]int{1: 1, 64: 1, 65: 2, segmentSize: len(s)} {
		if got := wordsFor(n); got != want {
			t.Errorf("%d statements need %d words, not %d", n, want, got)
		}
	}
}

// TestSplitARN compares with the target's own way of splitting.
func TestSplitARN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("arn::::::ab/é")), 0, 16, -1).Draw(t, "text")
		if rapid.Bool().Draw(t, "arn") {
			text = "arn:" + text
		}
		parts, n := splitARN(text)
		want := n == 6 && parts[0] == "arn" && parts[1] != "" && parts[2] != "" && parts[5] != ""
		of := target{text: text}
		if got := of.split(); got != want {
			t.Fatalf("%q is an ARN: %v", text, got)
		}
		for i := 1; want && i <= last; i++ {
			if of.part(i) != parts[i] {
				t.Fatalf("part %d of %q is %q, want %q", i, text, of.part(i), parts[i])
			}
		}
		if strings.Join(parts[:n], ":") != text {
			t.Fatalf("%q falls into %q", text, parts[:n])
		}
	})
}

func TestCheckAction(t *testing.T) {
	for text, want := range map[string]int{
		"s3:GetObject": 2, "a:b": 1, "a:b:c": 1, "execute-api:Invoke": 11, "é:b": 2,
		"": -1, ":": -1, "a": -1, "a:": -1, ":b": -1, "a:b*": -1, "a:?": -1, "a: b": -1, "a:b,c": -1, "a\t:b": -1, "a:b\r": -1, "a:\nb": -1, "*:b": -1,
	} {
		colon, ok := checkAction(text)
		if ok != (want >= 0) || ok && colon != want {
			t.Errorf("%q: %d, %v", text, colon, ok)
		}
	}
}
