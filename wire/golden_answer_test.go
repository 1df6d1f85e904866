package wire

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkiam "github.com/aws/aws-sdk-go-v2/service/iam"
	sdksso "github.com/aws/aws-sdk-go-v2/service/sso"
	sdkoidc "github.com/aws/aws-sdk-go-v2/service/ssooidc"
	sdksts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/sso"
	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/api/sts"
)

// Every output of IAM, STS and those other services whose client is at hand,
// filled to the last field, is read back by AWS's own client with nothing
// lost.
func TestAnswersAreReadWholeByTheGoSDK(t *testing.T) {
	answers := &answerer{codec: new(Codec)}
	config := aws.Config{
		Region: "us-east-1", Credentials: aws.CredentialsProviderFunc(credentials), HTTPClient: answers, RetryMaxAttempts: 1,
	}
	for service, client := range map[*api.Service]any{
		&iam.Service: sdkiam.NewFromConfig(config), &sts.Service: sdksts.NewFromConfig(config),
		&sso.Service: sdksso.NewFromConfig(config), &ssooidc.Service: sdkoidc.NewFromConfig(config),
	} {
		for _, op := range service.Operations() {
			t.Run(service.Name+"/"+op.Name, func(t *testing.T) {
				out := reflect.New(reflect.TypeOf(op.Out).Elem())
				new(filler).fill(out.Elem(), true)
				answers.target, answers.out = &Target{Service: service, Operation: op, Protocol: service.Protocol}, out.Interface()
				compareValues(t, op.Name, out, call(t, reflect.ValueOf(client), op.Name))
			})
		}
	}
}

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
}

// answerer is a connection whose other end gives the same answer to every
// request, and takes only requests that mean the operation answered.
type answerer struct {
	codec  *Codec
	target *Target
	out    any
}

func (a *answerer) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	w := httptest.NewRecorder()
	t, err := NewRouter(a.target.Service).Route(r, body)
	if err == nil && t.Operation != a.target.Operation {
		err = unknownOperation(t.Protocol, "")
	}
	if err != nil {
		a.codec.Refuse(w, t, err, requestID)
	} else if err := a.codec.Answer(w, a.target, a.out, requestID); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// call calls a method of a client of the SDK with a filled input.
func call(t *testing.T, client reflect.Value, name string) reflect.Value {
	t.Helper()
	method := client.MethodByName(name)
	in := reflect.New(method.Type().In(1).Elem())
	new(filler).fill(in.Elem(), false)
	results := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})
	if err, _ := results[1].Interface().(error); err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// filler sets every field to a value of its own.
type filler struct{ n int }

// fill sets v; spiced adds characters that XML must escape.
func (f *filler) fill(v reflect.Value, spiced bool) {
	f.n++
	switch v.Kind() {
	case reflect.String:
		text := fmt.Sprintf("value-%d", f.n)
		if spiced {
			text += " <a&b>'\"\r\n\té😀"
		}
		v.SetString(text)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), spiced)
	case reflect.Struct:
		f.fillStruct(v, spiced)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, spiced)
			f.fill(value, spiced)
			v.SetMapIndex(key, value)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(fmt.Appendf(nil, "bytes %d \x00\xff", f.n))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i), spiced)
		}
	}
}

func (f *filler) fillStruct(v reflect.Value, spiced bool) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(int64(1700000000+f.n), 0).UTC()))
		return
	}
	for i := range v.NumField() {
		if field := v.Field(i); field.CanSet() && v.Type().Field(i).IsExported() {
			f.fill(field, spiced)
		}
	}
}

// compareValues shows that all that is in ours is in theirs: the SDK's types
// differ from ours in where they have pointers and names for strings.
func compareValues(t *testing.T, path string, ours, theirs reflect.Value) {
	t.Helper()
	for ours.Kind() == reflect.Pointer {
		ours = ours.Elem()
	}
	for theirs.Kind() == reflect.Pointer {
		if theirs.IsNil() {
			t.Errorf("%s is lost", path)
			return
		}
		theirs = theirs.Elem()
	}
	switch {
	case ours.Type() == reflect.TypeFor[time.Time]():
		if !ours.Interface().(time.Time).Equal(theirs.Interface().(time.Time)) {
			t.Errorf("%s: wrote %v, read %v", path, ours, theirs)
		}
	case ours.Kind() == reflect.Struct:
		for i := range ours.NumField() {
			name := ours.Type().Field(i).Name
			field := theirs.FieldByName(name)
			if !field.IsValid() {
				t.Errorf("%s.%s: the SDK has no such field", path, name)
				continue
			}
			compareValues(t, path+"."+name, ours.Field(i), field)
		}
	case ours.Kind() == reflect.Slice && ours.Type().Elem().Kind() != reflect.Uint8:
		if ours.Len() != theirs.Len() {
			t.Errorf("%s: wrote %d, read %d", path, ours.Len(), theirs.Len())
			return
		}
		for i := range ours.Len() {
			compareValues(t, fmt.Sprintf("%s[%d]", path, i), ours.Index(i), theirs.Index(i))
		}
	case ours.Kind() == reflect.Map:
		for _, key := range ours.MapKeys() {
			value := theirs.MapIndex(key.Convert(theirs.Type().Key()))
			if !value.IsValid() {
				t.Errorf("%s[%v] is lost", path, key)
				continue
			}
			compareValues(t, fmt.Sprintf("%s[%v]", path, key), ours.MapIndex(key), value)
		}
	default:
		if fmt.Sprint(ours) != fmt.Sprint(theirs) {
			t.Errorf("%s: wrote %q, read %q", path, fmt.Sprint(ours), fmt.Sprint(theirs))
		}
	}
}
