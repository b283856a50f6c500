// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Store keeps authorities, certificates and keys as PEM files in one folder,
// NAME.crt beside NAME.key. What exists is kept, so that every call is safe to repeat.
type Store struct {
	dir string
}

// Open returns the store in dir, which is created if need be.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("creating the folder of certificates: %w", err)
	}
	return &Store{dir: dir}, nil
}

// Certificate is the path of the certificate called name.
func (s *Store) Certificate(name string) string { return filepath.Join(s.dir, name+".crt") }

// Key is the path of the private key called name.
func (s *Store) Key(name string) string { return filepath.Join(s.dir, name+".key") }

// Public is the path of the public key called name.
func (s *Store) Public(name string) string { return filepath.Join(s.dir, name+".pub") }

// Authority creates the certificate authority called name, unless it exists.
func (s *Store) Authority(name string) error {
	if exists, err := s.has(s.Certificate(name)); err != nil || exists {
		return err
	}
	created, err := newAuthority(name)
	if err != nil {
		return fmt.Errorf("creating the authority %s: %w", name, err)
	}
	return s.save(name, created.certificate, created.key)
}

// Issue signs a certificate called name by the named authority, unless it exists.
func (s *Store) Issue(authorityName, name string, request Request) error {
	if exists, err := s.has(s.Certificate(name)); err != nil || exists {
		return err
	}
	signer, err := s.load(authorityName)
	if err != nil {
		return fmt.Errorf("issuing %s: %w", name, err)
	}
	key, err := newKey()
	if err != nil {
		return fmt.Errorf("issuing %s: %w", name, err)
	}
	certificate, err := signer.issue(request, key.Public())
	if err != nil {
		return fmt.Errorf("issuing %s: %w", name, err)
	}
	return s.save(name, certificate, key)
}

// KeyPair creates a key and its public half called name, unless they exist. It
// is for signing service accounts' tokens, where no certificate is involved.
func (s *Store) KeyPair(name string) error {
	if exists, err := s.has(s.Public(name)); err != nil || exists {
		return err
	}
	key, err := newKey()
	if err != nil {
		return fmt.Errorf("creating the key pair %s: %w", name, err)
	}
	private, err := encodeKey(key)
	if err != nil {
		return err
	}
	public, err := encodePublic(key.Public())
	if err != nil {
		return err
	}
	if err := s.write(s.Key(name), private); err != nil {
		return err
	}
	return s.write(s.Public(name), public)
}

func (s *Store) load(name string) (authority, error) {
	pair, err := tls.LoadX509KeyPair(s.Certificate(name), s.Key(name))
	if err != nil {
		return authority{}, fmt.Errorf("loading the authority %s: %w", name, err)
	}
	key, isSigner := pair.PrivateKey.(crypto.Signer)
	if !isSigner {
		return authority{}, fmt.Errorf("loading the authority %s: its key cannot sign", name)
	}
	return authority{certificate: pair.Leaf, key: key}, nil
}

func (s *Store) save(name string, certificate *x509.Certificate, key crypto.Signer) error {
	encoded, err := encodeKey(key)
	if err != nil {
		return err
	}
	// The key first: a certificate that exists then always has its key.
	if err := s.write(s.Key(name), encoded); err != nil {
		return err
	}
	return s.write(s.Certificate(name), encodeCertificate(certificate))
}

func (s *Store) write(path string, content []byte) error {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return nil
}

func (s *Store) has(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
