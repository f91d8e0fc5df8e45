package dapr_test

import (
	"bufio"
	"fmt"
	"mime/quotedprintable"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// mailServer speaks as much SMTP (RFC 5321) as a client needs to hand over a
// message. It refuses receivers that begin with "refuse" for good and those that
// begin with "later" for now.
type mailServer struct {
	t        *testing.T
	address  string
	listener net.Listener

	mu    sync.Mutex
	mails []mail
}

type mail struct {
	to   []string
	body string
}

func newMailServer(t *testing.T) *mailServer {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &mailServer{t: t, address: listener.Addr().String(), listener: listener}
	t.Cleanup(server.stop)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go server.serve(connection)
		}
	}()
	return server
}

func (s *mailServer) stop() { _ = s.listener.Close() }

func (s *mailServer) received() []mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mail(nil), s.mails...)
}

func (s *mailServer) serve(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	reply := func(text string) { _, _ = fmt.Fprintf(connection, "%s\r\n", text) }
	lines := bufio.NewScanner(connection)
	var current mail
	reply("220 test")
	for lines.Scan() {
		command := strings.ToUpper(lines.Text())
		switch {
		case strings.HasPrefix(command, "RCPT TO:<REFUSE"):
			reply("550 no such person")
		case strings.HasPrefix(command, "RCPT TO:<LATER"):
			reply("450 try again later")
		case strings.HasPrefix(command, "RCPT TO:"):
			address, _, _ := strings.Cut(lines.Text()[len("RCPT TO:<"):], ">")
			current.to = append(current.to, address)
			reply("250 ok")
		case command == "DATA":
			reply("354 go ahead")
			current.body = readBody(lines)
			s.mu.Lock()
			s.mails = append(s.mails, current)
			s.mu.Unlock()
			current = mail{}
			reply("250 ok")
		case command == "QUIT":
			reply("221 bye")
			return
		default:
			reply("250 ok")
		}
	}
}

// readBody reads a message to its end and decodes its text.
func readBody(lines *bufio.Scanner) string {
	var text strings.Builder
	for lines.Scan() && lines.Text() != "." {
		text.WriteString(lines.Text() + "\r\n")
	}
	_, body, _ := strings.Cut(text.String(), "\r\n\r\n")
	var decoded strings.Builder
	_, _ = bufio.NewReader(quotedprintable.NewReader(strings.NewReader(body))).WriteTo(&decoded)
	return decoded.String()
}
