"""Makes a half-precision variant of an installed model, for GPUs, and measures what it costs in accuracy.

    python half.py --manifest .winnow/models/resnet50/resnet50.yaml --images PHOTOS --out fp16

Weights and arithmetic become float16; input and output stay float32, so that the manifest's preprocessing stays as it is.
Writes NAME-fp16.onnx, NAME-fp16.yaml (for `./winnow models add --manifest`) and NAME-fp16.report.json. A CPU computes float16
no faster than float32, most convert back and forth; a GPU with tensor cores takes about half the time and memory.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.transformers.float16 import DEFAULT_OP_BLOCK_LIST, convert_float_to_float16

from images import files_of, opened
from neighbours import overlap, unit
from training.preprocess import Embedder, Manifest

IN_FLOATS = ["ReduceL2", "LpNormalization"]     # sums of squares soon leave float16's range


def main() -> None:
    args = arguments()
    manifest = Manifest.read(args.manifest)
    args.out.mkdir(parents=True, exist_ok=True)
    half = convert(manifest, args.out / f"{manifest.name}-fp16.yaml")
    files = files_of(args.images)
    if len(files) < 12:
        raise SystemExit(f"{args.images}: expected at least 12 images, got {len(files)}")
    chosen = np.random.default_rng(args.seed).permutation(len(files))[:args.report]
    tensors = np.stack([manifest.tensor_of(opened(files[i])) for i in chosen])
    figures = compare(manifest, half, tensors, args.threads) | {"seed": args.seed}
    half.path.with_suffix(".report.json").write_text(json.dumps(figures, indent=2) + "\n")
    for what, value in figures.items():
        print(f"  {what:22s} {value}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True, help="of an installed fp32 model")
    parser.add_argument("--images", type=Path, required=True, help="folder of images to compare on")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--report", type=int, default=400, help="images to compare on, at most (default: 400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="of a forward pass (default: all cores)")
    args = parser.parse_args()
    if args.report < 12:
        parser.error("--report: at least 12 images")
    return args


def convert(manifest: Manifest, path: Path) -> Manifest:
    """Weights beyond float16's range are clipped, with a warning."""
    network = onnx.load(manifest.file)
    types = {info.type.tensor_type.elem_type for info in network.graph.input}
    if types != {onnx.TensorProto.FLOAT}:
        raise SystemExit(f"{manifest.file}: expected a network whose input is float32")
    half = convert_float_to_float16(network, keep_io_types=True, op_block_list=[*DEFAULT_OP_BLOCK_LIST, *IN_FLOATS])
    file = path.with_suffix(".onnx")
    onnx.save(half, file)
    made = Manifest(path, manifest.values | {
        "name": path.stem,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "source": f"models/half.py, from {manifest.name} {manifest.values['version']}, sha256 {manifest.sha256}",
    })
    made.write()
    return made


def compare(large: Manifest, small: Manifest, tensors: np.ndarray, threads: int) -> dict:
    a, b = (unit(Embedder(m, threads).forward_all(tensors)) for m in (large, small))
    cosine = (a * b).sum(1)
    return {
        "images": len(tensors),
        "cosine_mean": round(float(cosine.mean()), 6),
        "cosine_least": round(float(cosine.min()), 6),
        "overlap_at_10": round(overlap(a, b), 4),
        "megabytes_fp32": round(large.file.stat().st_size / 1e6, 1),
        "megabytes_fp16": round(small.file.stat().st_size / 1e6, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
