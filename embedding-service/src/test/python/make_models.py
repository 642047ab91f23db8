"""Writes src/test/resources/models: networks of a few hundred bytes, one of them sound.

Run from the module's folder: python src/test/python/make_models.py (onnx and NumPy).
"""

import hashlib
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

OUT = Path("src/test/resources/models")
SIDE, CELLS = 32, 4

MANIFEST = """name: tiny
version: "1"
file: {file}
sha256: {sha256}
source: "src/test/python/make_models.py"
licence: Apache-2.0
input: {{tensor: image, width: 32, height: 32, layout: NCHW, colour: RGB}}
resize: {{short_side: 32, interpolation: bilinear}}
scale: 0.00392156862745098
mean: [0.5, 0.5, 0.5]
std: [0.5, 0.5, 0.5]
feature: {{tensor: embedding, dimension: 49, normalised: true}}
"""


def network(name: str, spoil: float | None) -> None:
    """The mean colours of 4 x 4 cells and a one, scaled to length 1; multiplied by `spoil` before the one is added."""
    nodes = [
        helper.make_node("AveragePool", ["image"], ["cells"], kernel_shape=[SIDE // CELLS] * 2, strides=[SIDE // CELLS] * 2),
        helper.make_node("Flatten", ["cells"], ["flat"]),
    ]
    tensors = [numpy_helper.from_array(np.float32([0.0 if spoil is None else spoil]), "spoil")]
    source = "flat"
    if spoil is not None:
        nodes.append(helper.make_node("Mul", ["flat", "spoil"], ["spoilt"]))
        source = "spoilt"
    tensors.append(numpy_helper.from_array(np.int64([0, 0, 0, 1]), "pads"))
    tensors.append(numpy_helper.from_array(np.float32(1), "one"))
    nodes += [
        helper.make_node("Pad", [source, "pads", "one"], ["padded"]),
        helper.make_node("LpNormalization", ["padded"], ["embedding"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 3 * CELLS * CELLS + 1])],
        tensors if spoil is not None else tensors[1:],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    save(model, OUT / f"{name}.onnx")
    sha256 = hashlib.sha256((OUT / f"{name}.onnx").read_bytes()).hexdigest()
    (OUT / f"{name}.yaml").write_text(MANIFEST.format(file=f"{name}.onnx", sha256=sha256))


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    network("tiny", None)
    network("blind", 0.0)
    network("infinite", float("inf"))
