package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What passes at once: small enough for an even flow, large enough to cost little.
const piece = 64 << 10

// upstream serves images from afar: an answer takes -delay, a new connection once more, and a body -rate a connection.
// Pulls come from any repository. It counts what it is asked for; GET /counts tells.
type upstream struct {
	manifests map[string]*image // by tag and digest
	blobs     map[string]*blob
	mu        sync.Mutex
	counts    map[string]int
}

type connection struct{}

func serve(address string, ims []*image) error {
	u := &upstream{manifests: map[string]*image{}, blobs: map[string]*blob{}, counts: map[string]int{}}
	for _, im := range ims {
		u.manifests[im.tag], u.manifests[im.digest] = im, im
		for _, b := range im.blobs {
			u.blobs[b.digest] = b
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "ready")
	server := &http.Server{Handler: u, ConnContext: func(c context.Context, _ net.Conn) context.Context {
		return context.WithValue(c, connection{}, new(atomic.Bool))
	}}
	return server.Serve(listener)
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/counts" {
		u.mu.Lock()
		defer u.mu.Unlock()
		json.NewEncoder(w).Encode(u.counts)
		return
	}
	path := strings.Split(r.URL.Path, "/")
	name := path[len(path)-1]
	u.mu.Lock()
	u.counts[r.Method+" "+name]++
	u.mu.Unlock()
	time.Sleep(*delay)
	if known := r.Context().Value(connection{}).(*atomic.Bool); known.CompareAndSwap(false, true) {
		time.Sleep(*delay)
	}
	b, im := u.blobs[name], u.manifests[name]
	switch {
	case r.URL.Path == "/v2/":
		w.WriteHeader(200)
	case im != nil && path[len(path)-2] == "manifests":
		w.Header().Set("Content-Type", mtManifest)
		w.Header().Set("Docker-Content-Digest", im.digest)
		w.Header().Set("Content-Length", fmt.Sprint(len(im.manifest)))
		w.Write(im.manifest)
	case b != nil && path[len(path)-2] == "blobs":
		w.Header().Set("Docker-Content-Digest", b.digest)
		w.Header().Set("Content-Length", fmt.Sprint(b.size))
		if r.Method == "GET" {
			slowly(w, b.open(0, b.size))
		}
	default:
		http.NotFound(w, r)
	}
}

func slowly(w io.Writer, body io.ReadCloser) {
	defer body.Close()
	buf := make([]byte, piece)
	began, sent := time.Now(), 0
	for {
		n, err := io.ReadFull(body, buf)
		if *rate > 0 {
			time.Sleep(time.Until(began.Add(time.Duration(float64(sent) / float64(*rate) * float64(time.Second)))))
		}
		sent += n
		if _, failed := w.Write(buf[:n]); failed != nil || err != nil {
			return
		}
	}
}
