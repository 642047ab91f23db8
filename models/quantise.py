"""Makes an INT8 variant of an installed model, and measures what it costs in accuracy.

    python quantise.py --manifest .winnow/models/resnet50/resnet50.yaml --images PHOTOS --out int8
    python quantise.py --manifest models/default/winnow-default.yaml --labels PHOTOS/labels.csv --out int8

Static quantisation: activations uint8, weights int8 per channel, calibrated on real images under the manifest's own
preprocessing. Writes NAME-int8.onnx, NAME-int8.yaml (for `./winnow models add --manifest`) and NAME-int8.report.json.
Ways of calibrating are tried in turn; then the layers that cost most are left in floats, until the neighbours agree.
Images are parted into three: to calibrate, to choose by, and to report on.
"""

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from images import Labelled, files_of, opened
from neighbours import knn_accuracy, overlap, unit
from quantisation import METHODS, Method, Quantisation
from training.preprocess import Embedder, Manifest

TARGET = 0.95     # of overlap@10, from which the catalogue recommends an INT8 variant
MARGIN = 0.005    # above it on the images to choose by, since the report's images are others


@dataclass(frozen=True)
class Variant:
    """A quantised file that was tried."""

    method: Method
    floats: tuple[str, ...]     # layers that stay in floats
    overlap: float              # on the images to choose by

    def __str__(self) -> str:
        return f"{self.method.name}, {len(self.floats)} layers in floats"


