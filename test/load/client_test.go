package load

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// client asks one server over a connection that stays open.
type client struct {
	url  string
	http *http.Client
	sign *signer.Signer
	took time.Duration // from the last request, signed already, to its whole answer
}

func newClient(address string) *client {
	return &client{
		url: "http://" + address, sign: signer.NewSigner(),
		http: &http.Client{Transport: &line{address: address}},
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// line is an http.RoundTripper of one connection and no goroutines, for one
// request at a time whose answer is read to its end: it leaves the processors to
// the server.
type line struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	out     *bufio.Writer
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.conn == nil {
		conn, err := net.Dial("tcp", l.address)
		if err != nil {
			return nil, err
		}
		l.conn, l.in, l.out = conn, bufio.NewReader(conn), bufio.NewWriter(conn)
	}
	res, err := l.exchange(r)
	if err != nil || res.Close {
		defer l.CloseIdleConnections()
	}
	return res, err
}

func (l *line) exchange(r *http.Request) (*http.Response, error) {
	err := errors.Join(l.conn.SetDeadline(time.Now().Add(time.Minute)), r.Write(l.out), l.out.Flush())
	if err != nil {
		return nil, err
	}
	return http.ReadResponse(l.in, r)
}

// CloseIdleConnections is what http.Client calls.
func (l *line) CloseIdleConnections() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

// refusal is an answer that is none of 200.
type refusal struct {
	status int
	Code   string `xml:"Error>Code"`
	Text   string `xml:"Error>Message"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.Code, r.Text) }

// call asks IAM and reads the answer into out, where that is not nil.
func (c *client) call(action string, out any, pairs ...string) error {
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := c.request([]byte(form.Encode()))
	if err != nil {
		return err
	}
	began := time.Now()
	res, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	c.took = time.Since(began)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		refused := &refusal{status: res.StatusCode}
		if err := xml.Unmarshal(body, refused); err != nil {
			return fmt.Errorf("%s: %w in %s", action, err, body)
		}
		return fmt.Errorf("%s: %w", action, refused)
	}
	if out == nil {
		return nil
	}
	return xml.Unmarshal(body, out)
}

// alive asks whether the server is there.
func (c *client) alive() error {
	began := time.Now()
	res, err := c.http.Get(c.url + "/_/livez")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	c.took = time.Since(began)
	return err
}

func (c *client) request(body []byte) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: adminID, SecretAccessKey: adminSecret}
	return r, c.sign.SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), "iam", "us-east-1", time.Now())
}

// page is one page of a list of users or roles.
type page struct {
	Users     []string `xml:"ListUsersResult>Users>member>UserName"`
	Roles     []string `xml:"ListRolesResult>Roles>member>RoleName"`
	Members   []string `xml:"GetGroupResult>Users>member>UserName"`
	UsersMore string   `xml:"ListUsersResult>Marker"`
	RolesMore string   `xml:"ListRolesResult>Marker"`
	GroupMore string   `xml:"GetGroupResult>Marker"`
}

// names are all of a list, page by page, and how long each page takes is told.
func (c *client) names(tell func(time.Duration), action string, pairs ...string) ([]string, error) {
	var all []string
	for marker := ""; ; {
		p := new(page)
		asked := slices.Clone(pairs)
		if marker != "" {
			asked = append(asked, "Marker", marker)
		}
		if err := c.call(action, p, asked...); err != nil {
			return nil, err
		}
		tell(c.took)
		all = append(append(append(all, p.Users...), p.Roles...), p.Members...)
		if marker = p.UsersMore + p.RolesMore + p.GroupMore; marker == "" {
			return all, nil
		}
	}
}
