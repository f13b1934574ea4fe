#!/bin/sh
# Prints the version of syft, if it is there. One that was built by `go install` does not know its own: Go has written it
# into the program, and if not even that is so, the program's digest says which it is.
program=$(command -v syft) || exit 1
version=$(syft version 2>/dev/null | sed -n 's/^Version: *//p')
case $version in
'' | '['*)
    version=$(grep -aom1 'mod	github.com/anchore/syft	v[^	]*' "$program" | cut -f3 | sed 's,^v,,')
    [ -n "$version" ] || version=sha256:$(sha256sum "$program" | cut -d ' ' -f1)
    ;;
esac
echo "$version"
