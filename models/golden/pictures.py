"""Pictures as files of every kind that Winnow reads: some to keep in the repository, any number at random."""

import io
import struct
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageCms, ImageFile

import jpeg_writer
import png_writer

# Pillow cannot write a noisy picture in progressive scans whose bytes do not fit here.
ImageFile.MAXBLOCK = 1 << 25

# Sides that turn up rarely, and change which pixels are cut out: rounding, thin pictures, the size of the crop itself.
SIZES = [(1, 1), (1, 2), (2, 1), (7, 1), (1, 9), (3000, 40), (40, 3000), (1500, 11), (13, 900), (223, 224), (224, 224),
         (225, 224), (224, 225), (227, 224), (232, 233), (256, 256), (257, 256), (255, 258), (299, 299), (300, 299),
         (342, 343), (341, 345), (640, 480), (481, 641), (1024, 768)]
SAMPLINGS = [((1, 1), (1, 1), (1, 1)), ((2, 1), (1, 1), (1, 1)), ((2, 2), (1, 1), (1, 1)), ((1, 2), (1, 1), (1, 1)),
             ((4, 1), (1, 1), (1, 1)), ((4, 2), (1, 1), (1, 1)), ((2, 2), (2, 1), (2, 1)), ((2, 2), (1, 2), (1, 2))]
MODES = {png_writer.GREY: 1, png_writer.RGB: 3, png_writer.PALETTE: 1, png_writer.GREY_ALPHA: 2, png_writer.RGB_ALPHA: 4}
DEPTHS = {png_writer.GREY: [1, 2, 4, 8, 16], png_writer.RGB: [8, 16], png_writer.PALETTE: [1, 2, 4, 8],
          png_writer.GREY_ALPHA: [8, 16], png_writer.RGB_ALPHA: [8, 16]}


