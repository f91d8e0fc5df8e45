package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// libraries is where a Linux system keeps shared libraries.
var libraries = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib",
}

// node gives this machine's Node.js with the libraries that it is linked with, and the
// architecture that they are for.
func node() (content files, architecture string, err error) {
	found, err := exec.LookPath("node")
	if err == nil {
		found, err = filepath.EvalSymlinks(found)
	}
	if err != nil {
		return nil, "", errors.New("node is not on the PATH: install Node.js 20 or newer")
	}
	program, err := elf.Open(found)
	if err != nil {
		return nil, "", fmt.Errorf("this machine's Node.js (%s) is no Linux program: build frontend/auth/Dockerfile with a container engine, and deploy with AUTH_IMAGE=…", found)
	}
	defer func() { _ = program.Close() }()
	switch program.Machine {
	case elf.EM_X86_64:
		architecture = "amd64"
	case elf.EM_AARCH64:
		architecture = "arm64"
	default:
		return nil, "", fmt.Errorf("this machine's Node.js is for %s, for which there is no image", program.Machine)
	}
	content = files{"usr/bin/node": found}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			name := make([]byte, segment.Filesz)
			if _, err := segment.ReadAt(name, 0); err != nil {
				return nil, "", err
			}
			loader := strings.TrimRight(string(name), "\x00")
			content[strings.TrimPrefix(loader, "/")] = loader
		}
	}
	return content, architecture, linked(program, content)
}

// linked adds the libraries that a program or a library needs, and those that they need.
func linked(program *elf.File, content files) error {
	names, err := program.ImportedLibraries()
	if err != nil {
		return err
	}
	for _, name := range names {
		source, err := library(name, program.Machine)
		if err != nil {
			return err
		}
		target := strings.TrimPrefix(source, "/")
		if _, known := content[target]; known {
			continue
		}
		content[target] = source
		needed, err := elf.Open(source)
		if err != nil {
			return err
		}
		err = linked(needed, content)
		_ = needed.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// library finds one of the architecture.
func library(name string, machine elf.Machine) (string, error) {
	for _, dir := range libraries {
		source := filepath.Join(dir, name)
		if _, err := os.Stat(source); err != nil {
			continue
		}
		file, err := elf.Open(source)
		if err != nil {
			continue
		}
		fits := file.Machine == machine
		_ = file.Close()
		if fits {
			return source, nil
		}
	}
	return "", fmt.Errorf("the library %s, which Node.js needs, is in none of %s", name, strings.Join(libraries, ", "))
}
