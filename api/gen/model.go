package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// model is an API model in botocore's shape, as far as the generator reads it.
type model struct {
	Metadata   metadata
	Operations ordered[operation]
	Shapes     map[string]*shape
}

type metadata struct {
	APIVersion      string
	EndpointPrefix  string
	JSONVersion     string
	Protocol        string
	ServiceFullName string
	ServiceID       string `json:"serviceId"`
	SigningName     string
	TargetPrefix    string
	XMLNamespace    json.RawMessage
}

type operation struct {
	HTTP struct {
		Method       string
		RequestURI   string `json:"requestUri"`
		ResponseCode int
	}
	Input, Output *ref
	Errors        []ref
	AuthType      string
	ReadOnly      bool
	Deprecated    bool
}

// ref is a use of a shape: a member, an element, an input or an error.
type ref struct {
	Shape            string
	Location         string
	LocationName     string
	ResultWrapper    string
	Flattened        bool
	Streaming        bool
	XMLAttribute     bool
	XMLNamespace     *namespace
	IdempotencyToken bool
}

type namespace struct{ Prefix, URI string }

type shape struct {
	Type            string
	Members         ordered[ref]
	Required        []string
	Member          *ref
	Key, Value      *ref
	Min, Max        *json.Number
	Pattern         string
	Enum            []string
	Payload         string
	LocationName    string
	TimestampFormat string
	Flattened       bool
	Sensitive       bool
	Document        bool
	Union           bool
	EventStream     bool
	XMLNamespace    *namespace
	Exception       bool
	Fault           bool
	Error           *struct {
		Code           string
		HTTPStatusCode int `json:"httpStatusCode"`
		SenderFault    bool
	}
}

// ordered is a JSON object whose members keep their order.
type ordered[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalJSON reads the members one after the other.
func (o *ordered[T]) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("want an object, have %v (%v)", t, err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		e := entry[T]{Name: name.(string)}
		if err := dec.Decode(&e.Value); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		*o = append(*o, e)
	}
	return nil
}

func readModel(file string) (*model, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := new(model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// namespaceURI reads metadata.xmlNamespace, which is a string or an object.
func (m *metadata) namespaceURI() string {
	var uri string
	if json.Unmarshal(m.XMLNamespace, &uri) == nil {
		return uri
	}
	var ns namespace
	_ = json.Unmarshal(m.XMLNamespace, &ns)
	return ns.URI
}
