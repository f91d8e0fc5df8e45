// Command keys shows and rotates the keyset that wraps people's data keys:
//
//	keys [-secrets FILE | -keyset FILE] show | rotate | retire
//
// rotate is run twice. The first run adds a key to the keyset; then whatever reads the
// secret is started anew. The second makes it the primary key and wraps every data key
// with it, while everything goes on; broken off, it is run again. retire disables the old
// keys when nothing is wrapped with them any more. MIGRATE_URL is the database, with the
// role that owns the tables.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"

	"function/shared/postgres"
	"function/shared/seal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "keys:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	data := os.Getenv("NUDGE_DATA")
	if data == "" {
		data = ".nudge"
	}
	flags := flag.NewFlagSet("keys", flag.ContinueOnError)
	secrets := flags.String("secrets", filepath.Join(data, "secrets.json"), "the file of Dapr's local secret store that holds the keyset")
	keyset := flags.String("keyset", "", "a file that is the keyset itself, instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	store := file{path: *secrets}
	if *keyset != "" {
		store = file{path: *keyset, bare: true}
	}
	text, err := store.load()
	if err != nil {
		return err
	}
	url, err := database(data)
	if err != nil {
		return err
	}
	conn, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	k := &keys{conn: conn, store: store, text: text, out: out}
	switch command := flags.Arg(0); command {
	case "show", "":
		return k.show(ctx)
	case "rotate":
		return k.rotate(ctx)
	case "retire":
		return k.retire(ctx)
	default:
		return fmt.Errorf("there is no command %q: show, rotate or retire", command)
	}
}

func connect(ctx context.Context, url string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("MIGRATE_URL is no PostgreSQL connection URL")
	}
	config.RuntimeParams["search_path"] = "nudge"
	return pgx.ConnectConfig(ctx, config)
}

// keys is one run.
type keys struct {
	conn  *pgx.Conn
	store file
	text  string // the keyset
	out   io.Writer
}

func (k *keys) say(format string, args ...any) { _, _ = fmt.Fprintf(k.out, format+"\n", args...) }

func (k *keys) save(text string, err error) error {
	if err != nil {
		return err
	}
	if err := k.store.save(text); err != nil {
		return err
	}
	k.text = text
	return nil
}

func (k *keys) show(ctx context.Context) error {
	list, err := seal.KeyStates(k.text)
	if err != nil {
		return err
	}
	for _, key := range list {
		n, err := postgres.KeyUse(ctx, k.conn, key)
		if err != nil {
			return err
		}
		state := "disabled"
		switch {
		case key.Primary:
			state = "primary"
		case key.Enabled:
			state = "enabled"
		}
		k.say("key %d: %s, wraps %d data keys", key.ID, state, n)
	}
	return nil
}

func (k *keys) rotate(ctx context.Context) error {
	list, err := seal.KeyStates(k.text)
	if err != nil {
		return err
	}
	newest := list[len(list)-1]
	if enabled(list) == 1 { // no rotation is under way
		if err := k.save(seal.WithNewKey(k.text)); err != nil {
			return err
		}
		k.say("A new key is in %s. Nothing is wrapped with it yet.", k.store.path)
		k.say("Start anew what reads the secret (./task up; on a cluster, deploy it and let the functions' pods be replaced), then run rotate again.")
		return nil
	}
	if !newest.Primary {
		if err := k.save(seal.WithPrimary(k.text)); err != nil {
			return err
		}
		k.say("key %d is the primary key now", newest.ID)
		newest.Primary = true
	}
	ring, err := seal.OpenKeyring(k.text)
	if err != nil {
		return err
	}
	done, err := postgres.Rewrap(ctx, k.conn, ring, newest, func(moved int) { k.say("%d data keys", moved) })
	k.say("wrapped %d data keys with key %d", done.Moved, newest.ID)
	if err != nil {
		return fmt.Errorf("%w (run rotate again to go on)", err)
	}
	k.say("Start anew what reads the secret once more, run rotate again for people who came in the meantime, then retire.")
	return nil
}

func enabled(list []seal.KeyState) (n int) {
	for _, key := range list {
		if key.Enabled {
			n++
		}
	}
	return n
}

// left counts the data keys that are under keys that are not primary.
func (k *keys) left(ctx context.Context, list []seal.KeyState) (total int, err error) {
	for _, key := range list {
		if key.Primary {
			continue
		}
		n, err := postgres.KeyUse(ctx, k.conn, key)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (k *keys) retire(ctx context.Context) error {
	list, err := seal.KeyStates(k.text)
	if err != nil {
		return err
	}
	if !list[len(list)-1].Primary {
		return errors.New("the newest key is not in use yet; run rotate first")
	}
	left, err := k.left(ctx, list)
	if err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%d data keys are wrapped with an old key still; run rotate first", left)
	}
	if err := k.save(seal.WithoutOld(k.text)); err != nil {
		return err
	}
	k.say("The old keys are disabled. Start anew what reads the secret.")
	return nil
}
