#!/usr/bin/env python3
"""s3proxy.py: stands between a client and an S3 server, counts requests and spoils chosen ones.

  s3proxy.py PORT SERVER-PORT LOG      both on 127.0.0.1; ends on TERM

Requests pass byte for byte, the Host header among them: what the client signed stays valid. Each is one line in LOG when it is
over:  INDEX METHOD TARGET STATUS BYTES FAULT   (STATUS 0: none was sent; BYTES of the body; FAULT "-" for none).

What it is told to do comes over the same port, beneath a name that no bucket can have:
  GET /-/arm?fault=F&at=N&times=T      the log begins anew; requests N .. N+T-1 (from 0; T 1 unless told) meet fault F
  GET /-/arm                           the log begins anew, no fault
  GET /-/count                         how many requests were begun since
Faults: reset lost stall stall-body cut cut-reset short long garbage slow error-200 empty-list 403 404 429 500 503 expired skewed
lie. `lost` passes the request on and loses the answer; `lie` says 204 to a DELETE that it did not pass on.
"""
import re
import signal
import socket
import socketserver
import struct
import sys
import threading
import time
import urllib.parse

ERRORS = {  # fault: status, code, more headers
    "403": (403, "AccessDenied", ""),
    "404": (404, "NoSuchKey", ""),
    "429": (429, "TooManyRequests", "Retry-After: 1\r\n"),
    "500": (500, "InternalError", ""),
    "503": (503, "SlowDown", "Retry-After: 1\r\n"),
    "expired": (400, "ExpiredToken", ""),
    "skewed": (403, "RequestTimeTooSkewed", ""),
    "error-200": (200, "InternalError", ""),
}
BODY = {"stall-body", "cut", "cut-reset", "short", "long", "slow"}
FAULTS = set(ERRORS) | BODY | {"reset", "lost", "stall", "garbage", "empty-list", "lie"}
STALL = 120  # seconds, after which the connection is given up


class Plan:
    """What is to be spoilt, and the log of what came."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.path = path
        self.arm(None, 0, 0)

    def arm(self, fault, at, times):
        with self.lock:
            self.fault, self.at, self.times, self.next = fault, at, times, 0
            self.run = getattr(self, "run", 0) + 1
            open(self.path, "w").close()

    def begin(self):
        with self.lock:
            i = self.next
            self.next += 1
            return self.run, i, self.fault if self.fault and self.at <= i < self.at + self.times else None

    def end(self, run, index, words):
        with self.lock:
            if run == self.run:
                with open(self.path, "a") as f:
                    f.write(f"{index} {words}\n")


class Gone(Exception):
    """One side hung up."""


class Wire:
    """A socket read by lines and lengths."""

    def __init__(self, sock):
        self.sock, self.held = sock, b""

    def more(self):
        try:
            data = self.sock.recv(65536)
        except OSError as e:
            raise Gone from e
        if not data:
            raise Gone
        self.held += data

    def head(self):
        while b"\r\n\r\n" not in self.held:
            if len(self.held) > 1 << 20:
                raise Gone
            self.more()
        head, self.held = self.held.split(b"\r\n\r\n", 1)
        return head + b"\r\n\r\n"

    def line(self):
        while b"\r\n" not in self.held:
            self.more()
        line, self.held = self.held.split(b"\r\n", 1)
        return line + b"\r\n"

    def take(self, n):
        """At most N bytes, at least one."""
        if not self.held:
            self.more()
        data, self.held = self.held[:n], self.held[n:]
        return data

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError as e:
            raise Gone from e


def header(head, name):
    m = re.search(rb"^" + name + rb":[ \t]*([^\r\n]*)", head, re.I | re.M)
    return m and m.group(1)


def without(head, name):
    return re.sub(rb"^" + name + rb":[^\n]*\n", b"", head, flags=re.I | re.M)


def body(wire, head, bare=False):
    """The pieces of the body that HEAD promises, decoded where it is chunked and BARE."""
    if (header(head, b"transfer-encoding") or b"").lower() == b"chunked":
        while True:
            line = wire.line()
            n = int(line.split(b";")[0], 16)
            yield b"" if bare else line
            while n:
                piece = wire.take(n)
                n -= len(piece)
                yield piece
            end = wire.line()
            yield b"" if bare else end
            if line.split(b";")[0].strip(b"0\r\n") == b"":
                return
    else:
        n = int(header(head, b"content-length") or 0)
        while n:
            piece = wire.take(n)
            n -= len(piece)
            yield piece


def hard_close(sock):
    """Ends in a reset instead of a farewell."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def wait_for_end(sock):
    """Holds the line until the client gives up."""
    sock.settimeout(STALL)
    try:
        while sock.recv(65536):
            pass
    except OSError:
        pass


