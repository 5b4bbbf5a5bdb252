"""The one way into a server that listens: whoever comes must show the token whose digest the server was given.

A visitor sends a line with a number of its own; the server shows by it that it has the digest, so that nobody gives data to
another server at the same address; then the visitor sends a line with the token and a name of its own. Nothing else is
read before that. Who was followed by one of another name does not come in again: two who both want the last word would
throw each other out for ever.
"""

import hashlib
import hmac
import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

GREETING = b"mle-smith/1 "
LONGEST_LINE = 256
MOST_VISITORS = 16
#: How long a visitor may take to show the token, and one who is let in to send or take something, in seconds.
PATIENCE, STALL = 10, 60
BLOCK = 1 << 20


class Cut(Exception):
    """The connection ended and was dropped, or another one took its place."""


class Over(Exception):
    """Nobody came, or the life of the server is over."""


class Visitor:
    """A connection that has not shown the token."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.came = time.monotonic()
        self.said = b""
        self.greeted = False


class Door:
    """A listener and at most one connection that was let in; a later one takes the place of an earlier one."""

    def __init__(self, listener: socket.socket, digest: str, welcome: Callable[[], bytes], ends: float) -> None:
        self.ends = ends
        self._listener = listener
        self._digest = digest
        self._welcome = welcome
        self._visitors: dict[int, Visitor] = {}
        self._host: socket.socket | None = None
        self._holder = b""
        self._followed: set[bytes] = set()
        self._read = bytearray()
        listener.setblocking(False)

    # What the loop that waits for a job sees.

    def descriptors(self) -> set[int]:
        """The listener, and everybody who is connected."""
        return {self._listener.fileno(), *self._visitors, *([self._host.fileno()] if self._host else [])}

    def look(self, ready: set[int], _confined: bool) -> None:
        """Lets in who shows the token. The host says nothing now: what comes from it is its end."""
        host = self._host
        if host is not None and host.fileno() in ready:
            self.drop()
        self._see_to(ready)

    # What speaks with the host.

    def admit(self, patience: float) -> None:
        """Waits until somebody was let in. Throws `Over`."""
        until = min(self.ends, time.monotonic() + patience)
        while self._host is None:
            self._wait(until, set())

    def drop(self) -> None:
        """Ends the connection that was let in."""
        if self._host is not None:
            self._host.close()
        self._host = None
        self._read.clear()

    def line(self, most: int, stall: float | None = None) -> bytes:
        """The next line of the host without its end. Throws `Cut`, `Over`. `stall`: seconds without a byte that are waited for."""
        searched = 0
        while (end := self._read.find(b"\n", searched)) < 0:
            if len(self._read) > most:
                self._cut()
            searched = len(self._read)
            self._more(stall)
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return line

    def copy(self, count: int, target: int) -> None:
        """Writes the next `count` bytes of the host to a file. Throws `Cut`, `Over`, and what the disk says."""
        while count > 0:
            if not self._read:
                self._more(STALL)
            piece = self._read[:count]
            count -= len(piece)
            del self._read[: len(piece)]
            view = memoryview(piece)
            while view:
                view = view[os.write(target, view) :]

    def send(self, data: bytes) -> None:
        """Sends every byte. Throws `Cut`, `Over`."""
        view = memoryview(data)
        while view:
            host = self._wait_for_host(STALL, writing=True)
            try:
                view = view[host.send(view[:BLOCK], socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError:
                self._cut()

    def _cut(self) -> NoReturn:
        self.drop()
        raise Cut

    def _more(self, stall: float | None) -> None:
        host = self._wait_for_host(stall, writing=False)
        try:
            chunk = host.recv(BLOCK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            self._cut()
        if not chunk:
            self._cut()
        self._read += chunk

    def _wait_for_host(self, stall: float | None, writing: bool) -> socket.socket:
        host = self._host
        if host is None:
            raise Cut
        until = self.ends if stall is None else min(self.ends, time.monotonic() + stall)
        while True:
            try:
                ready = self._wait(until, {host.fileno()}, writing)
            except Over:
                if until >= self.ends:
                    raise
                self._cut()
            if self._host is not host:
                raise Cut
            if ready:
                return host

    def _wait(self, until: float, wanted: set[int], writing: bool = False) -> bool:
        """Waits until something happened and sees to visitors; whether one of `wanted` is ready. Throws `Over`."""
        others = {self._listener.fileno(), *self._visitors}
        left = until - time.monotonic()
        if left <= 0:
            raise Over
        readable, writable, _ = select.select(others if writing else others | wanted, wanted if writing else [], [], left)
        self._see_to(set(readable))
        return bool(wanted & {*readable, *writable})

    def _see_to(self, ready: set[int]) -> None:
        for descriptor in ready & set(self._visitors):
            self._hear(descriptor)
        if self._listener.fileno() in ready:
            self._accept()
        for descriptor, visitor in list(self._visitors.items()):
            if time.monotonic() - visitor.came > PATIENCE:
                self._dismiss(descriptor)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        if len(self._visitors) >= MOST_VISITORS:
            self._dismiss(next(iter(self._visitors)))
        self._visitors[connection.fileno()] = Visitor(connection)

    def _dismiss(self, descriptor: int) -> None:
        self._visitors.pop(descriptor).connection.close()

    def _hear(self, descriptor: int) -> None:
        visitor = self._visitors[descriptor]
        try:
            chunk = visitor.connection.recv(LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        visitor.said += chunk
        line, end, rest = visitor.said.partition(b"\n")
        if end == b"" and chunk != b"" and len(line) <= LONGEST_LINE:
            return
        if end == b"" or rest != b"":
            self._dismiss(descriptor)
        elif not visitor.greeted:
            self._greet(descriptor, visitor, line)
        elif hmac.compare_digest(hashlib.sha256(line.partition(b" ")[0]).hexdigest(), self._digest):
            self._let_in(descriptor, line.partition(b" ")[2])
        else:
            self._dismiss(descriptor)

    def _greet(self, descriptor: int, visitor: Visitor, line: bytes) -> None:
        visitor.said, visitor.greeted = b"", True
        proof = hmac.digest(self._digest.encode(), line, "sha256").hex().encode()
        try:
            # Into an empty buffer: it takes so little at once.
            sent = line.startswith(GREETING) and visitor.connection.send(proof + b"\n", socket.MSG_NOSIGNAL)
        except OSError:
            sent = False
        if not sent:
            self._dismiss(descriptor)

    def _let_in(self, descriptor: int, holder: bytes) -> None:
        connection = self._visitors[descriptor].connection
        if holder in self._followed:
            with suppress(OSError):
                connection.send(b'{"state": "taken"}\n', socket.MSG_NOSIGNAL)
            self._dismiss(descriptor)
            return
        del self._visitors[descriptor]
        if self._holder not in (b"", holder):
            self._followed.add(self._holder)
        self._holder = holder
        for option, value in ((socket.TCP_KEEPIDLE, 20), (socket.TCP_KEEPINTVL, 10), (socket.TCP_KEEPCNT, 3), (socket.TCP_NODELAY, 1)):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.drop()
        self._host = connection
        try:
            connection.send(self._welcome(), socket.MSG_NOSIGNAL)
        except OSError:
            self.drop()