def drawn(width: int, height: int, channels: int, seed: int, noise: float = 0) -> np.ndarray:
    """[row, column, channel] of 0 to 255: waves, edges and, in the given strength, noise; unlike its mirror images."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(channels):
        fx, fy, phase = random.uniform(1, 60, 3) / (max(width, 8), max(height, 8), 9)
        plane = 128 + 90 * np.sin(fx * x + phase) * np.cos(fy * y) + 40 * (x / width - y / height)
        for _ in range(3):
            left, top = random.integers(0, width), random.integers(0, height)
            box = np.s_[top : top + height // 4 + 1, left : left + width // 3 + 1]
            plane[box] = random.uniform(0, 255)
        planes.append(plane + noise * random.normal(0, 60, plane.shape))
    return np.clip(np.round(np.stack(planes, -1)), 0, 255).astype(np.uint8)


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def saved(pixels: np.ndarray, kind: str, mode: str | None = None, **options) -> bytes:
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels, mode=mode)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def planes(pixels: np.ndarray) -> list[np.ndarray]:
    return [pixels[:, :, channel] for channel in range(pixels.shape[2])]


def kept() -> dict[str, bytes]:
    """Larger than the models' inputs, which the samples of the embedding service are not, or kinds missing there."""
    palette = Image.fromarray(drawn(500, 9, 3, 1)).quantize(16)
    transparent = io.BytesIO()
    palette.save(transparent, "PNG", transparency=3)
    files = {
        "wide-4-2-0.jpg": saved(drawn(641, 427, 3, 2), "JPEG", quality=40),
        "tall-4-2-2-progressive.jpg": saved(drawn(333, 517, 3, 3), "JPEG", quality=35, subsampling=1, progressive=True),
        "tall-shrunk.jpg": saved(drawn(260, 611, 3, 28), "JPEG", quality=35),
        "full-chroma.jpg": saved(drawn(311, 300, 3, 4), "JPEG", quality=40, subsampling=0),
        "grey-progressive.jpg": saved(drawn(300, 411, 1, 5), "JPEG", quality=50, progressive=True),
        "cmyk-large.jpg": saved(drawn(280, 301, 4, 6), "JPEG", mode="CMYK", quality=30),
        "cmyk-progressive.jpg": saved(drawn(61, 45, 4, 7), "JPEG", mode="CMYK", quality=50, progressive=True),
        "ycck.jpg": jpeg_writer.encode(planes(drawn(90, 61, 4, 8)), [(1, 1)] * 4, size=(90, 61), step=24,
                                       adobe_transform=2),
        "ycck-4-2-0.jpg": jpeg_writer.encode(planes(drawn(83, 61, 4, 9)), [(2, 2), (1, 1), (1, 1), (2, 2)],
                                             size=(83, 61), step=24, adobe_transform=2),
        "rgb.jpg": jpeg_writer.encode(planes(drawn(77, 55, 3, 10)), [(1, 1)] * 3, size=(77, 55), step=24,
                                      adobe_transform=0),
        "restart.jpg": saved(drawn(260, 257, 3, 11), "JPEG", quality=40, restart_marker_blocks=5),
        "4-1-1-scans.jpg": jpeg_writer.encode(planes(drawn(101, 63, 3, 12)), [(4, 1), (1, 1), (1, 1)], size=(101, 63),
                                              step=24, interleaved=False, restart=3, jfif=True),
        "4-4-0.jpg": jpeg_writer.encode(planes(drawn(63, 99, 3, 13)), [(1, 2), (1, 1), (1, 1)], size=(63, 99), step=24,
                                        jfif=True),
        "strip.jpg": saved(drawn(2000, 23, 3, 14), "JPEG", quality=40),
        "column.jpg": saved(drawn(9, 1300, 3, 15), "JPEG", quality=40),
        "one-pixel.png": saved(drawn(1, 1, 3, 16), "PNG"),
        "crop-sized.png": saved(drawn(224, 224, 3, 17)[:, :, :1], "PNG"),
        "odd-offsets.png": saved(drawn(259, 257, 3, 18)[:, :, :1] // 16 * 16, "PNG", optimize=True),
        "alpha-large.png": saved(drawn(300, 260, 4, 19) // 64 * 64, "PNG", optimize=True),
        "palette-transparent.png": transparent.getvalue(),
        "grey-16.png": png_writer.encode(drawn(97, 83, 1, 20).astype(int) // 4 * 5, png_writer.GREY, 16),
        "rgb-16-interlaced.png": png_writer.encode(drawn(61, 47, 3, 21).astype(int) // 8 * 2056, png_writer.RGB, 16,
                                                   interlaced=True),
        "grey-2-interlaced.png": png_writer.encode(drawn(301, 203, 1, 22) // 64, png_writer.GREY, 2, interlaced=True),
        "exif.png": saved(drawn(90, 40, 1, 23) // 32 * 32, "PNG", exif=exif(8)),
        "lossy.webp": saved(drawn(420, 310, 3, 24), "WEBP", quality=40),
        "lossy-alpha.webp": saved(drawn(310, 300, 4, 25) // 128 * 128, "WEBP", quality=30),
        "lossless.webp": saved(drawn(270, 233, 3, 26) // 64 * 64, "WEBP", lossless=True),
        "exif.webp": saved(drawn(120, 333, 3, 27), "WEBP", quality=40, exif=exif(5)),
    }
    for orientation in range(2, 9):
        files[f"exif-{orientation}.jpg"] = saved(drawn(331, 240, 3, 30 + orientation)[:, :, :1], "JPEG", quality=30,
                                                 exif=exif(orientation))
    return files


def random_ones(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Names say what a file is. The same seed gives the same files with the same versions of Pillow and NumPy."""
    kinds: list[tuple[str, Callable[[np.random.Generator, int, int], bytes]]] = [
        ("baseline.jpg", pillow_jpeg), ("odd.jpg", odd_jpeg), ("cmyk.jpg", cmyk_jpeg), ("ycck.jpg", ycck_jpeg),
        ("grey.jpg", grey_jpeg), ("any.png", any_png), ("pillow.png", pillow_png), ("any.webp", any_webp)]
    for i in range(count):
        random = np.random.default_rng([seed, i])
        name, make = kinds[i % len(kinds)]
        width, height = size(random)
        if make in (odd_jpeg, ycck_jpeg):  # written in plain Python
            width, height = min(width, 400), min(height, 300)
        yield f"{i:05d}-{width}x{height}-{name}", make(random, width, height)


def size(random: np.random.Generator) -> tuple[int, int]:
    if random.random() < 0.4:
        return SIZES[random.integers(len(SIZES))]
    sides = np.exp(random.uniform(np.log(3), np.log(900), 2)).astype(int)
    return int(sides[0]), int(sides[1])


def content(random: np.random.Generator, width: int, height: int, channels: int) -> np.ndarray:
    return drawn(width, height, channels, int(random.integers(1 << 31)), random.choice([0, 0.05, 1]))


def any_exif(random: np.random.Generator) -> dict[str, bytes]:
    return {"exif": exif(int(random.integers(1, 9)))} if random.random() < 0.4 else {}


def jpeg_options(random: np.random.Generator) -> dict:
    options = {"quality": int(random.integers(5, 101)), "progressive": bool(random.random() < 0.4),
               "optimize": bool(random.random() < 0.3), **any_exif(random)}
    if random.random() < 0.3:
        options["restart_marker_blocks"] = int(random.integers(1, 20))
    if random.random() < 0.2:
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return options


def pillow_jpeg(random, width, height):
    return saved(content(random, width, height, 3), "JPEG", subsampling=int(random.integers(3)), **jpeg_options(random))


def grey_jpeg(random, width, height):
    return saved(content(random, width, height, 1), "JPEG", **jpeg_options(random))


def cmyk_jpeg(random, width, height):
    return saved(content(random, width, height, 4), "JPEG", mode="CMYK", **jpeg_options(random))


def odd_jpeg(random, width, height):
    """Sampling factors, components' names and segments that decide on the colours, one or three scans."""
    sampling = SAMPLINGS[random.integers(len(SAMPLINGS))]
    ids = [(1, 2, 3), (0, 1, 2), (82, 71, 66)][random.integers(3)]
    adobe = [None, 0, 1][random.integers(3)]
    segments = b"\xff\xe1" + struct.pack(">H", len(any_ := exif(int(random.integers(1, 9)))) + 2) + any_
    return jpeg_writer.encode(planes(content(random, width, height, 3)), sampling, size=(width, height),
                              step=int(random.integers(3, 60)), ids=ids, adobe_transform=adobe,
                              restart=int(random.choice([0, 1, 7])), interleaved=bool(random.integers(2)),
                              jfif=bool(random.integers(2)), segments=segments if random.random() < 0.5 else b"")


def ycck_jpeg(random, width, height):
    sampling = [[(1, 1)] * 4, [(2, 1), (1, 1), (1, 1), (2, 1)], [(2, 2), (1, 1), (1, 1), (2, 2)]][random.integers(3)]
    return jpeg_writer.encode(planes(content(random, width, height, 4)), sampling, size=(width, height),
                              step=int(random.integers(3, 60)), adobe_transform=[None, 0, 2][random.integers(3)],
                              restart=int(random.choice([0, 5])), interleaved=bool(random.integers(2)))


def pillow_png(random, width, height):
    channels = int(random.choice([1, 3, 4]))
    return saved(content(random, width, height, channels), "PNG", **any_exif(random))


def any_png(random, width, height):
    """Every colour type and depth, interlaced or not, with transparency, gamma and significant bits declared or not."""
    colour_type = int(random.choice(list(MODES)))
    depth = int(random.choice(DEPTHS[colour_type]))
    samples = content(random, width, height, MODES[colour_type]).astype(int)
    samples = samples * 257 - samples % 7 if depth == 16 else samples >> (8 - depth)
    samples = np.maximum(samples, 0)
    if depth == 16 and colour_type == png_writer.GREY and random.random() < 0.5:
        samples //= 128
    chunks = []
    if random.random() < 0.3:
        chunks.append((b"gAMA", struct.pack(">I", int(random.integers(30000, 100000)))))
    if colour_type == png_writer.PALETTE:
        entries = int(samples.max()) + 1
        chunks.append((b"PLTE", random.integers(0, 256, 3 * entries).astype(np.uint8).tobytes()))
        if random.random() < 0.5:
            chunks.append((b"tRNS", random.integers(0, 256, entries).astype(np.uint8).tobytes()))
    elif colour_type in (png_writer.GREY, png_writer.RGB) and random.random() < 0.4:
        chunks.append((b"tRNS", samples[0, 0].astype(">u2").tobytes()))
    return png_writer.encode(samples, colour_type, depth, interlaced=bool(random.integers(2)), chunks=tuple(chunks))


def any_webp(random, width, height):
    channels = int(random.choice([3, 4]))
    return saved(content(random, width, height, channels), "WEBP", lossless=bool(random.integers(2)),
                 quality=int(random.integers(5, 101)), exact=bool(random.integers(2)), **any_exif(random))
