package conformance_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/conformance"
)

// mistakes are those that other implementations were seen to make, in the
// numbers that cases name. What is about no decision is held by tests, named by
// folder.
var mistakes = []struct {
	number  int
	mistake string
	tests   []string
}{
	{1, "a variable's value is matched as a pattern, so that a user named * is everyone", nil},
	{2, "a Deny that cannot be evaluated does not deny", nil},
	{3, "unknown members of a document are dropped", nil},
	{4, "negated operators are OR-ed over their values, or false without the key", nil},
	{5, "case ignored in resources or minded in actions and key names", nil},
	{6, "aws:MultiFactorAuthPresent false, and not absent, with long-term keys", nil},
	{7, "aws:SourceAccount filled with the caller's account", nil},
	{8, "ArnLike over the whole text, * that stops at a slash", nil},
	{9, "ForAllValues false without the key; numbers that are none compared as equal", nil},
	{10, "a boundary limits what a resource policy grants to the user", nil},
	{11, "principal of one statement with the condition of another; types of principals AND-ed", nil},
	{12, "an account as principal that means its root user only; partial wildcards in principals", nil},
	{13, "Null ignores its operand, no IPv6, no ?, a fixed time", nil},
	{14, "a statement without action and resource that matches; unknown actions allowed", nil},
	{15, "a condition that does not hold still decides", nil},
	{16, "the role in AssumeRole ignored, or one that does not exist assumed", []string{"service/sts.TestWhoMayAssume", "service/sts.TestAssumeRoleAnswers"}},
	{17, "a secret key that can be computed from the token, or read in it", []string{"authn/session.TestTokenShowsNothing", "authn/session.TestEveryFlippedBitIsRefused"}},
	{18, "sessions stored, and known to the node that made them only", []string{"authn/session.TestSealedSessionComesBackWhole"}},
	{19, "any MFA code taken, or one twice", []string{"authn/mfa.TestACodeIsGoodNearItsStepAndOnce", "service/sts.TestACodeWorksOnceWhateverItIsShownFor"}},
	{20, "sessions longer than the role's maximum, or than an hour in a chain", []string{"service/sts.TestHowLongARoleSessionLasts", "service.TestHowLongAChainLasts"}},
	{21, "session tags and source identity lost on the way", []string{"service.TestTransitiveTagsAndSourceIdentityGoDownAChain"}},
	{22, "SAML signatures unchecked, providers that nobody registered", []string{"service/sts.TestAssertionsThatAreRefused", "service/sts.TestRequestsWithSAMLThatAreRefused"}},
	{23, "tokens without a valid signature or audience taken", []string{"service/sts.TestAttacksWithTokens", "service/sts.TestAttacksByIssuers"}},
	{24, "a role made again under its name revives old sessions and trust", []string{"service.TestASessionEndsWithItsRole"}},
	{25, "a narrowed session makes one that is not", []string{"service.TestEachStepOfAChainIsNarrowedByItself"}},
	{26, "enforcement that is off, or turned off by a mistyped switch", []string{"service.TestNoOperationIsDoneForAStranger"}},
	{27, "credentials read in one place and proven in another", []string{"service.TestNoOperationIsDoneForAStranger"}},
	{28, "a handler behind another's permission", []string{"service.TestEachOperationIsDecidedOnItsOwnAction"}},
	{29, "aws:SourceIp from a header that anyone can send", []string{"service.TestConditionKeysOfTheCall"}},
	{30, "secrets in logs", []string{"service.TestNoSecretIsInALogOrARefusal"}},
	{31, "changes that are seen only after minutes", []string{"store/directory.TestTheCacheKnowsOneRevisionOfADocument"}},
	{32, "a simulator that always allows, or ignores trust policies", []string{"service/iam.TestSimulatedResourcePolicy", "cmd/rolecall.TestOurOwnEndpointAnswersTheSuite"}},
	{33, "denials that say nothing, or something else than what happened", nil},
	{34, "variables put into the policy's text before it is parsed", nil},
	{35, "inline, group and boundary policies ignored", nil},
	{36, "a trust policy's condition without its Principal", nil},
	{37, "the path of an OIDC issuer dropped", nil},
	{38, "requests answered by another service than the one they are signed for", []string{"service.TestASignatureIsForOneService", "wire.TestRoutes"}},
}

// mistakesTable tells what holds each of them: cases, or tests that exist.
func mistakesTable(t *testing.T, cases []conformance.Case) string {
	t.Helper()
	held := map[string]int{}
	for _, c := range cases {
		for _, rule := range c.Rules {
			held[rule]++
		}
	}
	exists := allTests(t)
	var out strings.Builder
	out.WriteString("| | mistake | held by |\n|---|---|---|\n")
	for i, m := range mistakes {
		var by []string
		if n := held[fmt.Sprintf("peer %d", m.number)]; n > 0 {
			by = append(by, fmt.Sprintf("cases: %d", n))
		}
		for _, name := range m.tests {
			if !exists[name] {
				t.Errorf("mistake %d: there is no test %s", m.number, name)
			}
			by = append(by, "`"+name+"`")
		}
		if m.number != i+1 || len(by) == 0 {
			t.Errorf("mistake %d is out of order or held by nothing", m.number)
		}
		fmt.Fprintf(&out, "| %d | %s | %s |\n", m.number, cell(m.mistake), strings.Join(by, ", "))
	}
	return out.String()
}

// allTests are the tests of the module, each after its folder and a dot.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "../")
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "func Test"); ok {
				rest, _, _ = strings.Cut(rest, "(")
				tests[folder+".Test"+rest] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
