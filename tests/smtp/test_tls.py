"""TLS towards the client and towards the next hop."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.smtp.dialogue import HELLO, MAIL, SENDS, TAKES, a_stage, closed, expect, perform, until

EHLO_OVER_TLS = "C: EHLO c\nS: 250-gk.example\n" + "S: 250-...\n" * 5 + "S: 250 ENHANCEDSTATUSCODES\n"
BEFORE_TLS = "S: 220 ...\nC: EHLO c\nS: 250-gk.example\n" + "S: 250-...\n" * 6 + "S: 250 STARTTLS\n"


def a_certificate(folder: Path, name: str) -> Path:
    """Key and self-signed certificate in one file, for a host name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_certificate(tmp_path_factory.mktemp("tls"), "mail.example")


# --- towards the client -----------------------------------------------------------------------------------------------


async def secured(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    await writer.start_tls(context, server_hostname="mail.example")


async def test_a_message_comes_in_over_tls(certificate: Path) -> None:
    async with a_stage(TAKES, certificate_file=str(certificate)) as stage:
        reader, writer = await stage.connect()
        await perform("C", BEFORE_TLS + "C: STARTTLS\nS: 220 2.0.0 ...", reader, writer)
        await secured(reader, writer, certificate)
        await perform("C", "C: MAIL FROM:<a@b>\nS: 503 5.5.1 Say HELO ...\n" + EHLO_OVER_TLS, reader, writer)
        await perform("C", "C: STARTTLS\nS: 503 5.5.1 TLS ...", reader, writer)
        await perform(
            "C", SENDS[SENDS.index("C: HELO") :] + "S: 250 2.0.0 taken as 17\nC: QUIT\nS: 221 ...", reader, writer
        )
        writer.close()
    assert len(stage.gate.seen) == 1


async def test_nothing_said_before_the_handshake_counts_after_it(certificate: Path) -> None:
    async with a_stage(certificate_file=str(certificate)) as stage:
        await stage.talk("S: 220 ...\n" + r"C: STARTTLS\r\nEHLO evil\r\n" + "\nS: 554 5.5.0 ...\nS: <close>")
    async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok", certificate_file=str(certificate)) as stage:
        reader, writer = await stage.connect()
        await perform("C", SENDS.partition("C: DATA")[0] + "C: STARTTLS\nS: 220 2.0.0 ...", reader, writer)
        await secured(reader, writer, certificate)
        await perform("C", "C: DATA\nS: 503 ...\nC: MAIL FROM:<a@b>\nS: 503 5.5.1 Say HELO ...", reader, writer)
        writer.close()


async def test_a_handshake_that_fails_ends_the_conversation_quietly(certificate: Path) -> None:
    async with a_stage(certificate_file=str(certificate)) as stage:
        reader, writer = await stage.connect()
        await perform("C", "S: 220 ...\nC: STARTTLS\nS: 220 2.0.0 ...\nC: this is no handshake", reader, writer)
        await asyncio.wait_for(reader.read(), 3)
        writer.close()
        await stage.talk("S: 220 ...\nC: STARTTLS now\nS: 501 ...\nC: NOOP\nS: 250 ...")


async def test_a_client_that_leaves_during_the_handshake_is_forgotten(certificate: Path) -> None:
    async with a_stage(certificate_file=str(certificate), max_connections=1) as stage:
        reader, writer = await stage.connect()
        await perform("C", "S: 220 ...\nC: STARTTLS\nS: 220 2.0.0 ...", reader, writer)
        writer.transport.abort()
        await until(lambda: not stage.door.clients)
        await stage.talk("S: 220 ...\nC: NOOP\nS: 250 ...")


# --- towards the next hop ---------------------------------------------------------------------------------------------

OFFERS_TLS = (
    "S: 220 next.example\nC: EHLO gk.example\n" + r"S: 250-next.example\r\n250 STARTTLS\r\n" + "\nC: STARTTLS\n"
)


class TlsServer:
    """A next hop that plays one text before STARTTLS and another over TLS."""

    def __init__(self, certificate: Path, before: str, after: str) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate)
        self._before, self._after = before, after
        self.is_finished = False

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await perform("S", self._before, reader, writer)
            await writer.start_tls(self._context)
            await perform("S", self._after, reader, writer)
            self.is_finished = True
        except (ConnectionError, ssl.SSLError, AssertionError, asyncio.IncompleteReadError):
            self.is_finished = False
        finally:
            writer.close()


async def relay_over_tls(server: TlsServer, certificate: Path, *, name: str = "mail.example", answer: str) -> None:
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    options = {
        "next_hop_port": listening.sockets[0].getsockname()[1],
        "next_hop_tls": "required",
        "next_hop_tls_name": name,
        "next_hop_ca_file": str(certificate),
    }
    async with a_stage(check=False, **options) as stage:
        if answer.startswith("250"):
            await stage.talk(SENDS + f"S: {answer}")
        else:
            await stage.talk("S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b.example>\nS: " + answer)
    await closed(listening)


async def test_a_message_goes_out_over_required_tls(certificate: Path) -> None:
    server = TlsServer(certificate, OFFERS_TLS + "S: 220 go", TAKES.replace("S: 220 next.example ESMTP\n", ""))
    await relay_over_tls(server, certificate, answer="250 2.0.0 taken as 17")
    assert server.is_finished


async def test_the_wrong_name_or_an_unknown_issuer_is_try_again(certificate: Path, tmp_path: Path) -> None:
    server = TlsServer(certificate, OFFERS_TLS + "S: 220 go", TAKES)
    await relay_over_tls(server, certificate, name="other.example", answer="451 4.4.1 ...")
    await relay_over_tls(server, a_certificate(tmp_path, "mail.example"), answer="451 4.4.1 ...")


@pytest.mark.parametrize(
    "before",
    [
        HELLO,
        OFFERS_TLS + "S: 454 not now",
        OFFERS_TLS + r"S: 220 go\r\n250 injected\r\n",
        "S: 220 next.example\nC: EHLO gk.example\nS: 502 no\nC: HELO gk.example\nS: 250 ok",
    ],
)
async def test_where_tls_is_required_nothing_goes_in_the_clear(certificate: Path, before: str) -> None:
    await relay_over_tls(TlsServer(certificate, before, TAKES), certificate, answer="451 4.4.1 ...")


async def test_the_helper_of_these_tests_notices_a_wrong_answer() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"250 ok\r\n")
    with pytest.raises(AssertionError):
        await expect("550 no", reader)


def test_tls_works_the_same_on_uvloop(certificate: Path) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test_a_message_comes_in_over_tls(certificate))
        runner.run(test_nothing_said_before_the_handshake_counts_after_it(certificate))
        runner.run(test_a_message_goes_out_over_required_tls(certificate))
