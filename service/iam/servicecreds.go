package iam

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Names and passwords of users for one service alone.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html

func (s *Service) serviceCredentialOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateServiceSpecificCredential, one(needCreateServiceCredential), s.CreateServiceSpecificCredential),
		service.Bind(iam.ListServiceSpecificCredentials, one(needListServiceCredentials), s.ListServiceSpecificCredentials),
		service.Bind(iam.ResetServiceSpecificCredential, one(func(c *service.Call, in *iam.ResetServiceSpecificCredentialInput) service.Need {
			return onServiceCredential(c, in.UserName, in.ServiceSpecificCredentialId)
		}), s.ResetServiceSpecificCredential),
		service.Bind(iam.UpdateServiceSpecificCredential, one(func(c *service.Call, in *iam.UpdateServiceSpecificCredentialInput) service.Need {
			return onServiceCredential(c, in.UserName, in.ServiceSpecificCredentialId)
		}), s.UpdateServiceSpecificCredential),
		service.Bind(iam.DeleteServiceSpecificCredential, one(func(c *service.Call, in *iam.DeleteServiceSpecificCredentialInput) service.Need {
			return onServiceCredential(c, in.UserName, in.ServiceSpecificCredentialId)
		}), s.DeleteServiceSpecificCredential),
	}
}

// The condition keys of service-specific credentials.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
const (
	keyCredentialService = "iam:ServiceSpecificCredentialServiceName"
	keyCredentialAge     = "iam:ServiceSpecificCredentialAgeDays"
)

func needCreateServiceCredential(c *service.Call, in *iam.CreateServiceSpecificCredentialInput) service.Need {
	n := onUser(c, in.UserName)
	setKey(&n, keyCredentialService, in.ServiceName)
	if in.CredentialAgeDays > 0 {
		setKey(&n, keyCredentialAge, fmt.Sprint(in.CredentialAgeDays))
	}
	return n
}

// needListServiceCredentials needs, for those of all users, all users.
func needListServiceCredentials(c *service.Call, in *iam.ListServiceSpecificCredentialsInput) service.Need {
	if set(in.AllUsers) {
		return service.Need{Resource: iamARN(c, "user", "/", "*")}
	}
	return onUser(c, in.UserName)
}

// onServiceCredential needs the user, with the service of its credential.
func onServiceCredential(c *service.Call, name, id string) service.Need {
	n := onUser(c, name)
	if u, err := findUser(c, &c.View.Reader, name); err == nil {
		creds := c.View.Credentials(c.Account, u.ID)
		if i, err := serviceCredentialIndex(creds, id); err == nil {
			setKey(&n, keyCredentialService, creds.Services[i].Service)
		}
	}
	return n
}

func serviceCredentialIndex(creds *directory.Credentials, id string) (int, error) {
	i := slices.IndexFunc(creds.Services, func(s directory.ServiceCredential) bool { return s.ID == id })
	if i < 0 {
		return 0, noSuchServiceCredential(id)
	}
	return i, nil
}

// The services that have credentials of their own. Bedrock's are API keys: one
// long secret that has the name in it, and that may expire.
const (
	codeCommit = "codecommit.amazonaws.com"
	keyspaces  = "cassandra.amazonaws.com"
	bedrock    = "bedrock.amazonaws.com"
)

// serviceCredentialPrefix begins the ids of service-specific credentials.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
const serviceCredentialPrefix arn.IDPrefix = "ACCA"

// CreateServiceSpecificCredential makes a credential and answers its password,
// which nobody will see again.
func (s *Service) CreateServiceSpecificCredential(ctx context.Context, in *iam.CreateServiceSpecificCredentialInput) (*iam.CreateServiceSpecificCredentialOutput, error) {
	c := service.CallOf(ctx)
	switch in.ServiceName {
	case codeCommit, keyspaces:
		if in.CredentialAgeDays > 0 {
			return nil, neverExpires(in.ServiceName)
		}
	case bedrock:
	default:
		return nil, noSuchCredentialService(in.ServiceName)
	}
	id, err := arn.NewKeyID(serviceCredentialPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	made := directory.ServiceCredential{ID: id, Service: in.ServiceName, Active: true, Created: second(c.Now)}
	if in.CredentialAgeDays > 0 {
		made.Expires = made.Created.Add(time.Duration(in.CredentialAgeDays) * 24 * time.Hour)
	}
	secret, err := newServicePassword(c.Rand)
	if err != nil {
		return nil, err
	}
	if made.Sealed, err = s.vault.SealSecret(id, secret); err != nil {
		return nil, fmt.Errorf("seal a service-specific credential: %w", err)
	}
	out := &iam.CreateServiceSpecificCredentialOutput{}
	return out, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		n := 0
		for _, other := range creds.Services {
			if other.Service == in.ServiceName {
				n++
			}
		}
		if n >= credentialsPerService.limit(c) {
			return overQuota(c, credentialsPerService)
		}
		made.Name = serviceUserName(u, made, creds.Services)
		creds.Services = append(creds.Services, made)
		out.ServiceSpecificCredential = wireServiceSecret(u, made, secret)
		return nil
	})
}

// serviceUserName is the name that goes with a credential: of the user and the
// account, with a number for a second one. Names of API keys have a part of
// their id.
//
// Source: https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-gc.html
func serviceUserName(u *directory.User, made directory.ServiceCredential, others []directory.ServiceCredential) string {
	at := "-at-" + u.Account.String()
	if made.Service == bedrock {
		return "BedrockAPIKey-" + made.ID[len(made.ID)-4:] + at
	}
	name := u.Name + at
	for n := 1; slices.ContainsFunc(others, func(o directory.ServiceCredential) bool {
		return o.Service == made.Service && o.Name == name
	}); n++ {
		name = fmt.Sprintf("%s+%d%s", u.Name, n, at)
	}
	return name
}

