package rolecall

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/rolecall-iam/rolecall/trail/delivery"
)

// Delivery says where the events of all calls go as files, laid out and signed
// as CloudTrail does. It needs a data directory, which holds the key that signs.
type Delivery struct {
	Dir    string        // empty for nowhere
	Bucket string        // that the digests say the files are in; the folder's name where it is empty
	Every  time.Duration // five minutes where it is zero
}

// deliveryFolder is the folder in the data directory for what is remembered
// between deliveries.
const deliveryFolder = "delivery"

// deliverEvery is about how often CloudTrail delivers.
const deliverEvery = 5 * time.Minute

// startDelivery delivers the trail until stop is called, which delivers what is
// left.
func (s *Server) startDelivery(c Config) (stop func(), err error) {
	if c.Delivery.Dir == "" {
		return func() {}, nil
	}
	if c.Dir == "" {
		return nil, errors.New("to deliver the trail, a data directory is needed")
	}
	if c.Delivery.Bucket == "" {
		c.Delivery.Bucket = filepath.Base(c.Delivery.Dir)
	}
	if c.Delivery.Every <= 0 {
		c.Delivery.Every = deliverEvery
	}
	s.delivery, err = delivery.Open(delivery.Options{
		Trail: s.trail, Dir: c.Delivery.Dir, State: filepath.Join(c.Dir, deliveryFolder), Bucket: c.Delivery.Bucket,
		Every: c.Delivery.Every, Now: c.Now, Rand: c.Rand, Log: c.Log,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.delivery.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}, nil
}

// publicKeys are those that the digests of the delivery are verified with.
func (s *Server) publicKeys() []delivery.PublicKey {
	if s.delivery == nil {
		return nil
	}
	return []delivery.PublicKey{s.delivery.PublicKey()}
}
