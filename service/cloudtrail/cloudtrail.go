package cloudtrail

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/rolecall-iam/rolecall/api/cloudtrail"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/trail"
	"github.com/rolecall-iam/rolecall/trail/delivery"
)

// maxResults is how many events a page has at most, and has if nobody says.
const maxResults = 50

// Service is AWS CloudTrail.
type Service struct {
	trail *trail.Trail
	keys  func() []delivery.PublicKey
}

// New makes the service over a trail, and over the keys that its delivery's
// digests are signed with.
func New(t *trail.Trail, keys func() []delivery.PublicKey) *Service { return &Service{t, keys} }

// Operations are the operations of CloudTrail that have a handler.
func (s *Service) Operations() []service.Operation {
	return []service.Operation{
		service.Check(service.Bind(cloudtrail.LookupEvents, service.Always, s.LookupEvents), checkLookup),
		service.Bind(cloudtrail.ListPublicKeys, service.Always, s.ListPublicKeys),
	}
}

// checkLookup refuses what no history could answer.
func checkLookup(_ *service.Call, in *cloudtrail.LookupEventsInput) error {
	switch {
	case len(in.LookupAttributes) > 1:
		return tooManyAttributes()
	case !in.StartTime.IsZero() && !in.EndTime.IsZero() && in.StartTime.After(in.EndTime):
		return invalidTimeRange()
	}
	return nil
}

// LookupEvents answers the caller's account's events of the last 90 days, the
// newest first. The Insights events that it can be asked for are made by a
// feature that a trail must turn on, and there are none.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (s *Service) LookupEvents(ctx context.Context, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
	q := trail.Query{Account: service.CallOf(ctx).Account, From: in.StartTime, To: in.EndTime, Limit: maxResults}
	if in.MaxResults > 0 {
		q.Limit = int(in.MaxResults)
	}
	for _, a := range in.LookupAttributes {
		q.Attribute, q.Value = a.AttributeKey, a.AttributeValue
	}
	if in.NextToken != nil {
		if q.Token = *in.NextToken; q.Token == "" {
			return nil, invalidNextToken()
		}
	}
	out := &cloudtrail.LookupEventsOutput{Events: []cloudtrail.Event{}}
	if in.EventCategory != "" {
		return out, nil
	}
	page, err := s.trail.Lookup(ctx, q)
	switch {
	case errors.Is(err, trail.ErrToken):
		return nil, invalidNextToken()
	case err != nil:
		return nil, err
	}
	for i := range page.Events {
		out.Events = append(out.Events, shown(&page.Events[i]))
	}
	out.NextToken = some(page.Next)
	return out, nil
}

// shown is an event as LookupEvents lists it.
func shown(f *trail.Found) cloudtrail.Event {
	readOnly := strconv.FormatBool(f.ReadOnly)
	e := cloudtrail.Event{
		EventId: &f.ID, EventName: &f.Name, EventSource: &f.Source, EventTime: f.Time,
		ReadOnly: &readOnly, CloudTrailEvent: &f.JSON,
		AccessKeyId: some(f.AccessKeyID), Username: some(f.UserName),
		Resources: []cloudtrail.Resource{},
	}
	for i := range f.Resources {
		e.Resources = append(e.Resources, cloudtrail.Resource{ResourceType: &f.Resources[i].Type, ResourceName: &f.Resources[i].Name})
	}
	return e
}

// some is a text that is there, or nil.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// ListPublicKeys answers the keys that were good at some moment of a time range,
// of which an end that is missing is now.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
func (s *Service) ListPublicKeys(ctx context.Context, in *cloudtrail.ListPublicKeysInput) (*cloudtrail.ListPublicKeysOutput, error) {
	now := service.CallOf(ctx).Now
	from, to := cmp.Or(in.StartTime, now), cmp.Or(in.EndTime, now)
	switch {
	case from.After(to):
		return nil, invalidTimeRange()
	case in.NextToken != nil:
		return nil, invalidToken() // all are on the first page
	}
	out := &cloudtrail.ListPublicKeysOutput{PublicKeyList: []cloudtrail.PublicKey{}}
	for _, k := range s.keys() {
		if !k.From.After(to) && !k.To.Before(from) {
			out.PublicKeyList = append(out.PublicKeyList, cloudtrail.PublicKey{
				Fingerprint: &k.Fingerprint, ValidityStartTime: k.From, ValidityEndTime: k.To, Value: k.Value,
			})
		}
	}
	return out, nil
}
