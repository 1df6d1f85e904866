package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// importCommand is rolecall import.
type importCommand struct {
	dataFlag
	outputFlag
	Files               []string `arg:"" name:"file" help:"What aws iam get-account-authorization-details printed; what aws iam list-roles printed may come with it." type:"path"`
	AccountID           string   `help:"The account, where the files do not tell it." placeholder:"123456789012"`
	Name                string   `help:"A name for people."`
	RootAccessKeyID     string   `help:"Access key of the root user of an account that is made; random otherwise."`
	RootSecretAccessKey string   `help:"Its secret."`
}

// maxImport is how much is read at once: several times the largest account that
// AWS's quotas allow.
const maxImport = 256 << 20

// maxSmall is how long the file of a policy or of tests may be.
const maxSmall = 1 << 20

// Run recreates the account and prints what there is of it now.
func (c *importCommand) Run(stdout io.Writer) error {
	in, err := c.input()
	if err != nil {
		return err
	}
	var out rolecall.Imported
	err = c.do("/import", in, &out, func(s *rolecall.Server) (err error) {
		out, err = s.Import(context.Background(), in)
		return err
	})
	if _, ok := errors.AsType[*moving.Error](err); ok {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(out)
	}
	return printImported(stdout, out)
}

func (c *importCommand) input() (rolecall.Import, error) {
	in := rolecall.Import{Name: c.Name}
	var err error
	if in.AccountID, err = accountOrNone(c.AccountID); err != nil {
		return in, err
	}
	if in.Root, err = keyPair("root", c.RootAccessKeyID, c.RootSecretAccessKey); err != nil {
		return in, err
	}
	left := int64(maxImport)
	for _, name := range c.Files {
		text, err := readAtMost(name, left)
		if err != nil {
			return in, fmt.Errorf("%w: %w", errUsage, err)
		}
		left -= int64(len(text))
		in.Files = append(in.Files, moving.File{Name: name, Text: text})
	}
	return in, nil
}

func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("%s: with this there is more than %d MiB, more than is read at once", name, maxImport>>20)
		if most <= maxSmall {
			err = fmt.Errorf("%s: this is longer than %d MiB, and no policy or test is", name, maxSmall>>20)
		}
	}
	return text, err
}

// accountOrNone reads the value of a flag that may be left out.
func accountOrNone(text string) (arn.AccountID, error) {
	if text == "" {
		return arn.AccountID{}, nil
	}
	id, err := arn.ParseAccountID(text)
	if err != nil {
		return id, fmt.Errorf("%w: %w", errUsage, err)
	}
	return id, nil
}

func printImported(w io.Writer, out rolecall.Imported) error {
	for _, note := range out.Notes {
		fmt.Fprintf(w, "# note: %s\n", note)
	}
	fmt.Fprintf(w, "# account %s: %d users, %d groups, %d roles, %d policies, %d instance profiles moved in\n",
		out.AccountID, out.Users, out.Groups, out.Roles, out.Policies, out.InstanceProfiles)
	if out.Root == (rolecall.Credentials{}) {
		return nil
	}
	_, err := fmt.Fprintf(w, "# its root user; the secret is shown this once\nexport AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n",
		out.Root.AccessKeyID, out.Root.SecretAccessKey)
	return err
}

// exportCommand is rolecall export.
type exportCommand struct {
	dataFlag
	AccountID string `help:"Account; that of the first start otherwise." placeholder:"123456789012"`
	Partition string `help:"Partition of the ARNs." enum:"aws,aws-cn,aws-us-gov" default:"aws"`
}

// Run prints the account as aws iam get-account-authorization-details does.
func (c *exportCommand) Run(stdout io.Writer) error {
	id, err := accountOrNone(c.AccountID)
	if err != nil {
		return err
	}
	dir, err := c.dir()
	if err != nil {
		return err
	}
	return runningOr(dir, func() error { return c.ask(dir, id, stdout) }, func(s *rolecall.Server) error {
		return s.Export(context.Background(), id, c.Partition, stdout)
	})
}

// ask has the running server print the account.
func (c *exportCommand) ask(dir string, id arn.AccountID, stdout io.Writer) error {
	resp, err := ask(context.Background(), dir, "GET", "/export?account="+id.String()+"&partition="+c.Partition, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(stdout, resp.Body); err != nil {
		return err
	}
	if resp.Trailer.Get(completeTrailer) != "true" {
		return errors.New("the running server did not finish the export")
	}
	return nil
}

// movingRoutes are what the two commands ask of a running server.
func movingRoutes(mux *http.ServeMux, s *rolecall.Server) {
	mux.HandleFunc("POST /import", func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.Import
		if err := json.NewDecoder(io.LimitReader(r.Body, 2*maxImport)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := s.Import(r.Context(), in)
		if _, ok := errors.AsType[*moving.Error](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, out, err)
	})
	mux.HandleFunc("GET /export", func(w http.ResponseWriter, r *http.Request) {
		account, _ := arn.ParseAccountID(r.FormValue("account"))
		out := &lateWriter{w: w}
		err := s.Export(r.Context(), account, r.FormValue("partition"), out)
		if err != nil && !out.begun {
			answer(w, nil, err)
			return
		}
		w.Header().Set(completeTrailer, fmt.Sprint(err == nil))
	})
}

// lateWriter announces the trailer with the first byte, so that an error before
// it can still be the answer.
type lateWriter struct {
	w     http.ResponseWriter
	begun bool
}

func (l *lateWriter) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.w.Header().Set("Trailer", completeTrailer)
	}
	return l.w.Write(b)
}
