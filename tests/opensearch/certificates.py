"""Certificates for tests, made with the command openssl: an authority, and the servers that it vouches for."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from tests.opensearch.jars import Missing

# Nothing is left to the system's own file; with these sections Python 3.13's stricter verification is content.
_CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {alternatives}
"""
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256")


@dataclass(frozen=True)
class Authority:
    """A certificate authority: what clients trust, and what issues."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """What a client is told to trust, as PEM."""
        return self.folder / "authority.pem"

    def issue(self, *names: str) -> ssl.SSLContext:
        """What a server of these names or IP addresses shows to its clients."""
        alternatives = ",".join(f"{'IP' if _is_address(name) else 'DNS'}:{name}" for name in names)
        stem = self.folder / names[0]
        configuration = _write_configuration(stem.with_name(f"{names[0]}.cnf"), names[0], alternatives)
        key, asked, certificate = (stem.with_name(f"{names[0]}.{kind}") for kind in ("key", "csr", "pem"))
        _openssl("req", "-new", *_NEW_KEY, "-config", configuration, "-keyout", key, "-out", asked)
        _openssl(
            *("x509", "-req", "-in", asked, "-out", certificate, "-days", "2", "-sha256"),
            *("-CA", self.certificate, "-CAkey", self.folder / "authority.key", "-CAcreateserial"),
            *("-extfile", configuration, "-extensions", "server"),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def build_authority(folder: Path) -> Authority:
    """A new authority, whose files are in a folder. Raises Missing where there is no openssl."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(folder)
    configuration = _write_configuration(folder / "authority.cnf", "Authority of tests", "DNS:unused")
    _openssl(
        *("req", "-x509", "-days", "2", *_NEW_KEY, "-config", configuration, "-extensions", "authority"),
        *("-keyout", folder / "authority.key", "-out", authority.certificate),
    )
    return authority


def _write_configuration(path: Path, name: str, alternatives: str) -> Path:
    path.write_text(_CONFIGURATION.format(name=name, alternatives=alternatives), "utf-8")
    return path


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _openssl(*arguments: str | Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise Missing("no openssl on PATH")
    subprocess.run([program, *arguments], capture_output=True, timeout=60, check=True)
