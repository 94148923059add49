#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the golden files of version 1 of the chunk format, from its description in spi/README.md.

Not with the implementation under test: needs nothing of it, but Python 3 and the packages
"cryptography", "zstandard" and "lz4". The files are part of the repository and are never made
again: a reader of version 1 must read these very bytes. To see that they are what this says:

    python3 spi/src/test/resources/format/golden.py --check

A compressor may choose other bytes for the same content, so that of a compressed file the check
takes the frame that is there, once it has seen what it decompresses to.
"""
import hashlib
import hmac
import math
import os
import struct
import sys

import lz4.block
import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = os.path.dirname(os.path.abspath(__file__))
LAYERS, KV_HEADS, HEAD_SIZE, CHUNK_TOKENS = 2, 1, 2, 32
FINGERPRINT = bytes(range(32))
CREATED = 1_764_000_000_123
TOKENS = [7 * i * i + 3 for i in range(CHUNK_TOKENS)]
SECRET = bytes(range(100, 132))
NONCE = bytes(range(200, 212))
TAIL, REFERENCE, CRC32C = 1, 2, 1 << 8
NONE, AES_256_GCM, HMAC_SHA_256 = 0, 1, 2
F32, BF16, F16, Q8 = 0, 1, 2, 3
RAW, ZSTD, LZ4 = 0, 1, 2
SMALL = (LAYERS, KV_HEADS, HEAD_SIZE, CHUNK_TOKENS)
WIDE = (1, 2, 10, CHUNK_TOKENS)  # enough channels for vectors, and some more


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
           nonce=bytes(12), tag=bytes(16), parameters=bytes(40), tokens=None, geometry=SMALL,
           data_type=F32, encoding=RAW):
    tokens = u32s(TOKENS[:positions]) if tokens is None else tokens
    fixed = b"".join([
        b"TRRC",
        struct.pack("<HHI", 1, 1, flags | CRC32C if checksum is not None else flags),
        struct.pack("<I", 0),
        key, ROOT, FINGERPRINT,
        struct.pack("<5I", *geometry, positions),
        struct.pack("<4B", data_type, encoding, protection, 0),
        struct.pack("<4Q", raw, stored, checksum or 0, CREATED),
        secret_id, nonce, tag, parameters,
        struct.pack("<I", positions),
    ])
    assert len(fixed) == 256
    return (fixed + tokens).ljust(4096, b"\0")


def sealed(head):
    return head[:12] + struct.pack("<I", crc32c(head)) + head[16:]


def plain(flags, key, positions, body, raw=None, **fields):
    return sealed(header(flags, key, positions, len(body) if raw is None else raw, len(body),
                         crc32c(body), **fields)) + body


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


# Encodings: bytes of equal significance together, then one frame or block.

def shuffled(raw, width):
    return b"".join(raw[i::width] for i in range(width))


def frame(encoding, content, name):
    """The frame in the file of that name, if the check finds one there; else a new one."""
    if "--check" in sys.argv:
        with open(os.path.join(FOLDER, name), "rb") as file:
            there = file.read()[4096:]
        if decompressed(encoding, there, len(content)) == content:
            return there
    if encoding == ZSTD:
        return zstandard.ZstdCompressor(level=3).compress(content)
    return lz4.block.compress(content, store_size=False)


def decompressed(encoding, stored, size):
    if encoding == ZSTD:
        return zstandard.ZstdDecompressor().decompress(stored, max_output_size=size)
    return lz4.block.decompress(stored, uncompressed_size=size)


def encoded(name, encoding, raw, width, **fields):
    body = frame(encoding, shuffled(raw, width), name)
    assert len(body) < len(raw), "a payload that does not get smaller is stored raw"
    return plain(0, FULL_KEY, CHUNK_TOKENS, body, len(raw), encoding=encoding, **fields)


# Elements, as the bits of a binary32. Everything below rounds as IEEE 754 does by default.

def bits(value):
    try:
        return struct.unpack("<I", struct.pack("<f", value))[0]
    except OverflowError:
        return 0x7F800000 if value > 0 else 0xFF800000


def value(number):
    return struct.unpack("<f", struct.pack("<I", number))[0]


def to_bf16(number):
    if math.isnan(value(number)):
        return number >> 16 | 0x40
    upper, rest = number >> 16, number & 0xFFFF
    up = rest > 0x8000 or (rest == 0x8000 and upper & 1)
    return upper + up


def to_f16(number):
    sign = number >> 16 & 0x8000
    if math.isnan(value(number)):
        return sign | 0x7E00
    try:
        return struct.unpack("<H", struct.pack("<e", value(number)))[0]
    except OverflowError:
        return sign | 0x7C00


def from_f16(number):
    half = struct.unpack("<e", struct.pack("<H", number))[0]
    return (number & 0x8000) << 16 | 0x7FC00000 if math.isnan(half) else bits(half)


def f32(number):
    """The binary32 nearest to a number."""
    return value(bits(number))


def q8_scale(column):
    finite = [abs(value(number)) for number in column if math.isfinite(value(number))]
    scale = f32(max(finite, default=0.0) / 127)
    return scale if scale >= 2.0 ** -126 else 0.0


def to_q8(number, scale):
    element = value(number)
    if scale == 0 or math.isnan(element):
        return 0
    if math.isinf(element):
        return 127 if element > 0 else -127
    return round(f32(element * f32(1 / scale)))


# A page with the elements that are hard to narrow, each row there four times.

HARD = [
    # near each other, as KV is, then ties of bfloat16, even and odd, and their neighbours
    0x3F800000, 0x3F8147AE, 0x3F828F5C, 0x3F83D70A, 0xBF851EB8, 0x3F808000, 0x3F818000, 0x3F807FFF,
    0x3F808001, 0x3F81FFFF, 0xBF808000, 0xBF818000, 0x3FFFFFFF, 0x3FFF8000,
    # ties of binary16, even and odd, and their neighbours
    0x3F801000, 0x3F803000, 0x3F800FFF, 0x3F801001, 0xBF801000, 0xBF803000,
    # the largest binary16, what becomes it, and what becomes infinite
    0x477FE000, 0x477FEFFF, 0x477FF000, 0xC77FEFFF, 0xC77FF000, 0x47800000, 0x7F7FFFFF, 0xFF7FFFFF,
    # subnormal as a binary16: the largest, ties, the smallest, half of it, less than that
    0x387FC000, 0x38000000, 0x33C00000, 0x34200000, 0x33800000, 0x33000000, 0x33000001, 0x32FFFFFF,
    0xB3C00000, 0xB3000000, 0xB3000001, 0x387FF000,
    # zeros, subnormal as a binary32, the smallest normal
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007FFFFF, 0x00800000, 0x00008000, 0x00018000,
]
SPECIAL = [
    # infinities; NaNs: quiet, signalling, with payload, negative
    0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0x7FC12345, 0xFFC00000, 0xFF812345, 0x7FBFFFFF,
]
CHANNELS = WIDE[1] * WIDE[2]
PERIOD = 8


def hard_row(plane, position):
    """Keys are finite; in the values some channels have what is not, one has nothing else."""
    row = []
    for channel in range(CHANNELS):
        index = position % PERIOD * CHANNELS + channel
        if channel == 3:  # of magnitudes that give a scale without rounding, and ties
            row.append(bits([127.0, 0.5, 1.5, -2.5, -127.0, 63.5, -0.5, 126.5][position % PERIOD]))
        elif channel == 4:  # subnormal throughout: a scale of zero
            row.append(position % PERIOD * 0x1357 + 1)
        elif channel == 5:
            row.append(bits((position % PERIOD - 4) * 0.37))
        elif plane == 1 and channel == 18:
            row.append(SPECIAL[position % PERIOD])
        elif plane == 1 and channel == 19:
            special = position % 2 == 1
            row.append(SPECIAL[position % PERIOD] if special else bits(position % PERIOD + 1.0))
        else:
            row.append(HARD[(index * (5 + 2 * plane) + plane) % len(HARD)])
    return row


def hard_planes(positions):
    return [[hard_row(plane, position) for position in range(positions)] for plane in range(2)]


def page(planes, widened=lambda number: number):
    return b"".join(u32s([widened(number) for number in row]) for plane in planes for row in plane)


def page_of_halves(planes, narrowed):
    return b"".join(struct.pack("<%dH" % len(row), *map(narrowed, row))
                    for plane in planes for row in plane)


def q8_planes(planes):
    """Of each plane the scales of its channels, and its rows of bytes."""
    for plane in planes:
        scales = [q8_scale([row[channel] for row in plane]) for channel in range(CHANNELS)]
        yield scales, [[to_q8(number, s) for number, s in zip(row, scales)] for row in plane]


def page_of_q8(planes):
    return b"".join(struct.pack("<%df" % CHANNELS, *scales)
                    + b"".join(struct.pack("<%db" % CHANNELS, *row) for row in rows)
                    for scales, rows in q8_planes(planes))


def q8_widened(planes):
    return b"".join(u32s([bits(number * scale) for number, scale in zip(row, scales)])
                    for scales, rows in q8_planes(planes) for row in rows)


PAGE = hard_planes(CHUNK_TOKENS)
PAYLOADS = {
    BF16: lambda: page_of_halves(PAGE, to_bf16),
    F16: lambda: page_of_halves(PAGE, to_f16),
    Q8: lambda: page_of_q8(PAGE),
}


def narrow(data_type):
    return plain(0, FULL_KEY, CHUNK_TOKENS, PAYLOADS[data_type](), geometry=WIDE,
                 data_type=data_type)


def narrow_encoded(name, data_type, encoding, width):
    return encoded(name, encoding, PAYLOADS[data_type](), width, geometry=WIDE,
                   data_type=data_type)


FILES = {
    "v1-full.chunk": lambda: plain(0, FULL_KEY, CHUNK_TOKENS, payload(CHUNK_TOKENS)),
    "v1-tail.chunk": lambda: plain(TAIL, TAIL_KEY, 20, payload(20)),
    "v1-reference.chunk": lambda: plain(REFERENCE, TAIL_KEY, CHUNK_TOKENS, b"",
                                        parameters=FULL_KEY.ljust(40, b"\0")),
    "v1-mac.chunk": with_mac,
    "v1-aes.chunk": with_aes,
    "v1-zstd.chunk": lambda: encoded("v1-zstd.chunk", ZSTD, payload(CHUNK_TOKENS), 4),
    "v1-lz4.chunk": lambda: encoded("v1-lz4.chunk", LZ4, payload(CHUNK_TOKENS), 4),
    "v1-bf16.chunk": lambda: narrow(BF16),
    "v1-f16.chunk": lambda: narrow(F16),
    "v1-q8.chunk": lambda: narrow(Q8),
    "v1-q8-tail.chunk": lambda: plain(TAIL, TAIL_KEY, 20, page_of_q8(hard_planes(20)),
                                      geometry=WIDE, data_type=Q8),
    "v1-bf16-zstd.chunk": lambda: narrow_encoded("v1-bf16-zstd.chunk", BF16, ZSTD, 2),
    "v1-f16-lz4.chunk": lambda: narrow_encoded("v1-f16-lz4.chunk", F16, LZ4, 2),
    "v1-q8-zstd.chunk": lambda: narrow_encoded("v1-q8-zstd.chunk", Q8, ZSTD, 1),
    # pages of binary32: the one that the last ones were narrowed from, and what they widen to
    "exact.page": lambda: page(PAGE),
    "bf16.page": lambda: page(PAGE, lambda number: to_bf16(number) << 16),
    "f16.page": lambda: page(PAGE, lambda number: from_f16(to_f16(number))),
    "q8.page": lambda: q8_widened(PAGE),
}

different = False
for name, make in FILES.items():
    path = os.path.join(FOLDER, name)
    if "--check" in sys.argv:
        with open(path, "rb") as file:
            same = file.read() == make()
        different |= not same
        print(name, "is what this makes" if same else "DIFFERS")
    else:
        with open(path, "wb") as file:
            file.write(make())
sys.exit(1 if different else 0)
