package chat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
)

func TestTurnsWaitForEachOtherAndNotWithoutBound(t *testing.T) {
	var all turns
	leave, err := all.enter("thr_1")
	require.NoError(t, err)
	other, err := all.enter("thr_2")
	require.NoError(t, err, "another thread is free")
	other()
	through := make(chan int, maxWaiting)
	for i := range maxWaiting {
		go func() {
			if leave, err := all.enter("thr_1"); err == nil {
				through <- i
				leave()
			}
		}()
	}
	require.Eventually(t, func() bool {
		all.mu.Lock()
		defer all.mu.Unlock()
		return all.held["thr_1"].waiting == maxWaiting+1
	}, 10_000_000_000, 1_000_000)
	_, err = all.enter("thr_1")
	require.Equal(t, todo.CodeRateLimited, todo.CodeOf(err))
	require.Empty(t, through)
	leave()
	for range maxWaiting {
		<-through
	}
	require.Eventually(t, func() bool {
		all.mu.Lock()
		defer all.mu.Unlock()
		return len(all.held) == 0
	}, 10_000_000_000, 1_000_000)
}
