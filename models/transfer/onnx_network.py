"""An installed model's network, read back from its ONNX file into PyTorch, so that it can be trained on.

Weights become floats: those stored in 16 bits, and those of quantised layers times their scale. Between quantised layers
floats flow, held to the range their 8 bits had, since a network may rely on that range as its activation.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from transfer.operators import OPERATORS

WEIGHTED = ("Conv", "Gemm", "MatMul")


class Layer(nn.Module):
    """One operator with its constants; those of a convolution or product are weights that can be trained."""

    def __init__(self, node: onnx.NodeProto, constants: dict[str, np.ndarray], fixed_batch: int | None) -> None:
        super().__init__()
        self.operator = node.op_type
        self.label = node.name or node.output[0]
        self.attributes = {a.name: attribute(a) for a in node.attribute}
        self.inputs: list[str | None] = []    # names of what flows in; None where a constant stands
        self.constants: dict[int, list[int] | int | None] = {}
        for position, name in enumerate(node.input):
            self.inputs.append(name if name and name not in constants else None)
            if name not in constants:
                if not name:
                    self.constants[position] = None
                continue
            value = constants[name]
            if np.issubdtype(value.dtype, np.integer):    # axes, shapes and the like
                self.constants[position] = value.tolist()
            elif self.operator in WEIGHTED:
                self.register_parameter(f"constant_{position}", nn.Parameter(floats(value)))
            else:
                self.register_buffer(f"constant_{position}", floats(value))
        if self.operator == "Reshape" and fixed_batch and self.constants.get(1, [0])[0] == fixed_batch:
            self.constants[1][0] = 0    # whatever number of images there are

    def forward(self, values: dict[str, torch.Tensor]) -> torch.Tensor:
        given = [values[name] if name else self.constant(i) for i, name in enumerate(self.inputs)]
        return OPERATORS[self.operator](*given, **self.attributes)

    def constant(self, position: int) -> torch.Tensor | list[int] | int | None:
        return self.constants[position] if position in self.constants else getattr(self, f"constant_{position}")


class Range(nn.Module):
    """Holds values to the range of a quantised tensor."""

    operator, inputs = "Range", []

    def __init__(self, name: str, scale: np.ndarray, zero: np.ndarray) -> None:
        super().__init__()
        self.inputs = [name]
        limits = np.iinfo(zero.dtype)
        self.least, self.most = (float((limit - float(zero)) * float(scale)) for limit in (limits.min, limits.max))

    def forward(self, values: dict[str, torch.Tensor]) -> torch.Tensor:
        return values[self.inputs[0]].clamp(self.least, self.most)


class OnnxNetwork(nn.Module):
    """The part of a graph that computes one tensor [n, dimension] from its images."""

    def __init__(self, file: Path, given: str, wanted: str) -> None:
        super().__init__()
        self.given, self.wanted = given, wanted
        try:
            graph = onnx.load(file).graph
        except Exception as e:
            raise SystemExit(f"{file}: cannot be read as an ONNX file: {e}") from e
        self.quantised = any("QLinear" in n.op_type or n.op_type == "QuantizeLinear" for n in graph.node)
        constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.halved = any(v.dtype == np.float16 for v in constants.values())
        shape = next((i.type.tensor_type.shape for i in graph.input if i.name == given), None)
        if shape is None:
            raise SystemExit(f"{file.name}: has no input '{given}'")
        fixed = shape.dim[0].dim_value or None
        steps: list[tuple[str, nn.Module]] = []
        for node in graph.node:
            if node.op_type == "Constant":
                constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            elif node.op_type in ("Cast", "Identity") and node.input[0] in constants:
                constants[node.output[0]] = constants[node.input[0]]
            elif node.op_type == "DequantizeLinear" and node.input[0] in constants:
                constants[node.output[0]] = real(node, constants, 0)
            else:
                steps.append((node.output[0], node))
        needed, chosen = {wanted}, []
        for name, node in reversed(steps):
            if name in needed:
                chosen.append((name, node))
                needed.update(i for i in node.input if i)
        self.names: list[str] = []
        self.steps = nn.ModuleList()
        for name, node in reversed(chosen):
            for step_name, step in steps_of(node, constants, fixed, file):
                self.names.append(step_name)
                self.steps.append(step)
        if wanted not in self.names:
            raise SystemExit(f"{file.name}: has no tensor '{wanted}'")

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.upper({self.given: image}, 0)

    def part(self, trained: list[nn.Parameter]) -> int:
        """The first step that has one of these weights, or the end."""
        wanted = {id(p) for p in trained}
        found = (i for i, step in enumerate(self.steps) if any(id(p) in wanted for p in step.parameters()))
        return next(found, len(self.steps))

    def lower(self, image: torch.Tensor, at: int) -> dict[str, torch.Tensor]:
        """What the steps before `at` give to those from there on."""
        values = self.run({self.given: image}, 0, at)
        read = {name for step in self.steps[at:] for name in step.inputs} or {self.wanted}
        return {name: value for name, value in values.items() if name in read}

    def upper(self, values: dict[str, torch.Tensor], at: int) -> torch.Tensor:
        return self.run(dict(values), at, len(self.steps))[self.wanted].flatten(1)

    def run(self, values: dict[str, torch.Tensor], start: int, end: int) -> dict[str, torch.Tensor]:
        for name, step in zip(self.names[start:end], self.steps[start:end]):
            try:
                values[name] = step(values)
            except TypeError as e:
                raise SystemExit(f"a layer {step.operator} cannot be rebuilt in PyTorch: {e}") from e
        return values


def steps_of(node: onnx.NodeProto, constants: dict[str, np.ndarray], fixed: int | None, file: Path) -> list[tuple[str, nn.Module]]:
    """A node as it is, or a quantised one as its float form and the range of its result."""
    kind, name = node.op_type, node.output[0]
    if kind == "QuantizeLinear":
        return [(name, Range(node.input[0], constants[node.input[1]], constants[node.input[2]]))]
    if kind == "DequantizeLinear":
        return [(name, Layer(helper.make_node("Identity", [node.input[0]], [name]), constants, fixed))]
    if kind in QUANTISED:
        plain, scale, zero = QUANTISED[kind](node, constants)
        return [(name + "/floats", Layer(plain, constants, fixed)),
                (name, Range(name + "/floats", constants[scale], constants[zero]))]
    if kind not in OPERATORS:
        raise SystemExit(f"{file.name}: the operator {kind} cannot be rebuilt in PyTorch, so this network cannot be "
                         "trained on; those that can: " + ", ".join(sorted(OPERATORS)))
    return [(name, Layer(node, constants, fixed))]


def real(node: onnx.NodeProto, constants: dict[str, np.ndarray], at: int, axis: int = 0) -> np.ndarray:
    """Quantised constants as floats: input `at` is followed by its scale and zero point."""
    value, scale = constants[node.input[at]], constants[node.input[at + 1]]
    zero = constants[node.input[at + 2]] if len(node.input) > at + 2 else np.zeros(1, value.dtype)
    axis = next((a.i for a in node.attribute if a.name == "axis"), axis)
    shape = [-1 if d == axis else 1 for d in range(value.ndim)] if scale.size > 1 else [1] * value.ndim
    return (value.astype(np.float32) - zero.astype(np.float32).reshape(shape)) * scale.reshape(shape)


def quantised_conv(node: onnx.NodeProto, constants: dict[str, np.ndarray]) -> tuple[onnx.NodeProto, str, str]:
    given, weight, bias = node.input[0], node.output[0] + "/weight", node.output[0] + "/bias"
    constants[weight] = real(node, constants, 3)
    inputs = [given, weight]
    if len(node.input) > 8:
        constants[bias] = constants[node.input[8]] * constants[node.input[1]] * constants[node.input[4]].ravel()
        inputs.append(bias)
    plain = helper.make_node("Conv", inputs, [node.output[0] + "/floats"])
    plain.attribute.extend(node.attribute)
    return plain, node.input[6], node.input[7]


def quantised_product(node: onnx.NodeProto, constants: dict[str, np.ndarray]) -> tuple[onnx.NodeProto, str, str]:
    weight = node.output[0] + "/weight"
    constants[weight] = real(node, constants, 3, axis=1)
    return helper.make_node("MatMul", [node.input[0], weight], [node.output[0] + "/floats"]), node.input[6], node.input[7]


def quantised_sum(node: onnx.NodeProto, _: dict) -> tuple[onnx.NodeProto, str, str]:
    return helper.make_node("Add", [node.input[0], node.input[3]], [node.output[0] + "/floats"]), node.input[6], node.input[7]


def quantised_mean(node: onnx.NodeProto, _: dict) -> tuple[onnx.NodeProto, str, str]:
    return helper.make_node("GlobalAveragePool", [node.input[0]], [node.output[0] + "/floats"]), node.input[3], node.input[4]


QUANTISED = {"QLinearConv": quantised_conv, "QLinearMatMul": quantised_product, "QLinearAdd": quantised_sum,
             "QLinearGlobalAveragePool": quantised_mean}


def attribute(a: onnx.AttributeProto) -> object:
    value = helper.get_attribute_value(a)
    return value.decode() if isinstance(value, bytes) else list(value) if a.type == onnx.AttributeProto.INTS else value


def floats(value: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(value.astype(np.float32))
