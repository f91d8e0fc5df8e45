// Package broker runs a Kafka-protocol broker inside the runner's own process, so
// that a laptop needs no Kafka. Every acknowledged record is on disk: a kill -9, or
// the power going, loses none.
package broker

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/twmb/franz-go/pkg/kfake"
)

// partitions of a topic that is made without saying how many; what Knative's broker
// uses.
const partitions = 10

// Options say where a broker keeps its data and listens.
type Options struct {
	// Dir holds the records; it is made if it is missing. Empty keeps them in memory.
	Dir string
	// Port on the loopback interface; 0 takes a free one.
	Port int
	// Log takes the broker's warnings; nil drops them.
	Log *slog.Logger
}

// Broker is a running broker.
type Broker struct {
	cluster *kfake.Cluster
	lock    *os.File
}

// Start runs a broker until Close. A folder serves one broker at a time.
func Start(o Options) (*Broker, error) {
	opts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.Ports(o.Port), kfake.DefaultNumPartitions(partitions), kfake.ClusterID("nudge"),
	}
	if o.Log != nil {
		opts = append(opts, kfake.WithLogger(logger{o.Log}))
	}
	b := &Broker{}
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("the event broker's data folder: %w", err)
		}
		var err error
		if b.lock, err = lock(filepath.Join(o.Dir, "lock")); err != nil {
			return nil, fmt.Errorf("the event broker's data folder %s is in use by another process, or not writable: %w", o.Dir, err)
		}
		opts = append(opts, kfake.DataDir(filepath.Join(o.Dir, "log")), kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the event broker: %w", err), b.unlock())
	}
	b.cluster = cluster
	return b, nil
}

// Addrs gives the addresses to reach the broker by, as host:port.
func (b *Broker) Addrs() []string { return b.cluster.ListenAddrs() }

// Close stops the broker. What it acknowledged stays in its folder.
func (b *Broker) Close() error {
	b.cluster.Close()
	return b.unlock()
}

func (b *Broker) unlock() error {
	if b.lock == nil {
		return nil
	}
	return b.lock.Close() // which gives the lock back
}

// logger passes kfake's lines on: those at warning and above.
type logger struct{ log *slog.Logger }

func (l logger) Logf(level kfake.LogLevel, format string, args ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error("event broker: " + fmt.Sprintf(format, args...))
	case kfake.LogLevelWarn:
		l.log.Warn("event broker: " + fmt.Sprintf(format, args...))
	}
}
