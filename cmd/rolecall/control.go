package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// controlName is the socket in the data directory. Whoever can connect to it
// can read the directory's files as well, so it asks for no other proof.
const controlName = "control.sock"

// listenControl makes the socket. The lock on the data directory is held, so
// a socket that is there already is what a killed server left.
func listenControl(dir string) (net.Listener, error) {
	if err := os.Remove(filepath.Join(dir, controlName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("make the control socket: %w", err)
	}
	var listener net.Listener
	err := throughDir(dir, func(path string) (err error) {
		listener, err = net.Listen("unix", path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make the control socket: %w", cause(err))
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := os.Chmod(filepath.Join(dir, controlName), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("make the control socket: %w", err), listener.Close())
	}
	return listener, nil
}

// throughDir calls use with a short path to the socket: a socket's path may
// have only about a hundred bytes, a data directory's may have more.
func throughDir(dir string, use func(path string) error) error {
	direct := filepath.Join(dir, controlName)
	if len(direct) < 100 {
		return use(direct)
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return use(fmt.Sprintf("/proc/self/fd/%d/%s", f.Fd(), controlName))
}

// controlHandler serves what the commands ask of a running server.
func controlHandler(s *rolecall.Server, env environment) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /env", func(w http.ResponseWriter, r *http.Request) {
		account, _ := arn.ParseAccountID(r.FormValue("account"))
		keys, err := s.AdminCredentials(r.Context(), account)
		mine := env
		mine.Credentials = keys
		answer(w, mine, err)
	})
	mux.HandleFunc("POST /account", func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.NewAccount
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		keys, err := s.CreateAccount(r.Context(), in)
		answer(w, keys, err)
	})
	mux.HandleFunc("POST /keys/rotate", func(w http.ResponseWriter, r *http.Request) {
		rotation, err := s.RotateKeys(r.Context())
		answer(w, rotation, err)
	})
	mux.HandleFunc("POST /keys/purge", func(w http.ResponseWriter, r *http.Request) {
		rotation, err := s.PurgeKeys(r.Context())
		answer(w, rotation, err)
	})
	mux.HandleFunc("POST /sessions/revoke", func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.Revocation
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		done, err := s.RevokeSessions(r.Context(), in)
		answer(w, done, err)
	})
	mux.HandleFunc("POST /portal/password", resetRoute(s, env.Endpoint))
	mux.HandleFunc("POST /password/root", rootRoute(s, env.Endpoint))
	idpRoutes(mux, s)
	mux.HandleFunc("POST /quotas", controlQuotas(s))
	mux.HandleFunc("GET /trail", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		if err := streamTrail(s.Trail(), w, r); err != nil && r.Context().Err() == nil {
			_ = json.NewEncoder(w).Encode(followed{Error: err.Error()})
		}
	})
	mux.HandleFunc("GET /backup", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", completeTrailer)
		err := s.Backup(w)
		w.Header().Set(completeTrailer, fmt.Sprint(err == nil))
	})
	movingRoutes(mux, s)
	scimRoutes(mux, s)
	portalMFARoutes(mux, s)
	whyRoutes(mux, s)
	canRoutes(mux, s)
	return mux
}

// completeTrailer follows a backup or an export and tells whether it is whole.
const completeTrailer = "Rolecall-Complete"

func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// A client that has gone needs no answer.
	_ = json.NewEncoder(w).Encode(v)
}

// errNotRunning tells that no server runs on the data directory.
var errNotRunning = errors.New("no server runs on this data directory")

// ask sends one request to the server that runs on dir. The caller closes the
// body. It answers errNotRunning where none runs.
func ask(ctx context.Context, dir, method, path string, body io.Reader) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (conn net.Conn, err error) {
			err = throughDir(dir, func(path string) (err error) {
				conn, err = new(net.Dialer).DialContext(ctx, "unix", path)
				return err
			})
			return conn, err
		},
	}}
	r, err := http.NewRequestWithContext(ctx, method, "http://control"+path, body)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(r)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<14))
		said := strings.TrimSpace(string(text))
		if resp.StatusCode == http.StatusUnprocessableEntity {
			return nil, fmt.Errorf("%w: %s", errUsage, said)
		}
		return nil, errors.New(said)
	}
	return resp, nil
}

// askFor is ask for an answer in JSON.
func askFor(dir, method, path string, body io.Reader, out any) error {
	resp, err := ask(context.Background(), dir, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the running server's answer: %w", err)
	}
	return nil
}
