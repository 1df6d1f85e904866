package session

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"
)

// dictionary is what deflate may refer back to before a body has said
// anything: the words that session policies, ARNs and tags are made of, the
// commonest last. Changing it needs a new bodyVersion.
const dictionary = `cognito-identity.amazonaws.com:amr` + `saml:namequalifier` + `saml:sub_type` + `persistent` + `transient` +
	`:saml-provider/` + `:oidc-provider/token.actions.githubusercontent.com:sub` + `repo:` + `:ref:refs/heads/main` +
	`"NotPrincipal":` + `"NotResource":` + `"NotAction":[` + `"ForAllValues:StringEquals":{` + `"ForAnyValue:StringLike":{` +
	`"NumericLessThan":{` + `"DateGreaterThan":{` + `"IpAddress":{"aws:SourceIp":` + `"Null":{` + `"Bool":{"aws:SecureTransport":"true"}` +
	`"aws:MultiFactorAuthPresent"` + `"aws:RequestedRegion":["eu-west-1","us-east-1","us-west-2","eu-central-1"` + `"aws:PrincipalTag/` +
	`"aws:ResourceTag/` + `"aws:RequestTag/` + `"ArnLike":{` + `"StringNotEquals":{` + `"StringEqualsIfExists":{` + `"StringLike":{"s3:prefix":["` +
	`"Condition":{"StringEquals":{` + `iam:PassRole` + `sts:AssumeRole` + `kms:Decrypt` + `kms:GenerateDataKey` + `secretsmanager:GetSecretValue` +
	`ssm:GetParameter` + `logs:PutLogEvents` + `logs:CreateLogStream` + `lambda:InvokeFunction` + `dynamodb:PutItem` + `dynamodb:GetItem` +
	`dynamodb:Query` + `sqs:SendMessage` + `sqs:ReceiveMessage` + `sns:Publish` + `ec2:Describe*` + `s3:ListBucket` + `s3:DeleteObject` +
	`s3:PutObject` + `s3:GetObject` + `s3:*` + `arn:aws:dynamodb:us-east-1:123456789012:table/` + `arn:aws:lambda:us-east-1:` + `:function:` +
	`arn:aws:kms:` + `:key/` + `arn:aws:s3:::` + `arn:aws:iam::aws:policy/` + `AdministratorAccess` + `ReadOnlyAccess` + `arn:aws:sts::` +
	`:assumed-role/` + `:federated-user/` + `arn:aws:iam::` + `:role/` + `:user/` + `:policy/` + `environment` + `Environment` + `department` +
	`CostCenter` + `Project` + `Team` + `{"Version":"2012-10-17","Statement":[{"Sid":"` + `"Effect":"Deny","Action":"` + `"Action":["` +
	`"],"Resource":["` + `","Resource":"arn:aws:` + `"Resource":"*"}]}` + `"},{"Effect":"Allow","Action":["` + `AROAAIDAASIA`

// errInflate is data that deflate did not write, or too much of it.
var errInflate = errors.New("packed body is malformed")

// workspace is the working memory of one Seal or Open.
type workspace struct {
	token, data, packed, body []byte

	dictionary []byte
	source     bytes.Reader
	inflater   io.ReadCloser
}

func newWorkspace() any {
	w := &workspace{dictionary: []byte(dictionary)}
	w.inflater = flate.NewReaderDict(&w.source, w.dictionary)
	return w
}

// Write appends to w.packed: it is where deflate leaves its output.
func (w *workspace) Write(p []byte) (int, error) {
	w.packed = append(w.packed, p...)
	return len(p), nil
}

// storeBelow is the length from which on a body is worth packing; shorter ones,
// those with no policy or a short one, become one stored block. To pack them
// would take 12 µs, a third of what AssumeRole may, and to unpack them half of
// that; it would save some hundreds of characters of a token that is no longer
// than AWS's are.
const storeBelow = 1 << 10

// deflate packs w.body into w.packed.
func (w *workspace) deflate() error {
	w.packed = w.packed[:0]
	if n := len(w.body); n < storeBelow {
		// RFC 1951, 3.2.4: last block, stored; its length, and that inverted.
		w.packed = append(w.packed, 1, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		w.packed = append(w.packed, w.body...)
		return nil
	}
	return flate.StatelessDeflate(w, w.body, true, w.dictionary)
}

// stored answers what one stored block holds that is all of the data.
func stored(b []byte) ([]byte, bool) {
	if len(b) < 5 || b[0] != 1 || b[1] != ^b[3] || b[2] != ^b[4] || len(b)-5 != int(b[1])|int(b[2])<<8 {
		return nil, false
	}
	return b[5:], true
}

// inflate unpacks w.packed into w.body. It never makes more than maxBody
// bytes, and wants the data to end where the packed form does.
func (w *workspace) inflate() error {
	if body, ok := stored(w.packed); ok {
		w.body = append(w.body[:0], body...)
		return nil
	}
	w.source.Reset(w.packed)
	if err := w.inflater.(flate.Resetter).Reset(&w.source, w.dictionary); err != nil {
		return errInflate
	}
	if cap(w.body) == 0 {
		w.body = make([]byte, 0, 2<<10)
	}
	w.body = w.body[:0]
	for {
		n, err := w.inflater.Read(w.body[len(w.body):cap(w.body)])
		w.body = w.body[:len(w.body)+n]
		if len(w.body) > maxBody || err != nil && err != io.EOF || err == io.EOF && w.source.Len() > 0 {
			return errInflate
		}
		if err == io.EOF {
			return nil
		}
		if len(w.body) == cap(w.body) {
			w.body = slices.Grow(w.body, min(cap(w.body), maxBody))
		}
	}
}
