package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"
)

// Listen calls back for every committed change of every instance, until the context
// ends or the connection is lost. The connection is one of its own, outside the pool;
// started is called once it listens: what commits from then on is heard.
func (s *Store) Listen(ctx context.Context, started func(), heard func(Live)) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+liveChannel); err != nil {
		return translate(err)
	}
	started()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return translate(err)
		}
		var l Live
		if json.Unmarshal([]byte(n.Payload), &l) == nil {
			heard(l)
		}
	}
}
