"""Writes src/test/resources/samples: one small picture per kind of file, and what PIL reads from each (expected.json, deflated).

Run from the module's folder: python src/test/python/make_samples.py (Pillow and NumPy).
"""

import base64
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

OUT = Path("src/test/resources/samples")
WIDTH, HEIGHT = 29, 18


def picture(channels: int) -> np.ndarray:
    """A smooth, asymmetric picture: JPEG changes it little, and no turn or mirroring leaves it as it is."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    planes = [x / WIDTH, y / HEIGHT, (x + 2 * y) / (WIDTH + 2 * HEIGHT), 0.3 * (x / WIDTH) ** 2 + 0.1]
    return np.round(np.stack(planes[:channels], axis=-1) * 255).astype(np.uint8)


def png16(name: str, grey: bool) -> None:
    """PIL does not write 16-bit RGB."""
    rgb = picture(3).astype(np.uint32) * 257 + 60
    samples = np.minimum(rgb, 65535).astype(">u2")
    if grey:
        samples = samples[:, :, 0]
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 0 if grey else 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (OUT / name).write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Canon"
    tags[0x0110] = "Canon EOS 5D"
    tags.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    tags.get_ifd(0x8769)[0x9011] = "+02:00"
    return tags


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    rgb = Image.fromarray(picture(3))
    alpha = Image.fromarray(np.dstack([picture(3), picture(4)[:, :, 3] * 2]))
    grey = rgb.convert("L")
    rgb.save(OUT / "plain.jpg", quality=92)
    rgb.save(OUT / "progressive.jpg", quality=85, progressive=True)
    rgb.save(OUT / "full-chroma.jpg", quality=90, subsampling=0)
    grey.save(OUT / "grey.jpg", quality=90)
    Image.fromarray(picture(4), "CMYK").save(OUT / "cmyk.jpg", quality=90)
    for orientation in range(2, 9):
        rgb.save(OUT / f"exif-{orientation}.jpg", quality=90, exif=exif(orientation))
    rgb.save(OUT / "plain.png")
    alpha.save(OUT / "alpha.png")
    alpha.convert("LA").save(OUT / "grey-alpha.png")
    grey.save(OUT / "grey.png")
    grey.convert("1").save(OUT / "one-bit.png")
    rgb.quantize(16).save(OUT / "palette.png")
    rgb.quantize(16).save(OUT / "palette-transparent.png", transparency=3)
    png16("rgb-16.png", grey=False)
    png16("grey-16.png", grey=True)
    rgb.save(OUT / "plain.webp", quality=90)
    alpha.save(OUT / "alpha-lossless.webp", lossless=True)
    rgb.save(OUT / "plain.bmp")
    grey.save(OUT / "grey.bmp")
    rgb.quantize(8).save(OUT / "plain.gif")
    rgb.quantize(8).save(OUT / "interlaced.gif", interlace=1)
    rgb.quantize(8).save(OUT / "transparent.gif", transparency=2)
    small_frame()

    expected = {}
    for path in sorted(OUT.iterdir()):
        if path.name == "expected.json":
            continue
        with Image.open(path) as image:
            pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        expected[path.name] = {
            "width": pixels.shape[1],
            "height": pixels.shape[0],
            "rgb": base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode(),
        }
    (OUT / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


def small_frame() -> None:
    """A GIF whose frame covers a part of its screen only."""
    frame = bytearray((OUT / "plain.gif").read_bytes())
    frame[6:10] = struct.pack("<HH", WIDTH + 5, HEIGHT + 4)
    at = 13 + (3 << ((frame[10] & 7) + 1))
    while frame[at] == 0x21:
        at += 2
        while frame[at]:
            at += 1 + frame[at]
        at += 1
    frame[at + 1 : at + 5] = struct.pack("<HH", 3, 2)
    (OUT / "small-frame.gif").write_bytes(frame)


if __name__ == "__main__":
    main()
