package postgres

import "context"

// PublishedKeys gives the public keys of the sign-in server as a JSON Web Key Set. The
// server shows them, and nothing else of its schema, in a view (frontend/auth/database.js),
// so that a function can verify a token while that server sleeps.
func (s *Store) PublishedKeys(ctx context.Context) (set []byte, err error) {
	err = s.pool.QueryRow(ctx, `SELECT jsonb_build_object('keys', coalesce(jsonb_agg(jwk::jsonb || jsonb_build_object('kid', kid, 'alg', alg, 'crv', crv)), '[]'))
		FROM auth.published_keys`).Scan(&set)
	return set, err
}
