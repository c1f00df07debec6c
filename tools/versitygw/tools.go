//go:build tools

// Package tools names the program that is built here (tools/setup), so that `go mod tidy` keeps it.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
