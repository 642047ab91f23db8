"""Images of a folder or a list, with their labels where they are known."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def files_of(folder: Path) -> list[Path]:
    """Every image file below a folder, by name, so that the same seed draws the same ones everywhere."""
    if not folder.is_dir():
        raise SystemExit(f"{folder}: there is no such folder")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not files:
        raise SystemExit(f"{folder}: no image files ({', '.join(sorted(SUFFIXES))}) in this folder")
    return files


def opened(file: Path) -> Image.Image:
    """As a viewer shows it: turned by its EXIF orientation, alpha dropped."""
    try:
        with Image.open(file) as image:
            return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as e:
        raise SystemExit(f"{file}: cannot be read as an image: {e}") from e


@dataclass(frozen=True)
class Labelled:
    """Images, each with one label."""

    files: list[Path]
    labels: np.ndarray

    @staticmethod
    def read(source: Path, root: Path | None = None) -> "Labelled":
        """A folder with one subfolder per class; or a list (CSV with the columns path and label, or JSON lines with
        these keys), its paths relative to `root` or else to the list's own folder."""
        if source.is_dir():
            files = files_of(source)
            classes = [f.relative_to(source).parts[0] if f.parent != source else None for f in files]
            loose = [f.name for f, c in zip(files, classes) if c is None]
            if loose:
                raise SystemExit(f"{source}: {len(loose)} images lie in no class's subfolder, for example {loose[0]}")
            return Labelled(files, np.array(classes))
        rows = rows_of(source)
        if not rows:
            raise SystemExit(f"{source}: lists no images")
        base = root or source.parent
        files = [base / row["path"] for row in rows]
        missing = [row["path"] for row, f in zip(rows, files) if not f.is_file()]
        if missing:
            raise SystemExit(f"{source}: {len(missing)} of {len(files)} images are not in {base}: "
                             + ", ".join(missing[:5]) + (", …" if len(missing) > 5 else ""))
        return Labelled(files, np.array([row["label"] for row in rows]))

    def require_classes(self, least: int = 2) -> None:
        if len(set(self.labels)) < least:
            raise SystemExit(f"expected images of at least {least} classes, got {len(self.files)} images of "
                             f"{len(set(self.labels))}: {', '.join(sorted(set(self.labels))[:5])}")

    def subset(self, which: np.ndarray) -> "Labelled":
        return Labelled([self.files[i] for i in which], self.labels[which])

    def sample(self, count: int, seed: int) -> "Labelled":
        """At most `count` of them at random, in their order."""
        order = np.random.default_rng(seed).permutation(len(self.files))[:count]
        return self.subset(np.sort(order))

    def __len__(self) -> int:
        return len(self.files)


def rows_of(source: Path) -> list[dict]:
    """Rows that have a path and a label; others, such as unlabelled images of an export, are left out."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise SystemExit(f"{source}: cannot be read: {e}") from e
    if source.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        try:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError as e:
            raise SystemExit(f"{source}: expected one JSON object per line: {e}") from e
    else:
        rows = list(csv.DictReader(text.splitlines()))
    if rows and not all(isinstance(row, dict) and "path" in row and "label" in row for row in rows):
        raise SystemExit(f"{source}: expected 'path' and 'label' in every row, got {rows[0]}")
    return [row for row in rows if row["path"] and row["label"]]
