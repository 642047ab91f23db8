"""The student: started from the teacher, with a head for what an image shows and one for which image it is."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from dataset import SIDE
from teacher import DIMENSION, backbone_of

INSTANCE = 96           # values of the instance head
HIDDEN = 512            # its hidden layer
INSTANCE_SHARE = 0.2    # of the cosine similarity; the rest is the semantic head's
FROZEN = 14             # the layers down to stride 16 keep the teacher's weights
EARLY, MIDDLE, LATE = 32, 96, 320   # channels after layers 6, 13 and 17, at strides 8, 16 and 32
WIDTH = 1280            # channels of the last layer


class Student(nn.Module):
    """MobileNetV2 with two heads.

    The semantic head projects the last maps' means: what an image shows. The instance head sees statistics of earlier maps
    too, where texture and detail are still told apart that the last ones have learned to ignore: which image it is. It
    takes the layers as they are: its gradient ends at its input, for letting it into the layers cost the semantic head
    more than it gained itself.
    """

    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers = layers
        self.semantic = nn.Linear(WIDTH, DIMENSION)
        inputs = WIDTH + 2 * (EARLY + MIDDLE + LATE)
        self.instance = nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, INSTANCE))
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("deviation", torch.ones(inputs))

    def lower(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The frozen layers: maps [n, 96, 10, 10], and statistics [n, 64] of earlier ones."""
        early = self.layers[:7](image)
        return self.layers[7:FROZEN](early), statistics(early)

    def upper(self, maps: torch.Tensor, early: torch.Tensor) -> torch.Tensor:
        """[n, 2176]: roots of the last maps' means, then means and deviations of earlier maps; each of about mean 0 and
        deviation 1 over the training images."""
        late = self.layers[FROZEN:18](maps)
        last = (self.layers[18](late).mean((2, 3)) + 0.01).sqrt()
        pooled = torch.cat([last, early, statistics(maps), statistics(late)], dim=1)
        return (pooled - self.mean) / self.deviation

    def heads(self, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Both of unit length."""
        return unit(self.semantic(pooled[:, :WIDTH])), unit(self.instance(pooled.detach()))

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.heads(self.upper(*self.lower(image)))


def statistics(maps: torch.Tensor) -> torch.Tensor:
    """[n, 2 c]: mean and standard deviation over the places of each map."""
    mean = maps.mean((2, 3))
    return torch.cat([mean, ((maps * maps).mean((2, 3)) - mean * mean).clamp_min(1e-6).sqrt()], dim=1)


def unit(x: torch.Tensor) -> torch.Tensor:
    # Written out, because the graph of F.normalize carries an Expand that leaves the output's width open.
    return x / torch.linalg.vector_norm(x, dim=1, keepdim=True).clamp_min(1e-12)


def joined(semantic: torch.Tensor, instance: torch.Tensor) -> torch.Tensor:
    """The embedding [n, 256], of unit length: its cosine is the weighted mean of the two heads' cosines."""
    return torch.cat([(1 - INSTANCE_SHARE) ** 0.5 * semantic, INSTANCE_SHARE ** 0.5 * instance], dim=1)


class Embedding(nn.Module):
    """What is exported."""

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return joined(*self.student(image))


def student_of(teacher: Path) -> Student:
    """A student that starts from the teacher's weights; its heads are still random."""
    return Student(backbone_of(teacher))


@torch.no_grad()
def fit_heads(student: Student, pooled: torch.Tensor, targets: torch.Tensor, ridge: float = 1e-2) -> torch.Tensor:
    """Fits the normalisation to `pooled`, which is returned normalised, and starts the semantic head at the
    least-squares map to the targets."""
    student.mean.copy_(pooled.mean(0))
    student.deviation.copy_(pooled.std(0).clamp_min(1e-3))
    pooled = (pooled - student.mean) / student.deviation
    inputs, goal = pooled[:, :WIDTH].double(), targets.double()
    gram = inputs.T @ inputs + ridge * len(inputs) * torch.eye(WIDTH, dtype=torch.float64)
    student.semantic.weight.copy_(torch.linalg.solve(gram, inputs.T @ (goal - goal.mean(0))).T)
    student.semantic.bias.copy_(goal.mean(0))
    return pooled


def export(student: Student, path: Path) -> float:
    """Writes the ONNX file, weights stored in 16 bits; returns its largest difference from the student so rounded."""
    student = student.eval().half().float().to(memory_format=torch.contiguous_format)
    embedding = Embedding(student)
    torch.onnx.export(embedding, (torch.randn(2, 3, SIDE, SIDE),), str(path), dynamo=False, opset_version=17,
                      input_names=["image"], output_names=["embedding"],
                      dynamic_axes={"image": {0: "batch"}, "embedding": {0: "batch"}})
    model = onnx.load(path)
    store_in_16_bits(model.graph)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, 5):
        x = torch.randn(batch, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(batch))
        with torch.no_grad():
            expected = embedding(x).numpy()
        worst = max(worst, float(np.abs(session.run(["embedding"], {"image": x.numpy()})[0] - expected).max()))
    return worst


def store_in_16_bits(graph: onnx.GraphProto, least: int = 1024) -> None:
    """Halves the file: large weights become float16 behind a Cast, which a runtime folds away when it loads the graph."""
    casts = []
    for initializer in graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.dtype == np.float32 and values.size >= least:
            name = initializer.name
            initializer.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
