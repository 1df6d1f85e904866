package federation

import (
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// changed is a response whose assertion is signed with the changes in it made.
func (k *kit) changed(fromTo ...string) string {
	k.t.Helper()
	document := k.usual().XML()
	for i := 0; i+1 < len(fromTo); i += 2 {
		if !strings.Contains(document, fromTo[i]) {
			k.t.Fatalf("there is no %q to change", fromTo[i])
		}
		document = strings.Replace(document, fromTo[i], fromTo[i+1], 1)
	}
	return k.idp.Sign(k.t, document, "_assertion", samltest.InAssertion)
}

// contents are genuine responses that are meant for somebody else, or of
// nobody, or say what must not be said.
func (k *kit) contents() []attack {
	with := func(change func(*samltest.Response)) string {
		r := k.usual()
		change(&r)
		return k.idp.Sign(k.t, r.XML(), "_assertion", samltest.InAssertion)
	}
	var all []attack
	for _, audience := range []string{"https://other.example.com/", "urn:amazon:webservices:govcloud", "URN:AMAZON:WEBSERVICES", "urn:amazon:webservices2", "urn:amazon", "",
		"https://signin.aws.amazon.com", signin + "/", signin + "?x", "https://signin.amazonaws.cn/saml"} {
		all = append(all, attack{rule: "audience: '" + audience + "'", document: with(func(r *samltest.Response) { r.Audiences = []string{audience} }), code: invalid})
	}
	for _, to := range []string{"https://other.example.com/saml", "http://signin.aws.amazon.com/saml", signin + "/", signin + "?x=y", signin + "#x", "https://signin.aws.amazon.com.evil.example/saml",
		"https://evil.example/" + signin, "https://signin.aws.amazon.com@evil.example/saml", "https://evil-signin.aws.amazon.com/saml", "https://a.b.signin.aws.amazon.com/saml",
		"https://signin.aws.amazon.com:444/saml", "https://SIGNIN.aws.amazon.com/saml", "https://signin.amazonaws.cn/saml", "https://us-east-1.signin.aws.amazon.com/platform/saml", signin + "/acs/SAMLSPXXXXXXXXXXXXXXXX",
		k.url + "/_/signin/saml/", k.url + "0/_/signin/saml", k.url + ".evil.example/_/signin/saml", "https://other.example.com/_/signin/saml", "", "urn:amazon:webservices"} {
		all = append(all, attack{rule: "recipient: '" + to + "'", document: with(func(r *samltest.Response) { r.Recipient = to }), code: invalid})
	}
	confirmation := func(to string) string {
		return k.changed(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`, to)
	}
	forms := map[string]attack{
		"another issuer": {document: with(func(r *samltest.Response) {
			r.Issuer, r.AssertedIssuer = "https://evil.example/", "https://evil.example/"
		}), code: invalid},
		"another issuer of the assertion":     {document: with(func(r *samltest.Response) { r.AssertedIssuer = "https://evil.example/" }), code: invalid},
		"another issuer of the response":      {document: with(func(r *samltest.Response) { r.Issuer = "https://evil.example/" }), code: invalid},
		"an issuer in other letters":          {document: with(func(r *samltest.Response) { r.AssertedIssuer = strings.ToUpper(entity) }), code: invalid},
		"an issuer that begins as the other":  {document: with(func(r *samltest.Response) { r.AssertedIssuer = entity + "/evil" }), code: invalid},
		"no issuer":                           {document: k.changed("<saml:Issuer>"+entity+"</saml:Issuer>"+samltest.InAssertion, samltest.InAssertion), code: invalid},
		"two issuers":                         {document: k.changed(samltest.InAssertion, samltest.InAssertion+"<saml:Issuer>x</saml:Issuer>"), code: invalid},
		"a login that failed":                 {document: with(func(r *samltest.Response) { r.Status = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed" }), code: failed},
		"a login that failed inside":          {document: k.changed(`status:Success"/>`, `status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:StatusCode>`), code: failed},
		"no status":                           {document: k.changed(`<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`, ""), code: invalid},
		"two statuses":                        {document: k.changed("<samlp:Status>", `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status><samlp:Status>`), code: invalid},
		"a success of another namespace":      {document: k.changed(`<samlp:StatusCode Value`, `<StatusCode Value`), code: invalid},
		"no subject's name":                   {document: k.changed(">ann-1f3a<", "><"), code: denied},
		"two subject's names":                 {document: k.changed("<saml:NameID", "<saml:NameID>admin</saml:NameID><saml:NameID"), code: denied},
		"two subjects":                        {document: k.changed("<saml:Subject>", "<saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject><saml:Subject>"), code: denied},
		"a name that is encrypted":            {document: k.changed("<saml:NameID Format", "<saml:EncryptedID Format", "</saml:NameID>", "</saml:EncryptedID>"), code: denied},
		"confirmed for a holder of a key":     {document: confirmation(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key">`), code: denied},
		"confirmed by sender vouches":         {document: confirmation(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches">`), code: denied},
		"confirmed without method":            {document: confirmation(`<saml:SubjectConfirmation>`), code: denied},
		"confirmed twice":                     {document: confirmation(`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`), code: denied},
		"confirmed without recipient":         {document: k.changed(` Recipient="`+signin+`"`, ""), code: invalid},
		"not confirmed":                       {document: k.changed("<saml:SubjectConfirmation ", "<saml:Confirmation ", "</saml:SubjectConfirmation>", "</saml:Confirmation>"), code: denied},
		"no conditions":                       {document: k.changed("<saml:Conditions ", "<saml:Advice ", "</saml:Conditions>", "</saml:Advice>"), code: invalid},
		"conditions twice":                    {document: k.changed("<saml:Conditions ", "<saml:Conditions/><saml:Conditions "), code: invalid},
		"an unknown condition":                {document: k.changed("<saml:AudienceRestriction>", `<saml:Condition xsi:type="x"/><saml:AudienceRestriction>`), code: invalid},
		"a condition of another namespace":    {document: k.changed("<saml:AudienceRestriction>", `<x xmlns="urn:x"/><saml:AudienceRestriction>`), code: invalid},
		"no restriction to an audience":       {document: k.changed("<saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction>", "<saml:OneTimeUse/>"), code: invalid},
		"a restriction to two, one not ours":  {document: k.changed("<saml:AudienceRestriction>", "<saml:AudienceRestriction><saml:Audience>https://other.example.com/</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction>"), code: invalid},
		"a restriction to nobody beside ours": {document: k.changed("<saml:AudienceRestriction>", "<saml:AudienceRestriction/><saml:AudienceRestriction>"), code: invalid},
		"a response of SAML 1.1":              {document: k.changed(`Version="2.0"`, `Version="1.1"`), code: invalid},
		"an assertion of SAML 1.1":            {document: k.changed(`ID="_assertion" Version="2.0"`, `ID="_assertion" Version="1.1"`), code: invalid},
		"an attribute without a name":         {document: k.changed(`<saml:Attribute Name="`+samltest.AWS+`RoleSessionName">`, "<saml:Attribute>"), code: invalid},
	}
	for rule, a := range forms {
		a.rule = "content: " + rule
		all = append(all, a)
	}
	return all
}

// times are genuine responses at the wrong time.
func (k *kit) times() []attack {
	now := k.time()
	with := func(change func(*samltest.Response)) string {
		r := k.usual()
		change(&r)
		return k.idp.Sign(k.t, r.XML(), "_assertion", samltest.InAssertion)
	}
	issued := timeOf(k.usual())
	assertion := `ID="_assertion" Version="2.0" IssueInstant="`
	forms := map[string]attack{
		"ended now":                     {document: with(func(r *samltest.Response) { r.Until = now }), code: expired},
		"ended a year ago":              {document: with(func(r *samltest.Response) { r.Until = now.AddDate(-1, 0, 0) }), code: expired},
		"confirmed until now":           {document: with(func(r *samltest.Response) { r.Confirmed = now }), code: expired},
		"issued five minutes ago":       {document: with(func(r *samltest.Response) { r.Issued = now.Add(-5 * time.Minute) }), code: expired},
		"issued a year ago":             {document: with(func(r *samltest.Response) { r.Issued = now.AddDate(-1, 0, 0) }), code: expired},
		"issued tomorrow":               {document: with(func(r *samltest.Response) { r.Issued = now.Add(24 * time.Hour) }), code: invalid},
		"valid from tomorrow":           {document: with(func(r *samltest.Response) { r.From, r.Until = now.Add(24*time.Hour), now.Add(48*time.Hour) }), code: invalid},
		"a session that ended":          {document: with(func(r *samltest.Response) { r.SessionEnds = now.Add(-time.Second) }), code: expired},
		"no time of issue":              {document: k.changed(assertion+issued+`"`, `ID="_assertion" Version="2.0"`), code: invalid},
		"an empty time of issue":        {document: k.changed(assertion+issued, assertion), code: invalid},
		"a time of words":               {document: k.changed(assertion+issued, assertion+"now"), code: invalid},
		"a 25th hour":                   {document: k.changed(assertion+issued, assertion+"2026-03-01T25:00:00Z"), code: invalid},
		"the year 0":                    {document: k.changed(assertion+issued, assertion+"0000-01-01T00:00:00Z"), code: invalid},
		"a year of five digits":         {document: k.changed(assertion+issued, assertion+"12026-03-01T12:00:00Z"), code: invalid},
		"a number of seconds":           {document: k.changed(assertion+issued, assertion+"1772366400"), code: invalid},
		"an end that is no time":        {document: k.changed(`NotOnOrAfter="`, `NotOnOrAfter="x`), code: invalid},
		"a beginning that is no time":   {document: k.changed(`NotBefore="`, `NotBefore="x`), code: invalid},
		"a confirmation without an end": {document: k.changed(`<saml:SubjectConfirmationData NotOnOrAfter`, `<saml:SubjectConfirmationData NotBefore`), code: denied},
	}
	var all []attack
	for rule, a := range forms {
		a.rule = "time: " + rule
		all = append(all, a)
	}
	return all
}

// claims are genuine responses that ask for more than they give.
func (k *kit) claims() []attack {
	k.provider(guestKey, "Corp", k.mine)
	theirs := strings.Replace(corp, account, other, 1)
	k.role(guestKey, "Federal", trust(theirs))
	closed := k.role(adminKey, "Closed", trust(corp+"2"))
	k.provider(adminKey, "Second", k.mine)
	second := corp[:len(corp)-len("Corp")] + "Second"
	cross := k.role(adminKey, "Cross", trust(theirs))
	set := func(name string, values ...string) string {
		r := k.usual().Set(samltest.AWS+name, values...)
		return k.idp.Sign(k.t, r.XML(), "_assertion", samltest.InAssertion)
	}
	by := func(p *samltest.Provider, role, provider string) string {
		r := k.usual().Set(samltest.AWS+"Role", role+","+provider)
		return p.Sign(k.t, r.XML(), "_assertion", samltest.InAssertion)
	}
	forms := map[string]attack{
		"a role it does not name":                     {document: k.signed, role: closed, code: denied},
		"a role that trusts another provider":         {document: set("Role", closed+","+corp), role: closed, code: denied},
		"a role that is not there":                    {document: set("Role", federal+"x,"+corp), role: federal + "x", code: denied},
		"a role of another account":                   {document: set("Role", strings.Replace(federal, account, other, 1)+","+corp), role: strings.Replace(federal, account, other, 1), code: denied},
		"a provider of another account":               {document: by(k.mine, federal, theirs), provider: theirs, code: denied},
		"one that the role's policy trusts":           {document: by(k.mine, cross, theirs), role: cross, provider: theirs, code: denied},
		"this provider in another partition":          {document: by(k.idp, federal, strings.Replace(corp, "arn:aws:", "arn:aws-cn:", 1)), provider: strings.Replace(corp, "arn:aws:", "arn:aws-cn:", 1), code: invalid},
		"this provider with a path":                   {document: by(k.idp, federal, strings.Replace(corp, "Corp", "x/Corp", 1)), provider: strings.Replace(corp, "Corp", "x/Corp", 1), code: invalid},
		"another account's response at this provider": {document: by(k.mine, federal, corp), code: invalid},
		"another provider of the account":             {document: by(k.mine, federal, second), provider: second, code: denied},
		"this provider's response at the other":       {document: k.signed, provider: second, code: invalid},
		"a provider that is not there":                {document: k.signed, provider: corp + "x", code: invalid},
		"a provider in other letters":                 {document: k.signed, provider: strings.Replace(corp, "Corp", "corp", 1), code: invalid},
		"an OpenID Connect provider":                  {document: k.signed, provider: "arn:aws:iam::" + account + ":oidc-provider/idp.example.com", code: invalid},
		"a role as provider":                          {document: k.signed, provider: federal, code: invalid},
		"a role in another partition":                 {document: k.signed, role: strings.Replace(federal, "arn:aws:", "arn:aws-cn:", 1), code: invalid},
		"a role in a partition there is not":          {document: k.signed, role: strings.Replace(federal, "arn:aws:", "arn:aws-x:", 1), code: denied},
		"a role with a path more":                     {document: set("Role", strings.Replace(federal, "role/", "role/x/", 1)+","+corp), role: strings.Replace(federal, "role/", "role/x/", 1), code: denied},
		"a role that is no ARN":                       {document: k.signed, role: strings.Repeat("x", 30), code: badARN},
		"the pair without a comma":                    {document: set("Role", federal+corp), code: denied},
		"the pair by semicolon":                       {document: set("Role", federal+";"+corp), code: denied},
		"the pair with a third":                       {document: set("Role", federal+","+corp+","+corp), code: denied},
		"the pair in two values":                      {document: set("Role", federal, corp), code: denied},
		"the pair with a wildcard":                    {document: set("Role", "arn:aws:iam::"+account+":role/*,"+corp), code: denied},
		"a pair of roles":                             {document: set("Role", federal+","+federal), code: denied},
		"the pair by another attribute":               {document: k.changed(samltest.AWS+"Role\"", samltest.AWS+"role\""), code: denied},
		"the pair by its friendly name":               {document: k.changed(`Name="`+samltest.AWS+`Role"`, `Name="x" FriendlyName="`+samltest.AWS+`Role"`), code: denied},
		"no session name":                             {document: set("RoleSessionName"), code: invalid},
		"a session name with a line break":            {document: set("RoleSessionName", "ann\nbob"), code: invalid},
		"a session name with a slash":                 {document: set("RoleSessionName", "ann/../bob"), code: invalid},
		"two session names":                           {document: set("RoleSessionName", "ann", "bob"), code: invalid},
		"a tag that the policy does not allow":        {document: set("PrincipalTag:Team", "blue"), code: denied},
		"a source identity it does not allow":         {document: set("SourceIdentity", "ann"), code: denied},
		"a source identity of aws:":                   {document: set("SourceIdentity", "aws:ann"), code: invalid},
		"a tag of aws:":                               {document: set("PrincipalTag:aws:x", "y"), code: "InvalidParameterValue"},
		"a duration below zero":                       {document: set("SessionDuration", "-900"), code: invalid},
		"a duration beyond all numbers":               {document: set("SessionDuration", "99999999999999999999"), code: invalid},
	}
	var all []attack
	for rule, a := range forms {
		a.rule = "claim: " + rule
		all = append(all, a)
	}
	return all
}
