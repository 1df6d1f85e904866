package rolecall

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// MFASettings say when people who sign in at the access portal are asked for a
// second factor, and what becomes of those who have registered no device.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/mfa-getting-started.html,
// https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-configure-mfa-device-enforcement.html
type MFASettings struct {
	// Directory is the identity store; it may be empty where there is only one.
	Directory string `json:"directory,omitempty"`
	Prompt    string `json:"prompt"`   // always-on, context-aware or disabled
	NoDevice  string `json:"noDevice"` // allow, enroll or block
}

// prompts and missings are how commands and documents name what is stored.
func prompts() map[string]string {
	return map[string]string{"always-on": directory.MFAAlways, "context-aware": directory.MFAContext, "disabled": directory.MFANever}
}

func missings() map[string]string {
	return map[string]string{"allow": directory.MFAAllow, "enroll": directory.MFAEnroll, "block": directory.MFABlock}
}

// nameOf is the name under which a setting is stored as a value.
func nameOf(names map[string]string, value string) string {
	for name, v := range names {
		if v == value {
			return name
		}
	}
	return value
}

// SetMFA changes those settings that are not empty, for sign-ins to come, and
// answers all.
func (s *Server) SetMFA(ctx context.Context, in MFASettings) (now MFASettings, err error) {
	prompt, known := prompts()[in.Prompt]
	if in.Prompt != "" && !known {
		return now, fmt.Errorf("there is no way %q to ask for MFA", in.Prompt)
	}
	missing, known := missings()[in.NoDevice]
	if in.NoDevice != "" && !known {
		return now, fmt.Errorf("people without an MFA device cannot be treated with %q", in.NoDevice)
	}
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		store, err := storeOf(&tx.Reader, in.Directory)
		if err != nil {
			return err
		}
		before, ok := service.InstanceOfStore(&tx.Reader, store)
		if !ok {
			return errors.New("the directory has no instance of IAM Identity Center")
		}
		i := *before
		if in.Prompt != "" {
			i.MFA.Prompt = prompt
		}
		if in.NoDevice != "" {
			i.MFA.Missing = missing
		}
		tx.PutInstance(&i)
		now = MFASettings{Directory: store, Prompt: nameOf(prompts(), i.MFA.Prompt), NoDevice: nameOf(missings(), i.MFA.Missing)}
		return nil
	})
	return now, err
}

// MFAUser is a person of IAM Identity Center, and perhaps one of that person's
// devices.
type MFAUser struct {
	UserName  string `json:"userName"`
	Directory string `json:"directory,omitempty"` // as MFASettings has it
	Device    string `json:"device,omitempty"`    // an id
}

// MFADevice is a device that a person signs in with.
type MFADevice struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`           // totp or passkey
	Site     string    `json:"site,omitempty"` // the host name that a passkey is bound to
	Created  time.Time `json:"created"`
	LastUsed time.Time `json:"lastUsed,omitzero"`
}

// MFADevices lists the devices of a person.
func (s *Server) MFADevices(ctx context.Context, of MFAUser) ([]MFADevice, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	p, err := personOf(&view.Reader, of)
	if err != nil {
		return nil, err
	}
	all := []MFADevice{}
	for _, d := range p.Devices {
		all = append(all, shownMFA(d))
	}
	return all, view.Err()
}

// RemoveMFADevice takes a device away from a person.
func (s *Server) RemoveMFADevice(ctx context.Context, of MFAUser) (gone MFADevice, err error) {
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		p, err := personOf(&tx.Reader, of)
		if err != nil {
			return err
		}
		at, ok := p.Device(of.Device)
		if !ok {
			return fmt.Errorf("%s has no device %s", of.UserName, of.Device)
		}
		gone = shownMFA(p.Devices[at])
		tx.PutPerson(p, p.WithoutDevice(at))
		return nil
	})
	return gone, err
}

func shownMFA(d directory.PersonDevice) MFADevice {
	return MFADevice{ID: d.ID, Name: d.Name, Kind: d.Kind, Site: d.Site, Created: d.Created, LastUsed: d.LastUsed}
}

// personOf finds a person by the user name.
func personOf(r *directory.Reader, of MFAUser) (*directory.Person, error) {
	store, err := storeOf(r, of.Directory)
	if err != nil {
		return nil, err
	}
	p, ok := r.PersonNamed(store, of.UserName)
	if !ok {
		return nil, fmt.Errorf("there is no user %s in the directory %s", of.UserName, store)
	}
	return p, nil
}
