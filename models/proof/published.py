"""Two published networks with real weights, as they were published and as fp32 networks of torchvision.

Expected of the fp32 exports and of the fp16 file is what PyTorch computes from the same weights; of the INT8 file, whose
rounding is its own, what Python's ONNX Runtime makes of its pooled tensor.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn
from torchvision.transforms import v2 as transforms

from neighbours import unit
from proof.networks import feature

IMAGENET = {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
CAFFE = {"scale": 1.0, "mean": [103.94, 116.78, 123.68], "std": [1.0, 1.0, 1.0]}


@dataclass(frozen=True)
class Published:
    """A file of the ONNX Model Zoo; `network` rebuilds it in PyTorch."""

    file: str
    colour: str
    numbers: dict
    network: Callable[[onnx.GraphProto], nn.Module]
    tolerance: float = 1e-2

    def tensors(self, images: list[Image.Image]) -> np.ndarray:
        resize = transforms.Compose([transforms.Resize(256, antialias=True), transforms.CenterCrop(224)])
        pixels = np.stack([np.asarray(resize(image), dtype=np.float32) for image in images])
        pixels = pixels[..., ::-1] if self.colour == "BGR" else pixels
        scale, mean, std = (np.float32(self.numbers[k]) for k in ("scale", "mean", "std"))
        return np.ascontiguousarray(((pixels * scale - mean) / std).transpose(0, 3, 1, 2))

    def manifest(self, tensor: str) -> dict:
        return {"input": {"tensor": tensor, "width": 224, "height": 224, "layout": "NCHW", "colour": self.colour},
                "resize": {"short_side": 256, "interpolation": "bilinear"}, **self.numbers}


def mobilenet(graph: onnx.GraphProto) -> nn.Module:
    """MobileNetV2 of the de-quantised weights; its batch norms are folded into the convolutions already."""
    values = constants(graph)
    network = torchvision.models.mobilenet_v2(weights=None)
    without_batch_norm(network)
    for layer, node in zip(convolutions(network), (n for n in graph.node if n.op_type == "QLinearConv"), strict=True):
        x_scale, weight, scale, zero, bias = (values[node.input[i]] for i in (1, 3, 4, 5, 8))
        scale, zero = scale.reshape(-1, 1, 1, 1), zero.reshape(-1, 1, 1, 1)
        assign(layer, (weight - zero) * scale, bias * x_scale * scale.ravel())
    product = next(n for n in graph.node if n.op_type == "QLinearMatMul")
    weight, scale, zero = (values[product.input[i]] for i in (3, 4, 5))
    assign(network.classifier[1], ((weight - zero) * scale).T, np.zeros(1000, np.float32))
    return network.eval()


def squeezenet(graph: onnx.GraphProto) -> nn.Module:
    values = constants(graph)
    network = torchvision.models.squeezenet1_1(weights=None)
    for layer, node in zip(convolutions(network), (n for n in graph.node if n.op_type == "Conv"), strict=True):
        assign(layer, *(values[name] for name in node.input[1:3]))
    return network.eval()


PUBLISHED = [
    Published("mobilenetv2-12-int8.onnx", "RGB", IMAGENET, mobilenet),
    Published("SqueezeNet_fp16.onnx", "BGR", CAFFE, squeezenet),
]


def describe(what: Published, source: Path, out: Path, photos: dict[str, Image.Image]) -> list[str]:
    """Writes OUT/CASE for the file as it is, which stays where it lies, and for its fp32 export; returns lines on both."""
    model = onnx.load(source)
    names, tensors = list(photos), what.tensors(list(photos.values()))
    network = what.network(model.graph)
    by_torch = unit(feature(network, torch.from_numpy(tensors)))
    weights = {i.name for i in model.graph.initializer}
    given = next(i.name for i in model.graph.input if i.name not in weights)
    as_is = quantised_feature(model, given, tensors) if "int8" in source.stem else by_torch
    name = source.stem.lower().replace("_", "-")
    write(out / name, what, given, source.resolve(), what.tolerance, dict(zip(names, as_is)))
    full = out / f"{name}-as-fp32"
    full.mkdir(exist_ok=True)
    torch.onnx.export(network, (torch.from_numpy(tensors[:2]),), str(full / f"{full.name}.onnx"), dynamo=False,
                      opset_version=17, input_names=["image"], output_names=["output"],
                      dynamic_axes={"image": {0: "batch"}, "output": {0: "batch"}})
    write(full, what, "image", Path(f"{full.name}.onnx"), 1e-4, dict(zip(names, by_torch)))
    return [f"{n:28s} {as_is.shape[1]:5d} values, published weights" for n in (name, full.name)]


def quantised_feature(model: onnx.ModelProto, given: str, tensors: np.ndarray) -> np.ndarray:
    pool = next(n for n in model.graph.node if n.op_type == "QLinearGlobalAveragePool")
    model.graph.node.append(helper.make_node("DequantizeLinear", [pool.output[0], *pool.input[3:5]], ["feature"]))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("feature", TensorProto.FLOAT, None))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return unit(np.concatenate([session.run(["feature"], {given: x[None]})[0].reshape(1, -1) for x in tensors]))


def write(folder: Path, what: Published, given: str, file: Path, tolerance: float, expected: dict[str, np.ndarray]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "case.json").write_text(json.dumps({
        "name": folder.name, "network": what.file, "file": str(file), "manifest": what.manifest(given),
        "dimension": len(next(iter(expected.values()))), "tolerance": tolerance,
        "expected": {k: np.round(v.astype(np.float64), 9).tolist() for k, v in expected.items()}}) + "\n")


def constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    return {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}


def convolutions(network: nn.Module) -> list[nn.Conv2d]:
    return [m for m in network.modules() if isinstance(m, nn.Conv2d)]


@torch.no_grad()
def assign(layer: nn.Conv2d | nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
    if layer.bias is None:
        layer.bias = nn.Parameter(torch.zeros(len(weight)))
    layer.weight.copy_(torch.from_numpy(weight))
    layer.bias.copy_(torch.from_numpy(bias))


def without_batch_norm(module: nn.Module) -> None:
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, nn.Identity())
        else:
            without_batch_norm(child)
