package ssoadmin

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// hexID makes an id: prefix and so many hexadecimal digits.
func hexID(rand io.Reader, prefix string, digits int) (string, error) {
	b := make([]byte, digits/2)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return prefix + hex.EncodeToString(b), nil
}

// requestID makes a UUID that begins with the time, so that requests sort by it.
func requestID(rand io.Reader, now time.Time) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(now.UnixMilli())<<16)
	copy(b[:6], at[:6])
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// second is a time as AWS keeps it.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// named is what an ARN of the service names: its kind, the instance's id and
// what is in the instance.
type named struct{ kind, account, instance, id string }

// parseName takes apart an ARN that holds to the model's pattern; the zero value
// stands for one of another partition.
func parseName(partition, text string) named {
	a, err := arn.Parse(text)
	if err != nil || a.Partition != partition || a.Service != "sso" {
		return named{}
	}
	kind, rest, _ := strings.Cut(a.Resource, "/")
	instance, id, _ := strings.Cut(rest, "/")
	return named{kind, a.Account, instance, id}
}

func instanceARN(partition, id string) string { return "arn:" + partition + ":sso:::instance/" + id }

func setARN(partition, instance, id string) string {
	return "arn:" + partition + ":sso:::permissionSet/" + instance + "/" + id
}

func accountARN(partition, account string) string {
	return "arn:" + partition + ":sso:::account/" + account
}

func storeARN(partition string, account arn.AccountID, id string) string {
	return "arn:" + partition + ":identitystore::" + account.String() + ":identitystore/" + id
}

// inAccount is the ARN of an application or a trusted token issuer.
func inAccount(partition, kind string, account arn.AccountID, instance, id string) string {
	return "arn:" + partition + ":sso::" + account.String() + ":" + kind + "/" + instance + "/" + id
}

// samlProviderName is the name of the provider that an instance has in an
// account: always the same.
func samlProviderName(instance string, account arn.AccountID) string {
	sum := sha256.Sum256([]byte(instance + "/" + account.String()))
	return "AWSSSO_" + hex.EncodeToString(sum[:8]) + "_DO_NOT_DELETE"
}
