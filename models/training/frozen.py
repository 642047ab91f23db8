"""What the frozen layers make of every view, computed once and kept on disk: training then runs the upper layers alone."""

import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import nn
from torch.utils.data import DataLoader

import teacher
from dataset import SIDE, Views, recolour
from network import Student


class Lower(nn.Module):
    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.student.lower(image)


class FrozenLayers:
    """The student's frozen layers, run by ONNX Runtime, which is faster than training's own forward pass."""

    def __init__(self, student: Student, work: Path, threads: int) -> None:
        path = work / "lower.onnx"
        torch.onnx.export(Lower(student).eval(), (torch.zeros(2, 3, SIDE, SIDE),), str(path), dynamo=False,
                          opset_version=17, input_names=["image"], output_names=["maps", "early"],
                          dynamic_axes={name: {0: "batch"} for name in ("image", "maps", "early")})
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def of(self, views: Views, work: Path, key: str) -> tuple[np.ndarray, np.ndarray]:
        """float16 maps [n, 96, 10, 10] and early statistics [n, 64] of every view, from the disk where they lie there."""
        paths = [work / f"{key}-{views.seed}-{views.number}-{name}.npy" for name in ("maps", "early")]
        if not all(path.exists() for path in paths):
            started = time.monotonic()
            for path, values in zip(paths, self.compute(views)):
                fresh = path.with_suffix(".new.npy")
                np.save(fresh, values)
                fresh.replace(path)
            print(f"view {views.number} of {len(views)} images in {time.monotonic() - started:.0f} s", flush=True)
        maps, early = (np.load(path, mmap_mode="r") for path in paths)
        return maps, early

    def compute(self, views: Views) -> list[np.ndarray]:
        colours = torch.Generator().manual_seed(1000 * views.seed + views.number)
        parts = []
        for batch in DataLoader(views, 64, num_workers=1):
            batch = batch.float() / 255
            if views.number:
                batch = recolour(batch, colours)
            outputs = self.session.run(None, {"image": standardise(batch).numpy()})
            parts.append([output.astype(np.float16) for output in outputs])
        return [np.concatenate(part) for part in zip(*parts)]


def standardise(pixels: torch.Tensor) -> torch.Tensor:
    """Pixels in 0–1 to the network's input."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (teacher.MEAN, teacher.STD))
    return (pixels - mean) / std
