"""A web server on a free port that gives files as well, or as badly, as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What is served may be changed at any time; ``cuts`` and ``refusals`` are used up one a request."""

    files: dict[str, bytes]
    url: str = ""
    ranges: bool = True
    version: str = '"1"'
    cuts: list[int] = field(default_factory=list)
    """Bytes after which a connection breaks."""
    stalls: list[int] = field(default_factory=list)
    """Bytes after which nothing more comes."""
    refusals: list[int] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The path and the range of every request."""
    closing: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def open(self) -> Iterator[FileServer]:
        """Listen."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = False  # so that closing waits for those that still answer
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        serve = self._serve

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                serve(self)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append((request.path, asked))
        content = self.files.get(request.path)
        if self.refusals or content is None:
            request.send_error(self.refusals.pop(0) if self.refusals else 404)
            return
        fresh = request.headers.get("If-Range", self.version) == self.version
        start = int(asked[6:-1]) if asked and self.ranges and fresh else 0
        if start >= len(content) > 0:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(content)}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.send_header("ETag", self.version)
        request.end_headers()
        self._send(request, content[start:])

    def _send(self, request: BaseHTTPRequestHandler, content: bytes) -> None:
        if self.stalls:
            request.wfile.write(content[: self.stalls.pop(0)])
            self.closing.wait()
        elif self.cuts:
            request.wfile.write(content[: self.cuts.pop(0)])
        else:
            request.wfile.write(content)
