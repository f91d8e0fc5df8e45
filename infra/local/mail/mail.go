// Package mail catches the mail that Nudge sends on a laptop: an SMTP server
// that delivers nothing and keeps each letter as a file.
package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// MaxBytes is the size of the largest letter taken.
const MaxBytes = 10 << 20

// Options say where letters come in and go.
type Options struct {
	// Dir keeps the letters, one .eml file (RFC 5322) each. It is made if absent.
	Dir string
	// Address to listen on; port 0 takes a free one.
	Address string
	// Now names the files.
	Now func() time.Time
	// Caught is told of each letter once its file is complete. Nil is allowed.
	Caught func(Letter)
	// Log receives the server's troubles. Nil discards them.
	Log *slog.Logger
}

// Letter is one caught letter.
type Letter struct {
	To      []string // the envelope's recipients
	Subject string
	File    string
}

// Catcher is a running SMTP server.
type Catcher struct {
	options  Options
	server   *smtp.Server
	listener net.Listener
	done     chan struct{}
	err      error
	stop     sync.Once

	mu     sync.Mutex
	number int
}

// Start listens and serves until [Catcher.Stop]. ctx bounds the start only.
func Start(ctx context.Context, o Options) (*Catcher, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Caught == nil {
		o.Caught = func(Letter) {}
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for mail: %w", err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	catcher := &Catcher{options: o, listener: listener, done: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{catcher: catcher}, nil }))
	server.Domain = "localhost"
	server.MaxMessageBytes = MaxBytes
	server.MaxRecipients = 100
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn)
	catcher.server = server
	go func() {
		defer close(catcher.done)
		if err := server.Serve(listener); !errors.Is(err, smtp.ErrServerClosed) {
			catcher.err = err
		}
	}()
	return catcher, nil
}

// Addr is the address the catcher listens on.
func (c *Catcher) Addr() *net.TCPAddr { return c.listener.Addr().(*net.TCPAddr) }

// Done is closed when the catcher serves no more.
func (c *Catcher) Done() <-chan struct{} { return c.done }

// Err says why it serves no more; nil after [Catcher.Stop].
func (c *Catcher) Err() error { return c.err }

// Stop ends the server and its connections.
func (c *Catcher) Stop() {
	c.stop.Do(func() { _ = c.server.Close() })
	<-c.done
}

// session is one client's conversation.
type session struct {
	catcher *Catcher
	to      []string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *session) Reset()        { s.to = nil }
func (s *session) Logout() error { return nil }

// Data keeps the letter before it says yes; when it cannot, the sender is told to
// try again.
func (s *session) Data(r io.Reader) error {
	letter, err := s.catcher.keep(r, s.to)
	var refused *smtp.SMTPError
	if errors.As(err, &refused) {
		return refused // too large, for one
	}
	if err != nil {
		s.catcher.options.Log.Error("a letter was not kept", "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "the letter could not be kept, try again"}
	}
	s.catcher.options.Caught(letter)
	return nil
}

func (c *Catcher) keep(r io.Reader, to []string) (Letter, error) {
	c.mu.Lock()
	c.number++
	// The name's order is the order of arrival.
	name := fmt.Sprintf("%s-%04d.eml", c.options.Now().UTC().Format("20060102T150405.000000Z"), c.number)
	c.mu.Unlock()
	path := filepath.Join(c.options.Dir, name)
	file, err := os.OpenFile(path+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Letter{}, err
	}
	defer func() { _ = os.Remove(path + ".part") }() // already renamed when all went well
	_, err = io.Copy(file, r)
	if err := errors.Join(err, file.Close()); err != nil {
		return Letter{}, err
	}
	if err := os.Rename(path+".part", path); err != nil {
		return Letter{}, err
	}
	return Letter{To: append([]string(nil), to...), Subject: subject(path), File: path}, nil
}

// subject reads a letter's subject, "" if the letter has none or is no letter.
func subject(path string) string {
	header, err := headers(path)
	if err != nil {
		return ""
	}
	return decode(header.Get("Subject"))
}

func headers(path string) (netmail.Header, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	message, err := netmail.ReadMessage(file)
	if err != nil {
		return nil, err
	}
	return message.Header, nil
}

// decode reads encoded words (RFC 2047) and takes control characters out: the
// text goes to a terminal.
func decode(text string) string {
	if decoded, err := words.DecodeHeader(text); err == nil {
		text = decoded
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}
