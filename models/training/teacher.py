"""The teacher: a quantised ImageNet network read back into floats, and what its features ask of the student."""

import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torch.nn.functional as F
import torchvision
from onnx import numpy_helper
from PIL import Image
from torch import nn

from dataset import Sample

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DIMENSION = 160         # of the targets
SIDE = 224


def backbone_of(teacher: Path) -> nn.Sequential:
    """MobileNetV2's layers up to the 1,280 maps, with the de-quantised weights of `teacher` and floats between them.

    In floats it ranks neighbours better than the 8-bit graph it comes from, whose activations are rounded as well.
    """
    graph = onnx.load(teacher).graph
    values = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    quantised = [node for node in graph.node if node.op_type == "QLinearConv"]
    layers = torchvision.models.mobilenet_v2(weights=None).features
    without_batch_norm(layers)
    convolutions = [m for m in layers.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for convolution, node in zip(convolutions, quantised, strict=True):
            x_scale, weight, w_scale, w_zero, bias = (values[node.input[i]] for i in (1, 3, 4, 5, 8))
            per_channel = (-1, 1, 1, 1)
            weight = (weight - w_zero.reshape(per_channel)) * w_scale.reshape(per_channel)
            convolution.weight.copy_(torch.from_numpy(weight))
            convolution.bias.copy_(torch.from_numpy(bias * x_scale * w_scale.reshape(-1)))
    return layers


def without_batch_norm(module: nn.Module) -> None:
    """The teacher's batch norms are folded into its convolutions: give each convolution a bias and drop the norm."""
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, nn.Identity())
        elif isinstance(child, nn.Conv2d):
            setattr(module, name, nn.Conv2d(child.in_channels, child.out_channels, child.kernel_size, child.stride,
                                            child.padding, groups=child.groups))
        else:
            without_batch_norm(child)


class Pooled(nn.Module):
    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layers(image).mean((2, 3))


def teacher_features(teacher: Path, samples: list[Sample], work: Path, threads: int, batch: int = 32) -> np.ndarray:
    """The teacher's pooled 1,280 values per image: the mean over its centre square, the whole image squeezed into a
    square, and both mirrored, at 224 pixels. `work` receives the teacher as a float ONNX file."""
    path = work / "teacher.onnx"
    torch.onnx.export(Pooled(backbone_of(teacher)).eval(), (torch.zeros(2, 3, SIDE, SIDE),), str(path), dynamo=False,
                      opset_version=17, input_names=["image"], output_names=["pooled"],
                      dynamic_axes={"image": {0: "batch"}, "pooled": {0: "batch"}})
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    features = []
    for start in range(0, len(samples), batch):
        images = [s.decode() for s in samples[start:start + batch]]
        views = []
        for cut in (square, whole):
            x = np.stack([normalised(cut(image)) for image in images])
            views += [session.run(["pooled"], {"image": np.ascontiguousarray(v)})[0] for v in (x, x[..., ::-1])]
        features.append(np.mean(views, axis=0))
    return np.concatenate(features)


def square(image: Image.Image) -> Image.Image:
    left, top = (max(image.width - image.height, 0) // 2, max(image.height - image.width, 0) // 2)
    short = min(image.size)
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=(left, top, left + short, top + short))


def whole(image: Image.Image) -> Image.Image:
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def normalised(image: Image.Image) -> np.ndarray:
    x = (np.asarray(image, dtype=np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    return x.transpose(2, 0, 1)


def targets_of(features: np.ndarray, train: np.ndarray) -> torch.Tensor:
    """Unit targets [n, 160]: the roots of the teacher's features, centred and half-whitened along their principal axes.

    Fitted on training images only. The root keeps a few strong features from outweighing many weak ones; centring
    removes the direction all images share; half-whitening keeps a handful of axes from deciding every similarity.
    """
    features = np.sqrt(features)
    mean = features[train].mean(0)
    _, singular, axes = np.linalg.svd(features[train] - mean, full_matrices=False)
    deviation = singular[:DIMENSION] / math.sqrt(len(train))
    projected = (features - mean) @ axes[:DIMENSION].T / np.sqrt(deviation)
    return F.normalize(torch.from_numpy(projected.astype(np.float32)), dim=1)
