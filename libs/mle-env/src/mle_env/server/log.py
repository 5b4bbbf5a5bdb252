"""The beginning and the end of what a job prints."""


class BoundedLog:
    """Keeps at most `most` bytes, half of them from the beginning; `seen` counts all."""

    def __init__(self, most: int) -> None:
        self.seen = 0
        self._most = most
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, chunk: bytes) -> None:
        """Takes what was printed next."""
        self.seen += len(chunk)
        room = self._most // 2 - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: max(0, len(self._tail) - self._most // 2)]

    def text(self) -> bytes:
        """What was kept, with a line that says how much was not."""
        dropped = self.seen - len(self._head) - len(self._tail)
        return bytes(self._head) + (f"\n[{dropped} bytes left out]\n".encode() if dropped > 0 else b"") + bytes(self._tail)