// newServicePassword makes a password of sixty characters, as AWS's are.
func newServicePassword(rand io.Reader) (string, error) {
	var b [44]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make a service-specific credential: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b[:]), nil
}

// wireServiceSecret shows a credential with its password: an API key is the
// name and the password in one.
func wireServiceSecret(u *directory.User, s directory.ServiceCredential, secret string) *iam.ServiceSpecificCredential {
	w := &iam.ServiceSpecificCredential{
		ServiceSpecificCredentialId: s.ID, ServiceName: s.Service, UserName: u.Name, Status: word(s.Active),
		CreateDate: s.Created, ExpirationDate: s.Expires,
	}
	if s.Service == bedrock {
		key := "ABSK" + base64.StdEncoding.EncodeToString([]byte(s.Name+":"+secret))
		w.ServiceCredentialAlias, w.ServiceCredentialSecret = &s.Name, &key
		return w
	}
	w.ServiceUserName, w.ServicePassword = &s.Name, &secret
	return w
}

func wireServiceCredential(u *directory.User, s directory.ServiceCredential) iam.ServiceSpecificCredentialMetadata {
	w := iam.ServiceSpecificCredentialMetadata{
		ServiceSpecificCredentialId: s.ID, ServiceName: s.Service, UserName: u.Name, Status: word(s.Active),
		CreateDate: s.Created, ExpirationDate: s.Expires,
	}
	if s.Service == bedrock {
		w.ServiceCredentialAlias = &s.Name
	} else {
		w.ServiceUserName = &s.Name
	}
	return w
}

// ListServiceSpecificCredentials lists the credentials of a user, or of all,
// without passwords.
func (s *Service) ListServiceSpecificCredentials(ctx context.Context, in *iam.ListServiceSpecificCredentialsInput) (*iam.ListServiceSpecificCredentialsOutput, error) {
	c := service.CallOf(ctx)
	var list []iam.ServiceSpecificCredentialMetadata
	add := func(u *directory.User, creds *directory.Credentials) {
		for _, cred := range creds.Services {
			if in.ServiceName == nil || *in.ServiceName == cred.Service {
				list = append(list, wireServiceCredential(u, cred))
			}
		}
	}
	if set(in.AllUsers) {
		c.View.AllCredentials(c.Account, func(creds *directory.Credentials) bool {
			if u, ok := c.View.UserByID(c.Account, creds.Owner); ok {
				add(u, creds)
			}
			return true
		})
	} else {
		u, err := findUser(c, &c.View.Reader, in.UserName)
		if err != nil {
			return nil, err
		}
		add(u, c.View.Credentials(c.Account, u.ID))
	}
	key := func(m iam.ServiceSpecificCredentialMetadata) string {
		return byAge(m.CreateDate, m.ServiceSpecificCredentialId)
	}
	p, err := pageOf(in.Marker, in.MaxItems, key, inOrder(list, key))
	if err != nil {
		return nil, err
	}
	out := &iam.ListServiceSpecificCredentialsOutput{ServiceSpecificCredentials: p.Items, IsTruncated: p.IsTruncated}
	out.Marker = p.Marker
	return out, nil
}

// ResetServiceSpecificCredential gives a credential another password, and
// answers it.
func (s *Service) ResetServiceSpecificCredential(ctx context.Context, in *iam.ResetServiceSpecificCredentialInput) (*iam.ResetServiceSpecificCredentialOutput, error) {
	c := service.CallOf(ctx)
	secret, err := newServicePassword(c.Rand)
	if err != nil {
		return nil, err
	}
	sealed, err := s.vault.SealSecret(in.ServiceSpecificCredentialId, secret)
	if err != nil {
		return nil, fmt.Errorf("seal a service-specific credential: %w", err)
	}
	out := &iam.ResetServiceSpecificCredentialOutput{}
	return out, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		i, err := serviceCredentialIndex(creds, in.ServiceSpecificCredentialId)
		if err != nil {
			return err
		}
		creds.Services[i].Sealed = sealed
		out.ServiceSpecificCredential = wireServiceSecret(u, creds.Services[i], secret)
		return nil
	})
}

// UpdateServiceSpecificCredential turns a credential on or off.
func (s *Service) UpdateServiceSpecificCredential(ctx context.Context, in *iam.UpdateServiceSpecificCredentialInput) (*iam.UpdateServiceSpecificCredentialOutput, error) {
	return &iam.UpdateServiceSpecificCredentialOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, _ *directory.User, creds *directory.Credentials) error {
		i, err := serviceCredentialIndex(creds, in.ServiceSpecificCredentialId)
		if err == nil {
			creds.Services[i].Active = in.Status == active
		}
		return err
	})
}

// DeleteServiceSpecificCredential removes a credential.
func (s *Service) DeleteServiceSpecificCredential(ctx context.Context, in *iam.DeleteServiceSpecificCredentialInput) (*iam.DeleteServiceSpecificCredentialOutput, error) {
	return &iam.DeleteServiceSpecificCredentialOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, _ *directory.User, creds *directory.Credentials) error {
		i, err := serviceCredentialIndex(creds, in.ServiceSpecificCredentialId)
		if err == nil {
			creds.Services = slices.Delete(creds.Services, i, i+1)
		}
		return err
	})
}
