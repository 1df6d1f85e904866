package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// own looks for mistakes that AWS's checks leave out. Each has a page in
// docs/denials.
func (l *linter) own(s *statement) {
	l.allowEverything(s)
	l.notAllowed(s)
	if l.Type == Resource {
		l.openPrincipals(s)
		l.oddPrincipals(s)
	}
	if l.trust() && s.allows() && !s.negatedWho {
		l.confusedDeputy(s)
		l.podIdentity(s)
		l.subjects(s)
	}
	for _, c := range s.cond {
		if strings.EqualFold(c.key.text, "aws:PrincipalArn") {
			for _, v := range c.values {
				if strings.Contains(v.text, ":assumed-role/") && !negated(c.base) {
					l.add("principal-arn-condition", v.spot, v.text)
				}
				l.ssoRole(v)
			}
		}
	}
}

// allowEverything: AdministratorAccess by another name.
func (l *linter) allowEverything(s *statement) {
	star := func(words []word) int {
		return slices.IndexFunc(words, func(w word) bool { return w.text == "*" })
	}
	action, resource := star(s.act), star(s.res)
	if l.Type == Identity && s.allows() && !s.negatedAct && !s.negatedRes && action >= 0 && resource >= 0 && len(s.cond) == 0 {
		l.add("allow-everything", s.act[action].spot).also(s.res[resource].spot)
	}
}

// notAllowed: what an Allow leaves out by name, all else lets in.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
func (l *linter) notAllowed(s *statement) {
	if !s.allows() {
		if e := s.element("NotPrincipal"); e != nil && l.Type == Resource && !l.trust() {
			l.add("not-principal", e.key, "Deny with NotPrincipal denies all who are not named, and for a role its session and "+
				"its account must be named too; it always denies who has a permissions boundary.").Change =
				`write "Principal": "*" with {"ArnNotEquals": {"aws:PrincipalArn": …}}`
		}
		return
	}
	if e := s.element("NotAction"); e != nil && l.Type != ServiceControl {
		l.add("not-action", e.key, "Allow with NotAction allows all other actions of all services, also those that are yet to come.")
	}
	if e := s.element("NotResource"); e != nil && l.Type == Identity {
		l.add("not-action", e.key, "Allow with NotResource allows the actions on all other resources, also those that are yet to come.")
	}
}

// openPrincipals: everybody, or all of an account, without a condition.
func (l *linter) openPrincipals(s *statement) {
	if !s.allows() || s.negatedWho {
		return
	}
	for _, p := range s.who {
		a, err := arn.Parse(p.text)
		_, number := arn.ParseAccountID(p.text)
		switch {
		case p.kind == "*" && l.trust() || p.kind != "*" && p.kind != "AWS":
		case p.text == "*" && len(s.cond) == 0:
			l.add("open-principal", p.spot, "Everybody is let in, of every account, and no condition says who.")
		case number == nil:
			l.add("bare-account", p.spot, p.text).Change = "name the role or user: arn:aws:iam::" + p.text + ":role/NAME"
		case err == nil && a.Service == "iam" && a.Resource == "root" && len(s.cond) == 0 && l.trust():
			l.add("open-principal", p.spot, "All of account "+a.Account+" is let in as far as its own policies let, and no condition says who.").Severity = Suggestion
		}
	}
}

// oddPrincipals are principals of the right form that are not who is meant.
func (l *linter) oddPrincipals(s *statement) {
	china := strings.Contains(l.Text, `"arn:aws-cn:`)
	for _, p := range s.who {
		switch p.kind {
		case "AWS":
			l.ssoRole(p.word)
			l.sessionPrincipal(s, p)
		case "Service":
			labels, inChina := strings.CutSuffix(p.text, ".amazonaws.com.cn")
			if inChina && !chinese(labels) {
				l.add("service-principal", p.spot, p.text+" is no service principal: in China too this service is named without .cn.").Change =
					`write "` + labels + `.amazonaws.com"`
			} else if inChina && !china && strings.Contains(l.Text, `"arn:aws:`) {
				l.add("service-principal", p.spot, p.text+" is a service of the partition aws-cn, and the document is for aws.").Change =
					`write "` + labels + `.amazonaws.com"`
			}
		}
	}
}

