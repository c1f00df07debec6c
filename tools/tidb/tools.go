//go:build tools

// Package tools names the programs that are built here (tools/setup, build_peers), so that
// `go mod tidy` keeps them.
package tools

import (
	_ "github.com/pingcap/tidb/cmd/tidb-server"
	_ "github.com/pingcap/tidb/dumpling/cmd/dumpling"
	_ "github.com/pingcap/tidb/lightning/cmd/tidb-lightning"
)
