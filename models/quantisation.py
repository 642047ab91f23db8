"""Static quantisation of an ONNX graph: activations uint8, weights int8 per channel, as QuantizeLinear pairs (QDQ)."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper, version_converter
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorsData, create_calibrator
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.preprocess import Embedder, Manifest

OPSET = 17        # that older graphs are raised to; per-channel QDQ needs 13
WEIGHTED = ("Conv", "Gemm", "MatMul")
# What keeps its values in 8 bits between two weighted layers. Pooling at the end, gates and norms stay in floats.
QUANTISED = [*WEIGHTED, "Add", "Relu", "Clip", "MaxPool", "AveragePool", "Concat"]
CHUNK = 8         # images whose activations are held at a time


@dataclass(frozen=True)
class Method:
    """How the range of an activation is taken from what calibration saw."""

    name: str
    calibration: CalibrationMethod
    options: dict = field(default_factory=dict)


METHODS = {m.name: m for m in [
    Method("minmax", CalibrationMethod.MinMax),
    Method("percentile-99.99", CalibrationMethod.Percentile, {"percentile": 99.99}),
    Method("percentile-99.9", CalibrationMethod.Percentile, {"percentile": 99.9}),
    Method("entropy", CalibrationMethod.Entropy),
]}


class Reader(CalibrationDataReader):
    def __init__(self, embedder: Embedder, tensors: np.ndarray) -> None:
        self.inputs: Iterator[dict] = iter(feeds(embedder, tensors))

    def get_next(self) -> dict | None:
        return next(self.inputs, None)


def feeds(embedder: Embedder, tensors: np.ndarray) -> list[dict]:
    count = embedder.fixed or 1
    whole = [tensors[np.arange(start, start + count) % len(tensors)] for start in range(0, len(tensors), count)]
    return [{embedder.manifest.tensor: part.astype(embedder.element)} for part in whole]


class Quantisation:
    """One network with the ranges of its activations; builds variants that quantise all of it or parts."""

    def __init__(self, manifest: Manifest, tensors: np.ndarray, reduce_range: bool = False) -> None:
        self.manifest = manifest
        self.tensors = tensors
        self.reduce_range = reduce_range
        self.work = tempfile.TemporaryDirectory()
        self.prepared = Path(self.work.name) / "prepared.onnx"
        prepare(manifest, self.prepared)
        self.graph = onnx.load(self.prepared).graph
        self.constants = {i.name for i in self.graph.initializer}
        self.ranges: dict[str, TensorsData] = {}

    def layers(self) -> list[str]:
        """Names of the nodes with weights, in the graph's order."""
        return [n.name for n in self.graph.node if n.op_type in WEIGHTED and any(i in self.constants for i in n.input)]

    def float_tail(self) -> list[str]:
        """Nodes after the last weighted layer: few values, each of them the embedding's own, so they stay floats."""
        names = [n.name for n in self.graph.node]
        return names[names.index(self.layers()[-1]) + 1:]

    def calibrate(self, method: Method) -> TensorsData:
        if method.name not in self.ranges:
            calibrator = create_calibrator(str(self.prepared), QUANTISED, f"{self.work.name}/{method.name}.onnx",
                                           method.calibration, extra_options=method.options)
            embedder = Embedder(self.manifest)
            with contextlib.redirect_stdout(None):
                for start in range(0, len(self.tensors), CHUNK):
                    calibrator.collect_data(Reader(embedder, self.tensors[start:start + CHUNK]))
                self.ranges[method.name] = calibrator.compute_data()
        return self.ranges[method.name]

    def build(self, method: Method, path: Path, only: list[str] | None = None, without: list[str] | None = None) -> None:
        """Writes the quantised graph: of the layers `only` these, or all `without` those."""
        quantizer = QDQQuantizer(
            onnx.load(self.prepared), per_channel=True, reduce_range=self.reduce_range, weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QUInt8, tensors_range=self.calibrate(method), nodes_to_quantize=only or [],
            nodes_to_exclude=[*self.float_tail(), *(without or [])], op_types_to_quantize=QUANTISED,
            extra_options={"MatMulConstBOnly": True})
        quantizer.quantize_model()
        onnx.save(quantizer.model.model, path)


def prepare(manifest: Manifest, path: Path) -> None:
    """Folds batch norms and constants and infers shapes, as ONNX Runtime asks for before quantisation."""
    try:
        model = onnx.load(manifest.file)
    except Exception as e:
        raise SystemExit(f"{manifest.file}: cannot be read as an ONNX file: {e}") from e
    if any(n.op_type.startswith("QLinear") or n.op_type == "DequantizeLinear" for n in model.graph.node):
        raise SystemExit(f"{manifest.file.name}: is quantised already; start from the fp32 file")
    widen_stored(model.graph)
    if any(i.data_type == onnx.TensorProto.FLOAT16 for i in model.graph.initializer):
        raise SystemExit(f"{manifest.file.name}: has fp16 weights; start from the fp32 file")
    opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    if opset < 13:
        model = raised(model, manifest.file.name, opset)
    source = path.with_suffix(".source.onnx")
    onnx.save(model, source)
    try:
        quant_pre_process(str(source), str(path))
    except Exception:  # symbolic shape inference gives up on some dynamic graphs; ONNX's own still runs
        quant_pre_process(str(source), str(path), skip_symbolic_shape=True)
    named = onnx.load(path)
    for index, node in enumerate(named.graph.node):
        node.name = node.name or f"{node.op_type}_{index}"
    onnx.save(named, path)


def widen_stored(graph: onnx.GraphProto) -> None:
    """Weights that are only stored in 16 bits, behind a Cast to floats, become floats: the network computes the same."""
    stored = {i.name: i for i in graph.initializer if i.data_type == onnx.TensorProto.FLOAT16}
    casts = [n for n in graph.node if n.op_type == "Cast" and n.input[0] in stored
             and onnx.helper.get_attribute_value(n.attribute[0]) == onnx.TensorProto.FLOAT]
    for cast in casts:
        values = numpy_helper.to_array(stored[cast.input[0]]).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(values, cast.output[0]))
        graph.node.remove(cast)
    read = {name for node in graph.node for name in node.input}
    for name, initializer in stored.items():
        if name not in read:
            graph.initializer.remove(initializer)


def raised(model: onnx.ModelProto, name: str, opset: int) -> onnx.ModelProto:
    weights = {i.name for i in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in weights]
    del model.graph.input[:]      # before IR version 4, weights were listed as inputs too
    model.graph.input.extend(inputs)
    model.ir_version = max(model.ir_version, 8)
    try:
        return version_converter.convert_version(model, OPSET)
    except Exception as e:
        raise SystemExit(f"{name}: opset {opset} cannot be raised to {OPSET}, quantisation needs 13: {e}") from e