class Talk(socketserver.BaseRequestHandler):
    """One client's connection, and one of ours to the server beside it."""

    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client, self.server = Wire(self.request), None
        try:
            while self.one():
                pass
        except Gone:
            pass
        finally:
            if self.server:
                self.server.sock.close()

    def one(self):
        head = self.client.head()
        self.method, self.target = (w.decode("latin-1") for w in head.split(b" ", 2)[:2])
        if self.target.startswith("/-/"):
            return self.told()
        run, index, fault = plan.begin()
        self.status, self.sent = 0, 0
        if fault == "lie" and self.method != "DELETE":
            fault = None
        if fault == "empty-list" and "list-type=2" not in self.target:
            fault = None
        try:
            if b"100-continue" in (header(head, b"expect") or b"").lower():
                head = without(head, b"expect")
                self.client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            return self.spoilt(head, fault) if fault else self.passed(head)
        finally:
            plan.end(run, index, f"{self.method} {self.target} {self.status} {self.sent} {fault or '-'}")

    def told(self):
        url = urllib.parse.urlsplit(self.target)
        q = dict(urllib.parse.parse_qsl(url.query))
        said, status = "", 200
        if url.path == "/-/arm" and q.get("fault", "reset") in FAULTS:
            plan.arm(q.get("fault"), int(q.get("at", 0)), int(q.get("times", 1)))
        elif url.path == "/-/count":
            said = f"{plan.next}\n"
        else:
            said, status = "no such fault or call\n", 400
        self.client.send(f"HTTP/1.1 {status} Told\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())
        return True

    def ask(self, head):
        """Sends the request on; the head of the answer."""
        if not self.server:
            self.server = Wire(socket.create_connection(("127.0.0.1", server_port)))
            self.server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.send(head)
        for piece in body(self.client, head):
            self.server.send(piece)
        while True:
            answer = self.server.head()
            status = int(answer.split(b" ", 2)[1])
            if status != 100:
                return status, answer

    def drop_request(self, head):
        for _ in body(self.client, head):
            pass

    def has_body(self, status):
        return self.method != "HEAD" and status not in (204, 304)

    def passed(self, head):
        self.status, answer = self.ask(head)
        self.client.send(answer)
        if self.has_body(self.status):
            for piece in body(self.server, answer):
                self.client.send(piece)
                self.sent += len(piece)
        return (header(answer, b"connection") or b"").lower() != b"close"

    def say(self, status, content, more=""):
        self.status = status
        length = f"Content-Length: {len(content)}\r\n"
        self.client.send(f"HTTP/1.1 {status} Said\r\n{length}Content-Type: application/xml\r\n{more}\r\n".encode())
        if self.has_body(status):
            self.client.send(content)
            self.sent = len(content)
        return True

    def spoilt(self, head, fault):
        if fault in BODY:
            return self.spoilt_body(head, fault)
        if fault == "lost":
            status, answer = self.ask(head)
            if self.has_body(status):
                for _ in body(self.server, answer):
                    pass
        else:
            self.drop_request(head)
        if fault in ERRORS:
            status, code, more = ERRORS[fault]
            text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{fault}, by the proxy</Message></Error>'
            return self.say(status, text.encode(), more)
        if fault == "lie":
            return self.say(204, b"")
        if fault == "empty-list":
            return self.say(200, b'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                            b"<KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>")
        if fault == "garbage":
            self.client.send(b"\x16\x03\x01 this is no answer\r\n\r\n" + b"\0" * 64)
        elif fault == "stall":
            wait_for_end(self.request)
        if fault in ("reset", "lost"):
            hard_close(self.request)
        return False

    def spoilt_body(self, head, fault):
        self.status, answer = self.ask(head)
        full = b"".join(body(self.server, answer, True)) if self.has_body(self.status) else b""
        half = full[: len(full) // 2]
        said = {"short": half, "long": full + b"\n-- ten more\n"}.get(fault, full)
        answer = without(without(answer, b"transfer-encoding"), b"content-length")
        length = len(said) if self.has_body(self.status) else int(header(answer, b"content-length") or 0)
        answer = answer[:-2] + f"Content-Length: {length}\r\n\r\n".encode()
        self.client.send(answer)
        if fault == "slow":
            step = len(said) // 10 + 1
            for i in range(0, len(said), step):
                time.sleep(0.15)
                self.client.send(said[i : i + step])
        else:
            self.client.send(said if fault in ("short", "long") else half)
        self.sent = len(said if fault in ("short", "long", "slow") else half)
        if fault == "stall-body":
            wait_for_end(self.request)
        elif fault == "cut-reset":
            time.sleep(0.05)  # a reset drops what the client did not take yet
            hard_close(self.request)
        return fault in ("short", "long", "slow")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, Gone)):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    port, server_port = int(sys.argv[1]), int(sys.argv[2])
    plan = Plan(sys.argv[3])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Server(("127.0.0.1", port), Talk) as server:
        server.serve_forever()
