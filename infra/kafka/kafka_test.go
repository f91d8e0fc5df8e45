package main

import (
	"errors"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKafkaListensAndLeavesNothing(t *testing.T) {
	t.Parallel()
	programs, err := Fetch(t.Context(), "../..")
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	require.NoError(t, err)
	server, err := Start(t.Context(), programs, "256m")
	require.NoError(t, err)
	connection, err := net.Dial("tcp", server.Address)
	require.NoError(t, err)
	require.NoError(t, connection.Close())
	server.Stop()
	_, err = net.Dial("tcp", server.Address)
	require.Error(t, err)
	_, err = os.Stat(server.dir)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAMachineWithoutJavaIsTold(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Fetch(t.Context(), "../..")
	require.ErrorIs(t, err, ErrAbsent)
	require.ErrorContains(t, err, "needs Java 17 or newer and Maven")
}

func TestAKafkaThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	programs, err := Fetch(t.Context(), "../..")
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	require.NoError(t, err)
	_, err = Start(t.Context(), programs, "no-size")
	require.ErrorContains(t, err, "Invalid maximum heap size")
}
