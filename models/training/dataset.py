"""Training images held in memory, the train / held-out split, and the augmented views."""

import csv
import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch.utils.data import Dataset

SIDE = 160

# Folders that name no class: used for distillation, never as a label.
UNLABELLED = {"BACKGROUND_Google", "Not_sure", "Other", "Skip"}
# Caltech's Faces_easy are crops of the very photos in Faces: one class, and one image under two names.
SAME_CLASS = {"Faces_easy": "Faces"}


@dataclass(frozen=True)
class Sample:
    source: str
    folder: str
    file: str
    jpeg: bytes

    @property
    def label(self) -> str | None:
        """The class, or None where the folder names none."""
        if self.folder in UNLABELLED:
            return None
        return f"{self.source}/{SAME_CLASS.get(self.folder, self.folder)}"

    @property
    def photo(self) -> str:
        """Names the photograph: equal for two samples cut from the same one."""
        return f"{self.source}/{SAME_CLASS.get(self.folder, self.folder)}/{self.file}"

    def decode(self) -> Image.Image:
        return Image.open(io.BytesIO(self.jpeg)).convert("RGB")


def load(tar: Path) -> list[Sample]:
    """Reads every {source}/{class}/{file}.jpg of the archive, in the order of their names."""
    samples = []
    with tarfile.open(tar) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".jpg"):
                source, folder, file = member.name.split("/")[-3:]
                samples.append(Sample(source, folder, file, archive.extractfile(member).read()))
    return sorted(samples, key=lambda s: (s.source, s.folder, s.file))


@dataclass(frozen=True)
class Split:
    train: np.ndarray
    unseen_images: np.ndarray   # of classes that are trained on
    unseen_classes: np.ndarray


def split(samples: list[Sample], seed: int, hold_out: Path | None = None) -> Split:
    """Holds out 15 % of each source's classes, and of the rest the photos listed in `hold_out` or, without it, 10 %.

    `hold_out` is a CSV with a column `path` = {source}/{file} or {source}/{class}_{file}.
    """
    rng = np.random.default_rng(seed)
    held_classes: set[str] = set()
    for source in sorted({s.source for s in samples}):
        labels = sorted({s.label for s in samples if s.source == source and s.label})
        held_classes.update(rng.choice(labels, round(0.15 * len(labels)), replace=False))

    if hold_out:
        listed = {row["path"] for row in csv.DictReader(hold_out.open())}
        held_photos = {s.photo for s in samples
                       if f"{s.source}/{s.file}" in listed or f"{s.source}/{s.folder}_{s.file}" in listed}
    else:
        photos = sorted({s.photo for s in samples})
        held_photos = set(rng.choice(photos, len(photos) // 10, replace=False))

    train, unseen_images, unseen_classes = [], [], []
    for i, s in enumerate(samples):
        part = unseen_classes if s.label in held_classes else unseen_images if s.photo in held_photos else train
        part.append(i)
    return Split(np.array(train), np.array(unseen_images), np.array(unseen_classes))


def fingerprint(*parts: bytes) -> str:
    """Names cached features by what they were computed from."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]


class Views(Dataset):
    """One augmented uint8 view [3, 160, 160] of each image, or with `number` 0 the whole image as it is.

    Every view depends on (seed, number, index) alone, so neither loader processes nor a resume change it.
    """

    def __init__(self, images: list[np.ndarray], seed: int, number: int) -> None:
        self.images = images
        self.seed = seed
        self.number = number

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> torch.Tensor:
        image = Image.fromarray(self.images[index])
        if self.number:
            image = view(image, np.random.default_rng((self.seed, self.number, index)))
        else:
            image = squeezed(image)
        return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def squeezed(image: Image.Image) -> Image.Image:
    """The whole image as a square, whatever its aspect ratio: what the manifest says."""
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def view(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Crop, flip, frame, rescale, blur and re-compress; what is a colour matrix is left to `recolour`, for a whole batch."""
    box = None if rng.random() < 0.2 else random_box(image.size, rng)
    image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < 0.08:
        image = framed(image, rng)
    if rng.random() < 0.3:
        small = int(rng.integers(SIDE // 3, SIDE))
        image = image.resize((small, small), Image.Resampling.BILINEAR)
        image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    if rng.random() < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.8)))
    if rng.random() < 0.4:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(15, 90)))
        image = Image.open(buffer)
        image.load()
    return image


def random_box(size: tuple[int, int], rng: np.random.Generator) -> tuple[float, float, float, float]:
    """A crop of 50–100 % of the area, its aspect 3:4 to 4:3 of the image's own; two in five lie at a corner."""
    width, height = size
    area, aspect = rng.uniform(0.5, 1.0), np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
    w, h = width * min(1.0, np.sqrt(area * aspect)), height * min(1.0, np.sqrt(area / aspect))
    across, down = rng.integers(0, 2, 2) if rng.random() < 0.4 else rng.random(2)
    x, y = across * (width - w), down * (height - h)
    return x, y, x + w, y + h


def framed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The image inside a border of one colour, of up to an eighth of the side at each edge."""
    left, top, right, bottom = (int(v) for v in rng.integers(0, SIDE // 8, 4))
    frame = Image.new("RGB", (SIDE, SIDE), tuple(int(v) for v in rng.integers(0, 256, 3)))
    frame.paste(image.resize((SIDE - left - right, SIDE - top - bottom), Image.Resampling.BILINEAR), (left, top))
    return frame


LUMA = torch.tensor([0.299, 0.587, 0.114])


def recolour(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Brightness, contrast, saturation, tint and, for one view in ten, grey: one affine colour map per image in 0–1."""
    n = len(batch)

    def uniform(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator)

    saturation = uniform(0.6, 1.4, 1, 1)
    saturation[torch.rand(n, generator=generator) < 0.1] = 0
    grey = LUMA.expand(3, 3)
    matrix = saturation * torch.eye(3) + (1 - saturation) * grey
    matrix = uniform(0.92, 1.08, 3, 1) * matrix
    contrast, brightness = uniform(0.65, 1.35, 1, 1), uniform(0.7, 1.3, 1, 1)
    mean = torch.einsum("nchw,c->n", batch, LUMA) / batch[0, 0].numel()
    offset = (1 - contrast[:, 0]) * mean[:, None] * brightness[:, 0]
    pixels = torch.bmm(contrast * brightness * matrix, batch.flatten(2)) + offset[:, :, None]
    return pixels.clamp_(0, 1).view_as(batch)
