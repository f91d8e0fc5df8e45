// Package postgres runs a real PostgreSQL server as a child process: the
// laptop runner's database and the one that tests use.
//
// It finds the server's programs on the machine ([Find]), makes a data folder
// on first use, starts the server on the loopback interface and stops it.
// PostgreSQL refuses to run as root, so a root caller's server runs as another
// account (postgres, else nobody), which then owns the data folder.
//
// Every connection needs a password (SCRAM), because a loopback port is open to
// every account of the machine and a superuser of PostgreSQL can run programs.
// One secret is made with the data folder and kept in it, readable by its owner
// only; each role's password is derived from it ([Server.Password]). There is no
// Unix socket: its path may exceed the 107 bytes that systems allow, and one way
// in is enough.
//
// The package uses the standard library only, so it speaks no SQL: package
// bootstrap beside it creates roles, databases and schemas.
package postgres
