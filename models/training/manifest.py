"""Writes the manifest of an exported model: the file's hash and how its input is prepared.

    python manifest.py --model winnow-default.onnx --out winnow-default.yaml
"""

import argparse
import hashlib
from pathlib import Path

TEMPLATE = """\
name: winnow-default
version: "{version}"
file: {file}
sha256: {sha256}
source: "models/training/train.py, trained on Caltech-101 (CC-BY-4.0) and clothing photos (CC0), from mobilenetv2-12-int8 (Apache-2.0)"
licence: Apache-2.0
input: {{tensor: image, width: 160, height: 160, layout: NCHW, colour: RGB}}
resize: {{width: 160, height: 160, interpolation: bilinear}}   # the whole image, whatever its aspect ratio; Pillow antialiased
scale: 0.00392156862745098                              # pixel value multiplier before mean/std
mean: [0.485, 0.456, 0.406]
std: [0.229, 0.224, 0.225]
feature: {{tensor: embedding, dimension: 256, normalised: true}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="2")
    args = parser.parse_args()
    sha256 = hashlib.sha256(args.model.read_bytes()).hexdigest()
    args.out.write_text(TEMPLATE.format(version=args.version, file=args.model.name, sha256=sha256))


if __name__ == "__main__":
    main()
