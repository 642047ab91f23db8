"""Writes what was trained as an ONNX file with its manifest, and compares the file with PyTorch."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from training.preprocess import Embedder, Manifest

ALLOWED = 1e-4    # largest difference of any number of a unit vector


def export(module: nn.Module, prepared: Manifest, path: Path, described: dict, images: torch.Tensor) -> tuple[np.ndarray, float]:
    """Writes `path` (.onnx) and the manifest beside it; returns PyTorch's vectors of `images` and the file's largest
    difference from them. Where that is above 1e-4, nothing is left."""
    with torch.no_grad():
        expected = module(images).numpy()
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    torch.backends.mha.set_fastpath_enabled(False)    # one fused operator, which ONNX does not have
    unfinished = path.with_suffix(".unfinished.onnx")
    torch.onnx.export(module, (images[:2],), str(unfinished), dynamo=False, opset_version=17, input_names=["image"],
                      output_names=["embedding"], dynamic_axes={"image": {0: "batch"}, "embedding": {0: "batch"}})
    try:
        onnx.checker.check_model(str(unfinished), full_check=True)
        values = manifest_of(prepared, unfinished, described, expected.shape[1])
        embedder = Embedder(Manifest(unfinished, values | {"file": unfinished.name}), 1)
        worst = max(float(np.abs(embedder.forward_all(images.numpy(), batch) - expected).max()) for batch in (1, 5))
        if not worst <= ALLOWED:
            raise SystemExit(f"the exported file differs from PyTorch by {worst:.2g}, {ALLOWED} is allowed: not written")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    Manifest(path.with_suffix(".yaml"), values | {"file": path.name}).write()
    return expected, worst


def manifest_of(prepared: Manifest, file: Path, described: dict, dimension: int) -> dict:
    given = {k: prepared.values[k] for k in ("resize", "scale", "mean", "std")}
    given["input"] = prepared.values["input"] | {"tensor": "image"}
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    # Of network and preprocessing: vectors of two versions cannot be compared.
    version = hashlib.sha256(f"{sha256} {sorted(given.items())}".encode()).hexdigest()[:8]
    return {"name": described["name"], "version": version, "file": file.name, "sha256": sha256,
            "source": described["source"], "licence": described["licence"], "input": given["input"],
            "resize": given["resize"], "scale": given["scale"], "mean": given["mean"], "std": given["std"],
            "feature": {"tensor": "embedding", "dimension": dimension, "normalised": True}}
