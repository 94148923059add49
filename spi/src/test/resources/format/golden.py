#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden files of version 1 of the chunk format, from its description in spi/README.md.

Not with the implementation under test: needs nothing of it, but Python 3 and, for the AES file, the
package "cryptography". The files are part of the repository and are never made again: a reader of
version 1 must read these very bytes. To see that they are what this says:

    python3 spi/src/test/resources/format/golden.py --check
"""
import hashlib
import hmac
import os
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = os.path.dirname(os.path.abspath(__file__))
LAYERS, KV_HEADS, HEAD_SIZE, CHUNK_TOKENS = 2, 1, 2, 32
ROW = KV_HEADS * HEAD_SIZE * 4  # F32
FINGERPRINT = bytes(range(32))
CREATED = 1_764_000_000_123
TOKENS = [7 * i * i + 3 for i in range(CHUNK_TOKENS)]
SECRET = bytes(range(100, 132))
NONCE = bytes(range(200, 212))
TAIL, REFERENCE, CRC32C = 1, 2, 1 << 8
NONE, AES_256_GCM, HMAC_SHA_256 = 0, 1, 2


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def u32s(numbers):
    return struct.pack("<%dI" % len(numbers), *numbers)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


ROOT = sha256(b"terrace/key/1", FINGERPRINT, bytes(32))
FULL_KEY = sha256(ROOT, u32s([CHUNK_TOKENS]), u32s(TOKENS))
TAIL_KEY = sha256(b"terrace/tail/1", ROOT, u32s(TOKENS[:16]))


def payload(positions):
    """[layer][K|V][positions][kvLength]; only the floats of a page that has all positions."""
    rows = b""
    for plane in range(2 * LAYERS):
        for position in range(positions):
            for element in range(KV_HEADS * HEAD_SIZE):
                rows += struct.pack("<f", plane * 100 + position + element / 4)
    return rows


def header(flags, key, positions, raw, stored, checksum=None, protection=NONE, secret_id=bytes(16),
           nonce=bytes(12), tag=bytes(16), parameters=bytes(40), tokens=None):
    tokens = u32s(TOKENS[:positions]) if tokens is None else tokens
    fixed = b"".join([
        b"TRRC",
        struct.pack("<HHI", 1, 1, flags | CRC32C if checksum is not None else flags),
        struct.pack("<I", 0),
        key, ROOT, FINGERPRINT,
        struct.pack("<5I", LAYERS, KV_HEADS, HEAD_SIZE, CHUNK_TOKENS, positions),
        struct.pack("<4B", 0, 0, protection, 0),
        struct.pack("<4Q", raw, stored, checksum or 0, CREATED),
        secret_id, nonce, tag, parameters,
        struct.pack("<I", positions),
    ])
    assert len(fixed) == 256
    return (fixed + tokens).ljust(4096, b"\0")


def sealed(head):
    return head[:12] + struct.pack("<I", crc32c(head)) + head[16:]


def plain(flags, key, positions, body, parameters=bytes(40)):
    return sealed(header(flags, key, positions, len(body), len(body), crc32c(body),
                         parameters=parameters)) + body


def with_mac():
    body = payload(CHUNK_TOKENS)
    size = len(body)
    secret_id = sha256(b"terrace/secret-id/1", SECRET)[:16]
    mac_key = hmac_sha256(SECRET, b"terrace/mac/1")
    fields = dict(protection=HMAC_SHA_256, secret_id=secret_id)
    tag = hmac_sha256(mac_key, header(0, FULL_KEY, CHUNK_TOKENS, size, size, **fields), body)[:16]
    return sealed(header(0, FULL_KEY, CHUNK_TOKENS, size, size, tag=tag, **fields)) + body


def with_aes():
    body = payload(CHUNK_TOKENS)
    size = len(body)
    secret_id = sha256(b"terrace/secret-id/1", SECRET)[:16]
    cipher_key = hmac_sha256(SECRET, b"terrace/cipher/1")
    token_key = hmac_sha256(SECRET, b"terrace/tokens/1")
    counter = Cipher(algorithms.AES(token_key), modes.CTR(NONCE + bytes(4))).encryptor()
    tokens = counter.update(u32s(TOKENS)) + counter.finalize()
    fields = dict(protection=AES_256_GCM, secret_id=secret_id, nonce=NONCE, tokens=tokens)
    associated = header(0, FULL_KEY, CHUNK_TOKENS, size, size, **fields)
    stored = AESGCM(cipher_key).encrypt(NONCE, body, sha256(associated))
    return sealed(header(0, FULL_KEY, CHUNK_TOKENS, size, size, tag=stored[-16:],
                         **fields)) + stored[:-16]


FILES = {
    "v1-full.chunk": lambda: plain(0, FULL_KEY, CHUNK_TOKENS, payload(CHUNK_TOKENS)),
    "v1-tail.chunk": lambda: plain(TAIL, TAIL_KEY, 20, payload(20)),
    "v1-reference.chunk": lambda: plain(REFERENCE, TAIL_KEY, CHUNK_TOKENS, b"",
                                        FULL_KEY.ljust(40, b"\0")),
    "v1-mac.chunk": with_mac,
    "v1-aes.chunk": with_aes,
}

for name, make in FILES.items():
    path = os.path.join(FOLDER, name)
    if "--check" in sys.argv:
        with open(path, "rb") as file:
            same = file.read() == make()
        print(name, "is what this makes" if same else "DIFFERS")
    else:
        with open(path, "wb") as file:
            file.write(make())
