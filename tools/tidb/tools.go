//go:build tools

// Package tools names the program that is built here, so that `go mod tidy` keeps it.
package tools

import _ "github.com/pingcap/tidb/cmd/tidb-server"