// sessionPrincipal: who is named by one session is not let in by another.
func (l *linter) sessionPrincipal(s *statement, p principal) {
	role, ok := roleOfSession(p.text)
	if !ok {
		return
	}
	if _, parent := s.named()[nameOf(role)]; !parent {
		l.add("session-arn", p.spot, p.text, role.Resource[len("role/"):]).Change = `name the role: "` + role.String() + `" (with its path, if it has one)`
	}
}

// chinese tells which services go by a name of their own in China.
func chinese(labels string) bool {
	service, _, regional := strings.Cut(labels, ".")
	switch service {
	case "ec2", "elasticmapreduce":
		return !regional
	case "codedeploy", "logs":
		return regional
	}
	return false
}

// ssoRole: the path of a role of IAM Identity Center has the region of the
// directory in it, but for us-east-1.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func (l *linter) ssoRole(w word) {
	const path, name = "role/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_"
	a, err := arn.Parse(w.text)
	if err != nil || a.Service != "iam" || !strings.Contains(a.Resource, name) {
		return
	}
	rest, reserved := strings.CutPrefix(a.Resource, path)
	head := "arn:" + a.Partition + ":iam::" + a.Account + ":" + path
	tail := a.Resource[strings.Index(a.Resource, name):]
	switch {
	case !reserved && strings.HasPrefix(a.Resource, "role/"+name):
		f := l.add("sso-role-region", w.spot, "A role of IAM Identity Center has a path, with its region in it: no role has this ARN.")
		f.Severity, f.Change = Error, `write "`+head+`REGION/`+tail+`"`
	case strings.HasPrefix(rest, "us-east-1/"):
		f := l.add("sso-role-region", w.spot, "The path of a role of IAM Identity Center in us-east-1 has no region: no role has this ARN.")
		f.Severity, f.Change = Error, `write "`+head+tail+`"`
	case reserved && strings.HasPrefix(rest, name):
		l.add("sso-role-region", w.spot, "This is a role of IAM Identity Center in us-east-1: elsewhere the path has the region in it.").Change =
			`elsewhere write "` + head + `REGION/` + tail + `"`
	}
}

// deputies are services that say for which resource or account they take on a
// role. Of others AWS does not say it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html and the pages of
// the services that it leads to
var deputies = [...]string{
	"appflow", "batch", "bedrock", "cloudformation", "codebuild", "cognito-idp", "comprehend", "config", "datasync", "dms",
	"ecs-tasks", "elasticmapreduce", "events", "firehose", "grafana", "imagebuilder", "iot", "kinesisanalytics", "logs",
	"mediaconvert", "pipes", "rolesanywhere", "sagemaker", "scheduler", "ssm", "states", "textract", "transcribe",
	"transfer", "vmie", "vpc-flow-logs",
}

func (l *linter) confusedDeputy(s *statement) {
	if s.has(sourceKeys[:]...) {
		return
	}
	for _, p := range s.who {
		if p.kind == "Service" && slices.Contains(deputies[:], label(p.text)) {
			l.add("confused-deputy", p.spot, p.text).Change = `add "Condition": {"StringEquals": {"aws:SourceAccount": "your account's number"}}`
		}
	}
}

// podIdentity: EKS Pod Identity passes session tags.
//
// Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
func (l *linter) podIdentity(s *statement) {
	for _, p := range s.who {
		if p.kind == "Service" && p.text == "pods.eks.amazonaws.com" && !s.negatedAct && !l.elsewhere(p, "sts:tagsession") {
			l.add("tag-session", p.spot, "EKS Pod Identity passes session tags: pods.eks.amazonaws.com needs sts:TagSession beside sts:AssumeRole.").Change =
				`write "Action": ["sts:AssumeRole", "sts:TagSession"]`
		}
	}
}
