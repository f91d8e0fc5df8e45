package recurrence_test

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// movingZones are all zones of the IANA database whose clock ever changed, those that
// have the same data but once, and UTC beside them.
var movingZones = sync.OnceValue(func() []*time.Location {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		panic(err)
	}
	list, err := zonesOf(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		panic(err)
	}
	return append(list, time.UTC)
})

// zonesOf reads the copy of the database that comes with Go.
func zonesOf(path string) (list []*time.Location, err error) {
	database, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = database.Close() }()
	// Of several names for the same data the longest tells most.
	slices.SortFunc(database.File, func(a, b *zip.File) int { return cmp.Or(len(b.Name)-len(a.Name), strings.Compare(a.Name, b.Name)) })
	seen := map[[sha256.Size]byte]bool{}
	for _, file := range database.File {
		data, err := read(file)
		if err != nil {
			return nil, err
		}
		zone, err := time.LoadLocationFromTZData(file.Name, data)
		if err != nil {
			continue // a folder
		}
		sum := sha256.Sum256(data)
		if _, end := time.Unix(-1<<40, 0).In(zone).ZoneBounds(); end.IsZero() || seen[sum] {
			continue
		}
		seen[sum] = true
		list = append(list, zone)
	}
	return list, nil
}

func read(file *zip.File) ([]byte, error) {
	from, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	return io.ReadAll(from)
}

func TestAllMovingZonesAreTried(t *testing.T) {
	t.Parallel()
	names := []string{}
	for _, zone := range movingZones() {
		names = append(names, zone.String())
	}
	require.Greater(t, len(names), 300)
	// Those that move by half an hour, twice a year around a fast, at midnight, and by a day.
	for _, name := range []string{"Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia"} {
		require.True(t, slices.Contains(names, name), name)
	}
}