def main() -> None:
    args = arguments()
    manifest = Manifest.read(args.manifest)
    embedder = Embedder(manifest, args.threads)
    parts = part_images(args)
    choose, report = (stack(manifest, p.files) for p in parts[1:])
    print(f"{manifest.name}: {len(parts[0])} images to calibrate, {len(choose)} to choose by, {len(report)} to report on")

    quantisation = Quantisation(manifest, stack(manifest, parts[0].files), args.reduce_range)
    search = Search(quantisation, args, choose, unit(embedder.forward_all(choose)))
    best = search.run()
    args.out.mkdir(parents=True, exist_ok=True)
    small = args.out / f"{manifest.name}-int8.yaml"
    quantisation.build(best.method, small.with_suffix(".onnx"), without=list(best.floats))
    write_manifest(manifest, small, best)
    figures = measure(embedder, Embedder(Manifest.read(small), args.threads), report, parts[2].labels)
    figures |= {"model": manifest.name, "version": str(manifest.values["version"]), "sha256_fp32": manifest.sha256,
                "method": best.method.name, "layers": len(quantisation.layers()), "layers_in_floats": list(best.floats),
                "images": {"calibrate": len(parts[0]), "choose": len(choose), "report": len(report)},
                "recommended": figures["overlap_at_10"] >= TARGET, "seed": args.seed}
    small.with_suffix(".report.json").write_text(json.dumps(figures, indent=2) + "\n")
    print_report(figures)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True, help="of an installed fp32 model")
    images = parser.add_mutually_exclusive_group(required=True)
    images.add_argument("--images", type=Path, help="folder of images, without labels")
    images.add_argument("--labels", type=Path, help="CSV or JSON lines with path and label, or a folder of class subfolders")
    parser.add_argument("--root", type=Path, help="folder that the paths of --labels are relative to (default: its own)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--calibrate", type=int, default=128, help="images to calibrate with (default: 128)")
    parser.add_argument("--choose", type=int, default=300, help="images to choose a variant by (default: 300)")
    parser.add_argument("--report", type=int, default=800, help="images to report on, at most (default: 800)")
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS)[:3])
    parser.add_argument("--most-floats", type=int, help="layers that may stay in floats (default: half of them)")
    parser.add_argument("--reduce-range", action="store_true",
                        help="7-bit weights, for x86 processors without VNNI, whose 16-bit sums would saturate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="of a forward pass (default: all cores)")
    args = parser.parse_args()
    if min(args.calibrate, args.choose, args.report) < 12:
        parser.error("--calibrate, --choose and --report: at least 12 images each")
    if args.most_floats is not None and args.most_floats < 0:
        parser.error("--most-floats: expected 0 or more")
    return args


def part_images(args: argparse.Namespace) -> list[Labelled]:
    if args.labels:
        every = Labelled.read(args.labels, args.root)
        every.require_classes()
    else:
        files = files_of(args.images)
        every = Labelled(files, np.array([""] * len(files)))
    needed = args.calibrate + args.choose + 12
    if len(every) < needed:
        raise SystemExit(f"expected at least {needed} images ({args.calibrate} to calibrate, {args.choose} to choose by, "
                         f"12 to report on), got {len(every)}: bring more, or lower --calibrate and --choose")
    order = np.random.default_rng(args.seed).permutation(len(every))
    ends = np.cumsum([args.calibrate, args.choose, args.report])
    return [every.subset(part) for part in np.split(order, ends)[:3]]


def stack(manifest: Manifest, files: list[Path]) -> np.ndarray:
    return np.stack([manifest.tensor_of(opened(file)) for file in files])


class Search:
    """Looks for a variant whose neighbours agree with those of fp32, from the fastest kind to slower ones."""

    def __init__(self, quantisation: Quantisation, args: argparse.Namespace, tensors: np.ndarray, wanted: np.ndarray) -> None:
        self.quantisation, self.args, self.tensors, self.wanted = quantisation, args, tensors, wanted
        self.work = tempfile.TemporaryDirectory()

    def run(self) -> Variant:
        best: Variant | None = None
        for name in self.args.methods:
            tried = self.tried(Variant(METHODS[name], (), 0.0))
            best = tried if best is None or tried.overlap > best.overlap else best
            if best.overlap >= TARGET + MARGIN:
                return best
        layers = self.quantisation.layers()
        most = len(layers) // 2 if self.args.most_floats is None else min(self.args.most_floats, len(layers))
        if not most:
            return best
        ranked = self.by_cost(best.method)
        for count in [*(2 ** i for i in range(most.bit_length()) if 2 ** i < most), most]:
            tried = self.tried(Variant(best.method, tuple(ranked[:count]), 0.0))
            best = tried if tried.overlap > best.overlap else best
            if best.overlap >= TARGET + MARGIN:
                break
        return best

    def tried(self, variant: Variant) -> Variant:
        vectors = self.vectors(variant.method, without=list(variant.floats))
        variant = replace(variant, overlap=overlap(self.wanted, vectors))
        print(f"  {str(variant):44s} overlap@10 {variant.overlap:.4f}", flush=True)
        return variant

    def by_cost(self, method: Method) -> list[str]:
        """The layers, first those that alone move the embeddings most."""
        costs = {}
        for layer in self.quantisation.layers():
            moved = self.vectors(method, only=[layer], count=24)
            costs[layer] = 1 - float((moved * self.wanted[:24]).sum(1).mean())
        return sorted(costs, key=costs.__getitem__, reverse=True)

    def vectors(self, method: Method, count: int | None = None, **layers: list[str]) -> np.ndarray:
        path = Path(self.work.name) / "tried.onnx"
        self.quantisation.build(method, path, **layers)
        manifest = self.quantisation.manifest
        file = Manifest(path, manifest.values | {"file": path.name})
        return unit(Embedder(file, self.args.threads).forward_all(self.tensors[:count]))


def write_manifest(manifest: Manifest, path: Path, best: Variant) -> None:
    file = path.with_suffix(".onnx")
    values = manifest.values | {
        "name": path.stem,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "source": f"models/quantise.py ({best}), from {manifest.name} {manifest.values['version']}, "
                  f"sha256 {manifest.sha256}",
    }
    Manifest(path, values).write()


def measure(large: Embedder, small: Embedder, tensors: np.ndarray, labels: np.ndarray) -> dict:
    a, b = unit(large.forward_all(tensors)), unit(small.forward_all(tensors))
    cosine = (a * b).sum(1)
    figures = {
        "cosine_mean": round(float(cosine.mean()), 5),
        "cosine_p1": round(float(np.percentile(cosine, 1)), 5),
        "overlap_at_10": round(overlap(a, b), 4),
        "bytes_fp32": large.manifest.file.stat().st_size,
        "bytes_int8": small.manifest.file.stat().st_size,
    }
    if len(set(labels)) > 1:
        figures |= {"classes": len(set(labels)), "knn_10_fp32": round(knn_accuracy(a, labels), 4),
                    "knn_10_int8": round(knn_accuracy(b, labels), 4)}
    return figures | speeds(large.manifest, small.manifest, tensors[:8])


def speeds(large: Manifest, small: Manifest, tensors: np.ndarray, rounds: int = 9) -> dict:
    """Images per core-second, by processor time on one thread, in turns, so that other programs disturb both alike."""
    embedders = [Embedder(m, threads=1) for m in (large, small)]
    for embedder in embedders:
        embedder.forward(tensors)
    rates: list[list[float]] = [[], []]
    for _ in range(rounds):
        for embedder, into in zip(embedders, rates):
            started = time.process_time()
            embedder.forward(tensors)
            into.append(len(tensors) / (time.process_time() - started))
    fp32, int8 = (statistics.median(r) for r in rates)
    ratio = statistics.median(b / a for a, b in zip(*rates))
    return {"images_per_core_second_fp32": round(fp32, 1), "images_per_core_second_int8": round(int8, 1),
            "speed_ratio": round(ratio, 2)}


def print_report(f: dict) -> None:
    rows = [("calibration", f"{f['method']}, {len(f['layers_in_floats'])} of {f['layers']} layers in floats"),
            ("cosine to fp32, mean and 1st percentile", f"{f['cosine_mean']:.4f}, {f['cosine_p1']:.4f}"),
            ("overlap@10 with fp32", f"{f['overlap_at_10']:.4f}")]
    if "knn_10_fp32" in f:
        rows.append((f"kNN-10 accuracy, {f['classes']} classes, fp32 and INT8", f"{f['knn_10_fp32']:.4f}, {f['knn_10_int8']:.4f}"))
    rows += [("images per core-second, fp32 and INT8",
              f"{f['images_per_core_second_fp32']}, {f['images_per_core_second_int8']} (x {f['speed_ratio']})"),
             ("megabytes, fp32 and INT8", f"{f['bytes_fp32'] / 1e6:.1f}, {f['bytes_int8'] / 1e6:.1f}"),
             ("recommended (overlap@10 >= 0.95)", "yes" if f["recommended"] else "no")]
    for what, value in rows:
        print(f"  {what:46s} {value}")


if __name__ == "__main__":
    sys.exit(main())
