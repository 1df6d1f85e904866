package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// serveCommand is rolecall serve.
type serveCommand struct {
	dataFlag
	Listen    string `help:"Address to listen on." default:"127.0.0.1:4680" env:"ROLECALL_LISTEN"`
	URL       string `help:"Where clients reach the server, if not at its address: responses of SAML identity providers name it." placeholder:"https://iam.example.com" env:"ROLECALL_URL"`
	Ephemeral bool   `help:"Keep everything in memory; nothing on disk." env:"ROLECALL_EPHEMERAL"`
	AccountID string `help:"Account made at the first start." placeholder:"123456789012" env:"ROLECALL_ACCOUNT_ID"`
	Region    string `help:"Region named in the lines to paste." default:"us-east-1" env:"ROLECALL_REGION"`
	Store     string `help:"Store: bolt." enum:"bolt" default:"bolt" env:"ROLECALL_STORE"`
	LogLevel  string `help:"Least severe thing logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"ROLECALL_LOG_LEVEL"`

	SimulatePropagation time.Duration `help:"Imitate AWS's eventual consistency: what is created or changed is seen only after so long, such as 10s." default:"0" placeholder:"DURATION" env:"ROLECALL_SIMULATE_PROPAGATION"`
	keyFlags
	issuerFlags
	proxyFlags
	deliveryFlags
	RootAccessKeyID     string `help:"Access key of the account's root user; it has none otherwise." env:"ROLECALL_ROOT_ACCESS_KEY_ID"`
	RootSecretAccessKey string `help:"Its secret. Better given by the environment variable." env:"ROLECALL_ROOT_SECRET_ACCESS_KEY"`
}

// deliveryFlags say where the events of all calls go as files.
type deliveryFlags struct {
	TrailDir      string        `help:"Folder for the events of all calls, as files in CloudTrail's layout with digests." placeholder:"DIR" type:"path" env:"ROLECALL_TRAIL_DIR"`
	TrailBucket   string        `help:"Bucket that the folder is copied to, if that has another name: the digests name it." env:"ROLECALL_TRAIL_BUCKET"`
	TrailInterval time.Duration `help:"How often files are written." default:"5m" env:"ROLECALL_TRAIL_INTERVAL"`
}

// keyFlags name the access key of an account's first user; random if not given.
type keyFlags struct {
	AdminAccessKeyID     string `help:"Access key of the user admin; random otherwise." env:"ROLECALL_ADMIN_ACCESS_KEY_ID"`
	AdminSecretAccessKey string `help:"Its secret. Better given by the environment variable." env:"ROLECALL_ADMIN_SECRET_ACCESS_KEY"`
}

// collectAt lets the heap grow to so many percent more than what lives before
// it is collected. Little lives here, a few MiB, so that Go's own 100 would
// collect dozens of times a second under load.
const collectAt = 400

// shutdownTime is how long requests under way may take after a signal to end.
const shutdownTime = 10 * time.Second

// Run serves until a signal comes.
func (c *serveCommand) Run(stdout io.Writer) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	trusted, err := c.proxies()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, cause(err))
	}
	defer listener.Close()
	if cfg.URL == "" {
		cfg.URL = "http://" + shownAddress(listener.Addr())
	}
	server, err := startServer(cfg)
	if err != nil {
		return err
	}
	debug.SetGCPercent(collectAt)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = c.listenAndServe(ctx, server, trusted.believed(server), listener, cfg.Dir, stdout)
	return errors.Join(err, server.Close())
}

func (c *serveCommand) listenAndServe(ctx context.Context, server *rolecall.Server, handler http.Handler, listener net.Listener, dir string, stdout io.Writer) error {
	env := environment{Endpoint: "http://" + shownAddress(listener.Addr()), Region: c.Region, open: !isLoopback(listener.Addr())}
	main := httpServer(handler)
	failed := make(chan error, 2)
	go func() { failed <- main.Serve(listener) }()
	if dir != "" {
		env.DataPath = filepath.Join(dir, cliData)
		if err := writeCLIData(dir, env.Endpoint); err != nil {
			return err
		}
		control, err := listenControl(dir)
		if err != nil {
			return err
		}
		defer control.Close()
		hs := httpServer(controlHandler(server, env))
		hs.WriteTimeout = 0 // a backup takes as long as it takes
		go func() { failed <- hs.Serve(control) }()
		defer hs.Close()
	}
	if err := printBanner(stdout, server, env, dir); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	return main.Shutdown(grace)
}

// httpServer bounds what a client may make the server wait for.
func httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
}

func (c *serveCommand) config() (rolecall.Config, error) {
	var account arn.AccountID
	var err error
	if c.AccountID != "" {
		if account, err = arn.ParseAccountID(c.AccountID); err != nil {
			return rolecall.Config{}, fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	admin, err := keyPair("admin", c.AdminAccessKeyID, c.AdminSecretAccessKey)
	if err != nil {
		return rolecall.Config{}, err
	}
	root, err := keyPair("root", c.RootAccessKeyID, c.RootSecretAccessKey)
	if err != nil {
		return rolecall.Config{}, err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return rolecall.Config{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	cfg := rolecall.Config{
		AccountID: account,
		Delivery:  rolecall.Delivery{Dir: c.TrailDir, Bucket: c.TrailBucket, Every: c.TrailInterval},
		Admin:     admin,
		Root:      root,
		URL:       c.URL,

		SimulatePropagation: c.SimulatePropagation,

		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	}
	if cfg.Issuers, err = c.issuers(); err != nil {
		return cfg, err
	}
	if c.SimulatePropagation < 0 {
		return cfg, fmt.Errorf("%w: --simulate-propagation is no time to wait", errUsage)
	}
	if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
		return cfg, fmt.Errorf("%w: --url is an address such as https://iam.example.com, without a path", errUsage)
	}
	if c.Ephemeral && c.Data != "" {
		return cfg, fmt.Errorf("%w: --ephemeral keeps nothing on disk, and --data names a place on disk; give one of them", errUsage)
	}
	if c.Ephemeral && c.TrailDir != "" {
		return cfg, fmt.Errorf("%w: --ephemeral keeps nothing on disk, and --trail-dir delivers to it; give one of them", errUsage)
	}
	if !c.Ephemeral {
		cfg.Dir, err = c.dir()
	}
	return cfg, err
}

// keyPair is both halves of a key, or neither.
func keyPair(who, id, secret string) (rolecall.Credentials, error) {
	keys := rolecall.Credentials{AccessKeyID: id, SecretAccessKey: secret}
	switch {
	case keys == rolecall.Credentials{}:
		return keys, nil
	case id == "" || secret == "":
		return keys, fmt.Errorf("%w: the %s key needs both its id and its secret", errUsage, who)
	}
	if err := keys.Check(); err != nil {
		return keys, fmt.Errorf("%w: the %s key: %w", errUsage, who, err)
	}
	return keys, nil
}

// shownAddress is the address as a client on this machine can use it.
func shownAddress(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
	}
	return a.String()
}

// isLoopback tells whether only this machine reaches an address.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// cause is what lies under the net package's own wrapping, which repeats the
// address.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Err
	}
	return err
}
