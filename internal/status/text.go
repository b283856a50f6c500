// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// maxMessage is the API's limit for a condition's message, in characters.
	maxMessage = 32768

	// maxQuote bounds what a message quotes of somebody else's, in characters.
	maxQuote = 1024

	// maxNames bounds how many names a message lists; it counts the others.
	maxNames = 10

	ellipsis = "…"
)

// sentence is text on one line, bounded, with a full stop.
func sentence(text string) string {
	text = head(oneLine(text), maxQuote)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, ellipsis) {
		return text
	}

	return text + "."
}

// sentences joins those that are not empty.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

// oneLine is text without line breaks, and without bytes that the API server
// would replace: a status that it changes is never the one that was computed.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
}

// head keeps the first characters of text.
func head(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}

	return string(runes[:limit-1]) + ellipsis
}

// tail keeps the last characters of text.
func tail(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}

	return ellipsis + string(runes[len(runes)-limit+1:])
}

// list sorts names, shows the first and counts the rest.
func list(names []string) string {
	names = slices.Sorted(slices.Values(names))
	if len(names) <= maxNames {
		return strings.Join(names, ", ")
	}

	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), len(names)-maxNames)
}

// number is n with the noun in the right number.
func number[N int | int32](n N, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}

	return fmt.Sprintf("%d %s", n, many)
}
