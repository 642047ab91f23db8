"""The student, cut from the quantised teacher, and the teacher's own features."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
import torchvision
from onnx import numpy_helper
from PIL import Image
from torch import nn

from dataset import SIDE, Sample

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DIMENSION = 256
WIDTH = 320   # channels after the last bottleneck of MobileNetV2
FROZEN = 4    # the stem and the blocks at strides 2 and 4 keep the teacher's weights


class Student(nn.Module):
    """MobileNetV2 up to its last bottleneck, mean-pooled and projected to 256 values of unit length."""

    def __init__(self) -> None:
        super().__init__()
        self.features = torchvision.models.mobilenet_v2(weights=None).features[:18]
        without_batch_norm(self.features)
        self.project = nn.Linear(WIDTH, DIMENSION)

    def pooled(self, image: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            image = self.features[:FROZEN](image)
        return self.features[FROZEN:](image).mean((2, 3))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        embedding = self.project(self.pooled(image))
        # Written out, because the graph of F.normalize carries an Expand that leaves the output's width open.
        return embedding / torch.linalg.vector_norm(embedding, dim=1, keepdim=True).clamp_min(1e-12)


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


def student_of(teacher: Path) -> Student:
    """A student that starts from the teacher's de-quantised weights; its projection is still random."""
    graph = onnx.load(teacher).graph
    values = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    quantised = [node for node in graph.node if node.op_type == "QLinearConv"]
    student = Student()
    convolutions = [m for m in student.features.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for convolution, node in zip(convolutions, quantised):
            x_scale, weight, w_scale, w_zero, bias = (values[node.input[i]] for i in (1, 3, 4, 5, 8))
            per_channel = (-1, 1, 1, 1)
            weight = (weight - w_zero.reshape(per_channel)) * w_scale.reshape(per_channel)
            convolution.weight.copy_(torch.from_numpy(weight))
            convolution.bias.copy_(torch.from_numpy(bias * x_scale * w_scale.reshape(-1)))
    return student


def teacher_features(teacher: Path, samples: list[Sample], batch: int = 64) -> np.ndarray:
    """The teacher's pooled 1280 values per image, the mean over the image and its mirror image."""
    model = onnx.load(teacher)
    pool = next(node for node in model.graph.node if node.op_type == "QLinearGlobalAveragePool")
    model.graph.node.append(onnx.helper.make_node(
        "DequantizeLinear", [pool.output[0], pool.input[3], pool.input[4]], ["pooled"]))
    model.graph.output.append(onnx.helper.make_tensor_value_info("pooled", onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])

    features = []
    for start in range(0, len(samples), batch):
        x = np.stack([teacher_input(s.decode()) for s in samples[start:start + batch]])
        both = [session.run(["pooled"], {"input": np.ascontiguousarray(v)})[0] for v in (x, x[..., ::-1])]
        features.append(np.mean(both, axis=0).reshape(len(x), -1))
    return np.concatenate(features)


def teacher_input(image: Image.Image, side: int = 224) -> np.ndarray:
    left, top = (max(image.width - image.height, 0) // 2, max(image.height - image.width, 0) // 2)
    short = min(image.size)
    image = image.resize((side, side), Image.Resampling.BILINEAR, box=(left, top, left + short, top + short))
    x = (np.asarray(image, dtype=np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    return x.transpose(2, 0, 1)


def export(student: Student, path: Path) -> float:
    """Writes the ONNX file; returns its largest difference from the student on random images."""
    student = student.eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(student, (torch.randn(2, 3, SIDE, SIDE),), str(path), dynamo=False, opset_version=17,
                      input_names=["image"], output_names=["embedding"],
                      dynamic_axes={"image": {0: "batch"}, "embedding": {0: "batch"}})
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, 5):
        x = torch.randn(batch, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(batch))
        with torch.no_grad():
            expected = student(x).numpy()
        worst = max(worst, float(np.abs(session.run(["embedding"], {"image": x.numpy()})[0] - expected).max()))
    return worst
