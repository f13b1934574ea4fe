// What a step of a Containerfile runs where there is no shell: `step VERB …`.
package main

import (
	"os"
	"runtime"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func run(verb string, words []string) error {
	switch verb {
	case "say":
		return write("/dev/stdout", strings.Join(words, " "))
	case "write":
		return write(words[0], strings.Join(words[1:], " "))
	case "cat":
		text, err := os.ReadFile(words[0])
		if err == nil {
			err = write("/dev/stdout", string(text))
		}
		return err
	case "variable":
		return write(words[0], os.Getenv(words[1]))
	case "architecture":
		if err := write(words[0], runtime.GOARCH); err != nil {
			return err
		}
		return write("/dev/stdout", "running on "+runtime.GOARCH)
	case "wait":
		time.Sleep(time.Hour)
		return nil
	}
	os.Exit(7)
	return nil
}

func write(name, text string) error {
	if name == "/dev/stdout" {
		_, err := os.Stdout.WriteString(text + "\n")
		return err
	}
	return os.WriteFile(name, []byte(text+"\n"), 0o644)
}
