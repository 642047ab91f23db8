"""ONNX operators in PyTorch, those of convolutional networks; attributes are named as in ONNX's specification.

Each takes its inputs and attributes; shapes, axes and other integers are Python's own, so that a trace of PyTorch keeps what
depends on the number of images. What an operator does not take is
refused by Python itself, as an unexpected argument, and reported by who calls.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F

Tensor = torch.Tensor


def padded(x: Tensor, pads: list[int], value: float = 0.0) -> tuple[Tensor, list[int]]:
    """Pads by hand where both ends differ; else returns what PyTorch's own `padding` does."""
    half = len(pads) // 2
    if pads[:half] == pads[half:]:
        return x, pads[:half]
    ends = [p for i in reversed(range(half)) for p in (pads[i], pads[half + i])]
    return F.pad(x, ends, value=value), [0] * half


def explicit(auto_pad: str) -> None:
    if auto_pad not in ("NOTSET", "VALID"):
        raise TypeError(f"auto_pad {auto_pad}")


def conv(x: Tensor, weight: Tensor, bias: Tensor | None = None, *, kernel_shape: list[int] | None = None,
         strides: list[int] = [1, 1], pads: list[int] = [0] * 4, dilations: list[int] = [1, 1], group: int = 1,
         auto_pad: str = "NOTSET") -> Tensor:
    explicit(auto_pad)
    x, padding = padded(x, pads)
    return F.conv2d(x, weight, bias, strides, padding, dilations, group)


def max_pool(x: Tensor, *, kernel_shape: list[int], strides: list[int] = [1, 1], pads: list[int] = [0] * 4,
             dilations: list[int] = [1, 1], ceil_mode: int = 0, auto_pad: str = "NOTSET") -> Tensor:
    explicit(auto_pad)
    x, padding = padded(x, pads, -torch.inf)
    return F.max_pool2d(x, kernel_shape, strides, padding, dilations, bool(ceil_mode))


def average_pool(x: Tensor, *, kernel_shape: list[int], strides: list[int] = [1, 1], pads: list[int] = [0] * 4,
                 count_include_pad: int = 0, ceil_mode: int = 0, auto_pad: str = "NOTSET") -> Tensor:
    explicit(auto_pad)
    half = len(pads) // 2
    if pads[:half] != pads[half:]:
        raise TypeError("pads that differ at both ends")
    return F.avg_pool2d(x, kernel_shape, strides, pads[:half], bool(ceil_mode), bool(count_include_pad))


def gemm(a: Tensor, b: Tensor, c: Tensor | None = None, *, alpha: float = 1.0, beta: float = 1.0, transA: int = 0,
         transB: int = 0) -> Tensor:
    product = alpha * ((a.T if transA else a) @ (b.T if transB else b))
    return product if c is None else product + beta * c


def batch_norm(x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, var: Tensor, *, epsilon: float = 1e-5,
               momentum: float = 0.9, spatial: int = 1) -> Tensor:
    return F.batch_norm(x, mean, var, scale, bias, False, 0.0, epsilon)


def clip(x: Tensor, least: Tensor | None = None, most: Tensor | None = None, *, min: float | None = None,
         max: float | None = None) -> Tensor:
    return torch.clamp(x, least if least is not None else min, most if most is not None else max)


def reduce(kind: Callable) -> Callable:
    def reduced(x: Tensor, axes_input: list[int] | None = None, *, axes: list[int] | None = None, keepdims: int = 1,
                noop_with_empty_axes: int = 0) -> Tensor:
        chosen = axes_input if axes_input is not None else axes
        return kind(x, tuple(chosen if chosen else range(x.dim())), bool(keepdims))
    return reduced


def reshape(x: Tensor, shape: list[int], *, allowzero: int = 0) -> Tensor:
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(shape)])


def flatten(x: Tensor, *, axis: int = 1) -> Tensor:
    return x.flatten(1) if axis == 1 else x.reshape(x.shape[:axis].numel(), -1)


def sliced(x: Tensor, starts: list[int], ends: list[int], axes: list[int] | None = None, steps: list[int] | None = None) -> Tensor:
    for i, axis in enumerate(axes or range(len(starts))):
        if steps and steps[i] != 1:
            raise TypeError(f"steps {steps}")
        size = x.shape[axis]
        start, end = (max(0, min(size, v + size if v < 0 else v)) for v in (starts[i], ends[i]))
        x = x.narrow(axis, start, end - start)
    return x


def squeeze(x: Tensor, axes_input: list[int] | None = None, *, axes: list[int] | None = None) -> Tensor:
    return x.squeeze(tuple(axes_input or axes))


def unsqueeze(x: Tensor | int, axes_input: list[int] | None = None, *, axes: list[int] | None = None) -> Tensor | list[int]:
    if not isinstance(x, Tensor) or x.dim() == 0:    # a number of a shape, which is a tensor while PyTorch traces
        return [x]
    for axis in sorted(axes_input or axes):
        x = x.unsqueeze(axis)
    return x


def gather(x: Tensor | list[int], index: int | list[int], *, axis: int = 0) -> Tensor | list[int] | int:
    if isinstance(x, Tensor):
        return x.select(axis, index) if isinstance(index, int) else x.index_select(axis, torch.tensor(index))
    return x[index] if isinstance(index, int) else [x[i] for i in index]


def concat(*parts: Tensor | list[int], axis: int) -> Tensor | list[int]:
    return torch.cat(parts, axis) if isinstance(parts[0], Tensor) else [value for part in parts for value in part]


OPERATORS: dict[str, Callable] = {
    "Conv": conv, "Gemm": gemm, "MatMul": torch.matmul, "BatchNormalization": batch_norm,
    "MaxPool": max_pool, "AveragePool": average_pool, "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True),
    "ReduceMean": reduce(torch.mean), "ReduceSum": reduce(torch.sum), "ReduceL2": reduce(
        lambda x, axes, keep: torch.linalg.vector_norm(x, dim=axes, keepdim=keep)),
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Pow": torch.pow, "Sqrt": torch.sqrt,
    "Relu": torch.relu, "LeakyRelu": lambda x, alpha=0.01: F.leaky_relu(x, alpha), "Clip": clip,
    "Sigmoid": torch.sigmoid, "HardSigmoid": lambda x, alpha=0.2, beta=0.5: torch.clamp(alpha * x + beta, 0, 1),
    "HardSwish": F.hardswish, "Tanh": torch.tanh, "Softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "Concat": concat, "Shape": lambda x: list(x.shape), "Gather": gather, "Flatten": flatten, "Reshape": reshape, "Slice": sliced,
    "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Transpose": lambda x, perm: x.permute(perm),
    "Identity": lambda x: x, "Dropout": lambda x, *_, **__: x, "Cast": lambda x, to: x,
}
