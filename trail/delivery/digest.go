package delivery

import (
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"time"
)

// logFile is a file of events, as a digest names it.
type logFile struct {
	Bucket    string    `json:"s3Bucket"`
	Object    string    `json:"s3Object"`
	Hash      string    `json:"hashValue"`
	Algorithm string    `json:"hashAlgorithm"`
	Newest    time.Time `json:"newestEventTime"`
	Oldest    time.Time `json:"oldestEventTime"`
}

// digest is the content of a digest file, in the order of AWS's example.
type digest struct {
	Account            string     `json:"awsAccountId"`
	Start              time.Time  `json:"digestStartTime"`
	End                time.Time  `json:"digestEndTime"`
	Bucket             string     `json:"digestS3Bucket"`
	Object             string     `json:"digestS3Object"`
	Fingerprint        string     `json:"digestPublicKeyFingerprint"`
	SignatureAlgorithm string     `json:"digestSignatureAlgorithm"`
	Newest             *time.Time `json:"newestEventTime"`
	Oldest             *time.Time `json:"oldestEventTime"`
	PreviousBucket     *string    `json:"previousDigestS3Bucket"`
	PreviousObject     *string    `json:"previousDigestS3Object"`
	PreviousHash       *string    `json:"previousDigestHashValue"`
	PreviousAlgorithm  *string    `json:"previousDigestHashAlgorithm"`
	PreviousSignature  *string    `json:"previousDigestSignature"`
	Files              []logFile  `json:"logFiles"`
}

// signatureAlgorithm is how digests are signed.
const signatureAlgorithm = "SHA256withRSA"

// digests writes the digests that are due: of every account and region that
// ever had a file, also where nothing happened since the one before.
func (d *Delivery) digests() error {
	if d.state.Digest.IsZero() {
		now := d.o.Now().UTC().Truncate(time.Second)
		if !d.due(now) {
			return nil
		}
		d.state.Digest = now
		if err := d.save(d.state); err != nil {
			d.state.Digest = time.Time{}
			return err
		}
	}
	next := d.state
	next.Digest, next.Chains = time.Time{}, maps.Clone(d.state.Chains)
	for key, c := range d.state.Chains {
		if d.state.Digest.Sub(c.Start) < digestEvery {
			continue
		}
		after, err := d.digest(c, d.state.Digest)
		if err != nil {
			return fmt.Errorf("write the digest of %s: %w", key, err)
		}
		next.Chains[key] = after
	}
	if err := d.save(next); err != nil {
		return err
	}
	d.state = next
	return nil
}

func (d *Delivery) due(now time.Time) bool {
	for _, c := range d.state.Chains {
		if now.Sub(c.Start) >= digestEvery {
			return true
		}
	}
	return false
}

// digest writes one digest and answers how its chain goes on.
func (d *Delivery) digest(c chain, end time.Time) (chain, error) {
	content := digest{
		Account: c.Account, Start: c.Start, End: end, Bucket: d.o.Bucket,
		Object: path.Join("AWSLogs", c.Account, "CloudTrail-Digest", c.Region, end.Format("2006/01/02"),
			fmt.Sprintf("%s_CloudTrail-Digest_%s_rolecall_%s_%s.json.gz", c.Account, c.Region, c.Region, end.Format("20060102T150405Z"))),
		Fingerprint: fingerprint(&d.key.PublicKey), SignatureAlgorithm: signatureAlgorithm, Files: c.Files,
	}
	if content.Files == nil {
		content.Files = []logFile{}
	}
	for i := range c.Files {
		if f := &c.Files[i]; content.Newest == nil || f.Newest.After(*content.Newest) {
			content.Newest = &f.Newest
		}
		if f := &c.Files[i]; content.Oldest == nil || f.Oldest.Before(*content.Oldest) {
			content.Oldest = &f.Oldest
		}
	}
	previous := "null" // what a chain's first digest is signed with
	if c.Signature != "" {
		algorithm := "SHA-256"
		content.PreviousBucket, content.PreviousObject = &d.o.Bucket, &c.Object
		content.PreviousHash, content.PreviousAlgorithm, content.PreviousSignature = &c.Hash, &algorithm, &c.Signature
		previous = c.Signature
	}
	text, err := json.Marshal(content)
	if err != nil {
		return c, err
	}
	sum := sha256.Sum256(text)
	hash := hex.EncodeToString(sum[:])
	signature, err := d.sign(end.Format(time.RFC3339) + "\n" + content.Bucket + "/" + content.Object + "\n" + hash + "\n" + previous)
	if err != nil {
		return c, err
	}
	err = errors.Join(writeFile(d.path(content.Object)+".signature", []byte(signature)), d.put(content.Object, text))
	return chain{Account: c.Account, Region: c.Region, Start: end, Object: content.Object, Hash: hash, Signature: signature}, err
}

// sign signs a text by PKCS #1 version 1.5, which gives one signature for one
// text.
func (d *Delivery) sign(text string) (string, error) {
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, d.key, crypto.SHA256, sum[:])
	return hex.EncodeToString(signature), err
}

// PublicKey is the key that digests are verified with, as ListPublicKeys tells
// it.
type PublicKey struct {
	Value       []byte // PKCS #1, DER
	Fingerprint string
	From, To    time.Time
}

// keyLife is how long a key is said to be good. None is taken out of use.
const keyLife = 10 * 365 * 24 * time.Hour

// PublicKey is that of the key that digests are signed with.
func (d *Delivery) PublicKey() PublicKey {
	return PublicKey{
		Value: x509.MarshalPKCS1PublicKey(&d.key.PublicKey), Fingerprint: fingerprint(&d.key.PublicKey),
		From: d.made, To: d.made.Add(keyLife),
	}
}

// fingerprint tells keys apart; nothing is proven by it.
func fingerprint(key *rsa.PublicKey) string {
	return fmt.Sprintf("%x", md5.Sum(x509.MarshalPKCS1PublicKey(key)))
}

const (
	keyBits = 2048
	keyKind = "RSA PRIVATE KEY"
	madeAt  = "Made"
)

// openKey reads the signing key, or makes it.
func openKey(o Options) (*rsa.PrivateKey, time.Time, error) {
	name := filepath.Join(o.State, "digest.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(o, name)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != keyKind {
		return nil, time.Time{}, fmt.Errorf("%s holds no key", name)
	}
	made, err := time.Parse(time.RFC3339, block.Headers[madeAt])
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%s does not tell when its key was made", name)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%s holds no key", name)
	}
	return key, made, nil
}

func makeKey(o Options, name string) (*rsa.PrivateKey, time.Time, error) {
	key, err := rsa.GenerateKey(o.Rand, keyBits)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("make the key that signs digests: %w", err)
	}
	made := o.Now().UTC().Truncate(time.Second)
	block := &pem.Block{Type: keyKind, Headers: map[string]string{madeAt: made.Format(time.RFC3339)}, Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return key, made, writeFile(name, pem.EncodeToMemory(block))
}
