"""A Google of our own: the script and the siteverify of reCAPTCHA, over TLS, kind and unkind."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dev.services import free_port

HOST = "127.0.0.1"
# What api.js does, as far as our page can tell: a box that, ticked, fills the field that the form posts.
SCRIPT = b"""
for (const place of document.querySelectorAll(".g-recaptcha")) {
    const box = document.createElement("input");
    const label = document.createElement("label");
    const answer = document.createElement("textarea");
    box.type = "checkbox";
    label.append(box, " Jag ar inte en robot");
    answer.name = "g-recaptcha-response";
    answer.hidden = true;
    box.addEventListener("change", () => { answer.value = box.checked ? "solved-" + place.dataset.sitekey : ""; });
    place.append(label, answer);
}
"""


class Answer(Enum):
    """What siteverify says; the value is status and body."""

    SUCCESS = (200, b'{"success": true, "hostname": "localhost"}')
    FAILURE = (200, b'{"success": false, "error-codes": ["invalid-input-response"]}')
    NONSENSE = (200, b"<!doctype html><title>Hotel Wi-Fi</title>")
    OTHER_JSON = (200, b"[]")
    ERROR = (500, b"oops")
    SILENCE = (0, b"")


@dataclass
class Google:
    """Listens from `start` to `stop`; `asked` holds the paths, `verified` the fields that siteverify got."""

    folder: Path
    port: int = field(default_factory=free_port)
    answer: Answer = Answer.SUCCESS
    asked: list[str] = field(default_factory=list)
    verified: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.certificate = self.folder / "google.pem"
        self._stopped = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        _write_certificate(self.certificate)

    @property
    def domain(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process of ours needs to use this Google instead of the other one."""
        return {
            "CAPTCHA_PROVIDER": "recaptcha",
            "RECAPTCHA_PUBLIC_KEY": "site-key",
            "RECAPTCHA_PRIVATE_KEY": "secret-key",
            "RECAPTCHA_DOMAIN": self.domain,
            "SSL_CERT_FILE": str(self.certificate),
        }

    def start(self) -> None:
        self._stopped.clear()
        server = ThreadingHTTPServer((HOST, self.port), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._server = server

    def stop(self) -> None:
        self._stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def wait_until_stopped(self) -> None:
        self._stopped.wait(30)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        google = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                google.asked.append(self.path)
                self._send(200, SCRIPT, "text/javascript")

            def do_POST(self) -> None:
                google.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = parse_qs(body, keep_blank_values=True)
                google.verified.append({name: values[0] for name, values in fields.items()})
                if google.answer is Answer.SILENCE:
                    google.wait_until_stopped()
                    return
                status, body = google.answer.value
                self._send(status, body, "application/json")

            def _send(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                """Say nothing on the terminal."""

        return Handler


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
