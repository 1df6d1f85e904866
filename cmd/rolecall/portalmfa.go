package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// portalMFACommand is rolecall portal mfa.
type portalMFACommand struct {
	Policy portalMFAPolicyCommand `cmd:"" help:"Show or set when people are asked for a second factor."`
	List   portalMFAListCommand   `cmd:"" help:"List a user's devices."`
	Remove portalMFARemoveCommand `cmd:"" help:"Take a device away from a user who has lost it."`
}

type portalMFAPolicyCommand struct {
	dataFlag
	outputFlag
	Prompt    string `help:"Every time (always-on), where the browser is not trusted (context-aware), or never (disabled)." enum:"always-on,context-aware,disabled," default:""`
	NoDevice  string `help:"Whoever has no device gets in (allow), registers one first (enroll), or does not get in (block)." enum:"allow,enroll,block," default:""`
	Directory string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run sets what is given and prints all.
func (c *portalMFAPolicyCommand) Run(stdout io.Writer) error {
	in := rolecall.MFASettings{Directory: c.Directory, Prompt: c.Prompt, NoDevice: c.NoDevice}
	var now rolecall.MFASettings
	err := c.do("/portal/mfa/policy", in, &now, func(s *rolecall.Server) (err error) {
		now, err = s.SetMFA(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(now)
	}
	_, err = fmt.Fprintf(stdout, "%s\tprompt %s\twithout a device %s\n", now.Directory, now.Prompt, now.NoDevice)
	return err
}

type portalMFAListCommand struct {
	dataFlag
	outputFlag
	User      string `arg:"" help:"User name of a user of the identity store."`
	Directory string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run prints one line for each device.
func (c *portalMFAListCommand) Run(stdout io.Writer) error {
	in := rolecall.MFAUser{UserName: c.User, Directory: c.Directory}
	var all []rolecall.MFADevice
	err := c.do("/portal/mfa/list", in, &all, func(s *rolecall.Server) (err error) {
		all, err = s.MFADevices(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(all)
	}
	for _, d := range all {
		if _, err := fmt.Fprintf(stdout, "%s\t%s\t%q\tregistered %s\n", d.ID, d.Kind, d.Name, d.Created.Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return nil
}

type portalMFARemoveCommand struct {
	dataFlag
	outputFlag
	User      string `arg:"" help:"User name of a user of the identity store."`
	Device    string `arg:"" help:"The device's id, as list prints it."`
	Directory string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run takes the device away.
func (c *portalMFARemoveCommand) Run(stdout io.Writer) error {
	in := rolecall.MFAUser{UserName: c.User, Directory: c.Directory, Device: c.Device}
	var gone rolecall.MFADevice
	err := c.do("/portal/mfa/remove", in, &gone, func(s *rolecall.Server) (err error) {
		gone, err = s.RemoveMFADevice(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(gone)
	}
	_, err = fmt.Fprintf(stdout, "removed %s %q of %s\n", gone.Kind, gone.Name, c.User)
	return err
}

// portalMFARoutes serves what the commands ask of a running server.
func portalMFARoutes(mux *http.ServeMux, s *rolecall.Server) {
	mux.HandleFunc("POST /portal/mfa/policy", served(s.SetMFA))
	mux.HandleFunc("POST /portal/mfa/list", served(s.MFADevices))
	mux.HandleFunc("POST /portal/mfa/remove", served(s.RemoveMFADevice))
}

// served has a request's document answered.
func served[In, Out any](act func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := act(r.Context(), in)
		answer(w, out, err)
	}
}
