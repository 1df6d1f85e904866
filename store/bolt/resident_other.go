//go:build !linux

package bolt

import "os"

func residentFiles() int64 { return 0 }

func giveBack(uintptr, int64) {}

func readAhead(*os.File, int64, int64) {}
