"""Writes JPEG files that Pillow's own encoder cannot: any sampling factors, components, markers and restart intervals."""

import struct
from collections.abc import Sequence

import numpy as np

ZIGZAG = np.array([
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55,
    62, 63])
BASIS = np.array([[np.cos((2 * x + 1) * u * np.pi / 16) * (np.sqrt(1 / 8) if u == 0 else 0.5) for x in range(8)]
                  for u in range(8)])
# One table for all: every symbol of a kind gets a code of one length, which wastes bits but is valid for any picture.
DC_SYMBOLS = list(range(12))
AC_SYMBOLS = [run << 4 | size for run in range(16) for size in range(1, 11)] + [0x00, 0xF0]
DC_BITS, AC_BITS = 4, 8


def encode(planes: Sequence[np.ndarray], sampling: Sequence[tuple[int, int]], *, size: tuple[int, int], step: int = 4,
           ids: Sequence[int] | None = None, adobe_transform: int | None = None, restart: int = 0,
           interleaved: bool = True, jfif: bool = False, segments: bytes = b"") -> bytes:
    """A baseline JPEG.

    planes: one array of 0 to 255 per component, full size; each is reduced here by averaging to its sampling.
    sampling: per component, horizontal and vertical factor, 1 to 4.
    size: width and height of the picture.
    step: what all coefficients are divided by.
    restart: MCUs between restart markers, 0 for none.
    """
    width, height = size
    ids = ids or range(1, len(planes) + 1)
    wide, tall = max(h for h, _ in sampling), max(v for _, v in sampling)
    columns, rows = -(-width // (8 * wide)), -(-height // (8 * tall))
    coefficients = [_coefficients(plane, width, height, h, v, wide, tall, columns, rows, step)
                    for plane, (h, v) in zip(planes, sampling, strict=True)]
    out = bytearray(b"\xff\xd8")
    if jfif:
        out += _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    out += segments
    if adobe_transform is not None:
        out += _segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, adobe_transform))
    out += _segment(0xDB, b"\0" + bytes([step] * 64))
    frame = struct.pack(">BHHB", 8, height, width, len(planes))
    for identifier, (h, v) in zip(ids, sampling, strict=True):
        frame += bytes([identifier, h << 4 | v, 0])
    out += _segment(0xC0, frame)
    out += _segment(0xC4, b"\x00" + _table(DC_SYMBOLS, DC_BITS) + b"\x10" + _table(AC_SYMBOLS, AC_BITS))
    if restart:
        out += _segment(0xDD, struct.pack(">H", restart))
    scans = [list(range(len(planes)))] if interleaved else [[i] for i in range(len(planes))]
    for scan in scans:
        out += _segment(0xDA, bytes([len(scan)]) + b"".join(bytes([ids[i], 0]) for i in scan) + b"\0\x3f\0")
        out += _scan([coefficients[i] for i in scan], [sampling[i] for i in scan],
                     size if len(scan) == 1 else None, (wide, tall), restart)
    return bytes(out + b"\xff\xd9")


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _table(symbols: list[int], bits: int) -> bytes:
    return bytes(len(symbols) if length == bits else 0 for length in range(1, 17)) + bytes(symbols)


def _coefficients(plane: np.ndarray, width: int, height: int, h: int, v: int, wide: int, tall: int, columns: int,
                  rows: int, step: int) -> np.ndarray:
    """Quantised, [block row, block column, 64] in zigzag order."""
    full = np.pad(plane[:height, :width].astype(float),
                  ((0, rows * tall * 8 - height), (0, columns * wide * 8 - width)), mode="edge")
    y = np.arange(rows * v * 8) * tall // v
    x = np.arange(columns * h * 8) * wide // h
    reduced = np.zeros((len(y), len(x)))
    across, down = max(1, wide // h), max(1, tall // v)
    for dy in range(down):
        for dx in range(across):
            reduced += full[np.minimum(y + dy, full.shape[0] - 1)][:, np.minimum(x + dx, full.shape[1] - 1)]
    reduced = reduced / (across * down) - 128
    blocks = reduced.reshape(rows * v, 8, columns * h, 8).transpose(0, 2, 1, 3)
    frequencies = np.round(BASIS @ blocks @ BASIS.T / step).astype(int)
    limit = 1023  # ten bits, the most a baseline AC coefficient has
    return np.clip(frequencies.reshape(rows * v, columns * h, 64)[:, :, ZIGZAG], -limit, limit)


def _scan(components: list[np.ndarray], sampling: list[tuple[int, int]], alone: tuple[int, int] | None,
          most: tuple[int, int], restart: int) -> bytes:
    out = bytearray()
    bits: list[str] = []
    previous = [0] * len(components)
    for number, blocks in enumerate(_mcus(components, sampling, alone, most)):
        if restart and number and number % restart == 0:
            out += _stuffed(bits) + bytes([0xFF, 0xD0 + (number // restart - 1) % 8])
            bits, previous = [], [0] * len(components)
        for component, block in blocks:
            bits.append(_block(block, previous[component]))
            previous[component] = int(block[0])
    return bytes(out + _stuffed(bits))


def _mcus(components, sampling, alone, most):
    if alone:
        # A component of its own has no padding blocks beyond its samples.
        (h, v), (wide, tall), blocks = sampling[0], most, components[0]
        columns = -(-(-(-alone[0] * h // wide)) // 8)
        rows = -(-(-(-alone[1] * v // tall)) // 8)
        for y in range(rows):
            for x in range(columns):
                yield [(0, blocks[y, x])]
        return
    h, v = sampling[0]
    rows, columns = components[0].shape[0] // v, components[0].shape[1] // h
    for y in range(rows):
        for x in range(columns):
            yield [(i, blocks[y * v + dy, x * h + dx]) for i, (blocks, (h, v)) in
                   enumerate(zip(components, sampling, strict=True)) for dy in range(v) for dx in range(h)]


def _block(block: np.ndarray, previous: int) -> str:
    code = _value(DC_SYMBOLS, DC_BITS, 0, int(block[0]) - previous, limit=11)
    run = 0
    last = int(np.max(np.nonzero(block)[0], initial=0))
    for value in block[1 : last + 1].tolist():
        if value == 0:
            run += 1
            continue
        while run > 15:
            code += format(AC_SYMBOLS.index(0xF0), f"0{AC_BITS}b")
            run -= 16
        code += _value(AC_SYMBOLS, AC_BITS, run << 4, value, limit=10)
        run = 0
    return code if last == 63 else code + format(AC_SYMBOLS.index(0), f"0{AC_BITS}b")


def _value(symbols: list[int], bits: int, run: int, value: int, limit: int) -> str:
    size = abs(value).bit_length()
    assert size <= limit
    code = format(symbols.index(run | size), f"0{bits}b")
    return code + (format(value if value > 0 else value + (1 << size) - 1, f"0{size}b") if size else "")


def _stuffed(bits: list[str]) -> bytes:
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int("1" + text, 2).to_bytes(len(text) // 8 + 1, "big")[1:].replace(b"\xff", b"\xff\0")
