// Package config reads what a process must know to start from named sources:
// the environment, func-go's ./cfg file and the secret store. One call fills
// one struct, and one error names everything that is wrong at once.
package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"

	"github.com/kelseyhightower/envconfig"
)

// A Source answers for the variables it knows. Lookup returns false for a name
// it does not have, and an error only when it could not look (a secret store
// that does not answer): such a failure may pass, so Load reports it apart.
type Source interface {
	Lookup(ctx context.Context, name string) (value string, found bool, err error)
}

// Map is a source of fixed values: the map that func-go passes to Start (the
// lines of ./cfg, overlaid by the environment), or a test's.
type Map map[string]string

// Lookup finds name in the map.
func (m Map) Lookup(_ context.Context, name string) (string, bool, error) {
	value, found := m[name]
	return value, found, nil
}

// Environment is the source of the process environment.
type Environment struct{}

// Lookup finds name in the process environment.
func (Environment) Lookup(_ context.Context, name string) (string, bool, error) {
	value, found := os.LookupEnv(name)
	return value, found, nil
}

// secretsOnly marks the sources that Secrets wraps.
type secretsOnly struct{ Source }

// Secrets limits a source to the fields tagged `secret:"true"`, so that a
// process asks its secret store for nothing else.
func Secrets(source Source) Source { return secretsOnly{source} }

// A validator checks what a type cannot say alone; the names are variables.
type validator interface {
	Validate() map[string]error
}

// Load fills the struct that spec points to. Each field names its variable in
// the tag `envconfig`; `default`, `required:"true"` and `secret:"true"` mean
// what they say, and embedded structs are filled too. The first source that has
// a non-empty value wins, so the environment goes first. Values are parsed by
// envconfig's rules. If spec has Validate() map[string]error, its findings are
// reported as well.
//
// The error is an *Error that names every variable which is missing, invalid or
// required and could not be looked up; the value of a secret is never in it. A variable
// that may be absent is, where its source does not answer: a process that was given all
// it needs starts without a secret store.
func Load(ctx context.Context, spec any, sources ...Source) error {
	target := reflect.ValueOf(spec)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		return errors.New("config: Load needs a pointer to a struct")
	}
	problems := &Error{}
	loadStruct(ctx, target.Elem(), sources, problems)
	if v, ok := spec.(validator); ok {
		for name, err := range v.Validate() {
			problems.addInvalid(name, err)
		}
	}
	return problems.orNil()
}

func loadStruct(ctx context.Context, target reflect.Value, sources []Source, problems *Error) {
	for i := range target.NumField() {
		field := target.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			loadStruct(ctx, target.Field(i), sources, problems)
			continue
		}
		if name := field.Tag.Get("envconfig"); name != "" {
			loadField(ctx, name, field, target.Field(i), sources, problems)
		}
	}
}

func loadField(ctx context.Context, name string, field reflect.StructField, target reflect.Value, sources []Source, problems *Error) {
	secret := field.Tag.Get("secret") == "true"
	value, err := find(ctx, name, secret, sources)
	if err != nil && field.Tag.Get("required") == "true" {
		problems.addUnavailable(name, err)
		return
	}
	if value == "" {
		value = field.Tag.Get("default")
	}
	switch {
	case value == "" && field.Tag.Get("required") == "true":
		problems.addMissing(name)
	case value == "":
	case secret:
		// A secret is text as it stands; it must not pass through parse, which
		// keeps what it is given.
		target.SetString(value)
	default:
		if err := parse(field, value, target); err != nil {
			problems.addInvalid(name, err)
		}
	}
}

func find(ctx context.Context, name string, secret bool, sources []Source) (string, error) {
	for _, source := range sources {
		if _, limited := source.(secretsOnly); limited && !secret {
			continue
		}
		value, found, err := source.Lookup(ctx, name)
		if err != nil {
			return "", err
		}
		if found && value != "" {
			return value, nil
		}
	}
	return "", nil
}

// unsetPrefix begins names that no environment has: parse gives envconfig its
// value as the default of such a name.
const unsetPrefix = "NUDGE_CONFIG_UNSET"

// parse lets envconfig convert one value. envconfig alone reads the process
// environment only and stops at its first error; field by field it serves any
// source, and every error is found.
func parse(field reflect.StructField, value string, target reflect.Value) error {
	one := reflect.New(reflect.StructOf([]reflect.StructField{{
		Name: field.Name,
		Type: field.Type,
		Tag:  reflect.StructTag("default:" + strconv.Quote(value)),
	}}))
	err := envconfig.Process(unsetPrefix, one.Interface())
	if failed, ok := errors.AsType[*envconfig.ParseError](err); ok {
		return fmt.Errorf("%q is no %s: %w", value, field.Type, failed.Err)
	}
	if err != nil {
		return err
	}
	target.Set(one.Elem().Field(0))
	return nil
}
