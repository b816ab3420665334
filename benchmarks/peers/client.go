// The part of the load that h2load cannot make: handshakes, one after the other; a client that
// asks at a steady rate; connections that are held. Prints one JSON object.
//
//	client handshakes 127.0.0.1:8443 tls13 4 2s nothing     four at a time, for two seconds
//	client resumptions 127.0.0.1:8443 tls13 4 2s request    each resumes the session of the one before, and asks
//	client steady 127.0.0.1:8443 200 5s             on one connection, 200 requests a second
//	client hold 127.0.0.1:8443 10000                until standard input ends
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// How long a server may take to accept and answer a connection that is to be held.
const patience = 20 * time.Second

const request = "GET /hello HTTP/1.1\r\nHost: localhost\r\n"

func main() {
	address := os.Args[2]
	switch os.Args[1] {
	case "handshakes", "resumptions":
		number, err := strconv.Atoi(os.Args[4])
		check(err)
		visit := exchange
		if os.Args[6] == "nothing" {
			visit = greet
		}
		handshakes(address, os.Args[3], os.Args[1] == "resumptions", number, duration(os.Args[5]), visit)
	case "steady":
		rate, err := strconv.Atoi(os.Args[3])
		check(err)
		steady(address, rate, duration(os.Args[4]))
	case "hold":
		number, err := strconv.Atoi(os.Args[3])
		check(err)
		hold(address, number)
	}
}

func handshakes(address, version string, resume bool, workers int, length time.Duration,
	visit func(string, *tls.Config) (bool, error)) {
	var done, resumed, failed int64
	until := time.Now().Add(length)
	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			config := configOf(version)
			if resume {
				config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
				// The first is a full one, and is not counted.
				visit(address, config)
			}
			for time.Now().Before(until) {
				again, err := visit(address, config)
				if err != nil {
					atomic.AddInt64(&failed, 1)
					continue
				}
				atomic.AddInt64(&done, 1)
				if again {
					atomic.AddInt64(&resumed, 1)
				}
			}
		}()
	}
	start := time.Now()
	group.Wait()
	print(map[string]interface{}{"done": done, "resumed": resumed, "failed": failed,
		"seconds": time.Since(start).Seconds()})
}

// One connection that closes after the handshake, and waits until the server has closed it, too: its
// part of the handshake is done then.
func greet(address string, config *tls.Config) (bool, error) {
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 20 * time.Second}, "tcp", address, config)
	if err != nil {
		return false, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	if err := connection.CloseWrite(); err != nil {
		return false, err
	}
	_, err = io.Copy(io.Discard, connection)
	return connection.ConnectionState().DidResume, err
}

// One connection with one request; tells whether the session was resumed.
func exchange(address string, config *tls.Config) (bool, error) {
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 20 * time.Second}, "tcp", address, config)
	if err != nil {
		return false, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(connection, request+"Connection: close\r\n\r\n"); err != nil {
		return false, err
	}
	return connection.ConnectionState().DidResume, answer(bufio.NewReader(connection))
}

func steady(address string, rate int, length time.Duration) {
	connection, err := tls.Dial("tcp", address, configOf("tls13"))
	check(err)
	defer connection.Close()
	reader := bufio.NewReader(connection)
	var times []float64
	interval := time.Second / time.Duration(rate)
	start := time.Now()
	for due := start; due.Before(start.Add(length)); due = due.Add(interval) {
		time.Sleep(time.Until(due))
		// From the moment it was due: who waits for an answer does not ask the next one earlier.
		_, err := io.WriteString(connection, request+"\r\n")
		check(err)
		check(answer(reader))
		times = append(times, float64(time.Since(due).Microseconds())/1000)
	}
	sort.Float64s(times)
	print(map[string]interface{}{"requests": len(times), "p50": times[len(times)/2],
		"p99": times[len(times)*99/100], "max": times[len(times)-1]})
}

func hold(address string, number int) {
	config := configOf("tls13")
	connections := make([]*tls.Conn, number)
	var next int64 = -1
	var held int64
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for index := atomic.AddInt64(&next, 1); index < int64(number); index = atomic.AddInt64(&next, 1) {
				// A server out of memory may accept and say nothing.
				connection, err := tls.DialWithDialer(&net.Dialer{Timeout: patience}, "tcp", address, config)
				if err == nil {
					connection.SetDeadline(time.Now().Add(patience))
					_, err = io.WriteString(connection, request+"\r\n")
				}
				if err == nil {
					err = answer(bufio.NewReader(connection))
				}
				if err != nil {
					return
				}
				connection.SetDeadline(time.Time{})
				connections[index] = connection
				atomic.AddInt64(&held, 1)
			}
		}()
	}
	group.Wait()
	print(map[string]interface{}{"held": held})
	io.Copy(io.Discard, os.Stdin)
}

func answer(reader *bufio.Reader) error {
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func configOf(version string) *tls.Config {
	config := &tls.Config{InsecureSkipVerify: true, ServerName: "localhost",
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}}
	if version == "tls12" {
		config.MaxVersion = tls.VersionTLS12
	} else {
		config.MinVersion = tls.VersionTLS13
	}
	return config
}

func duration(text string) time.Duration {
	length, err := time.ParseDuration(text)
	check(err)
	return length
}

func print(result map[string]interface{}) {
	check(json.NewEncoder(os.Stdout).Encode(result))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
