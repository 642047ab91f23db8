"""Two published networks with real weights; expected is what Python's ONNX Runtime makes of the feature tensor."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper
from PIL import Image
from torchvision.transforms import v2 as transforms

IMAGENET = {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
CAFFE = {"scale": 1.0, "mean": [103.94, 116.78, 123.68], "std": [1.0, 1.0, 1.0]}


def mobilenet(path: Path) -> onnx.ModelProto:
    """The pooled 1280 values of mobilenetv2-12-int8, de-quantised."""
    model = onnx.load(path)
    pool = next(n for n in model.graph.node if n.op_type == "QLinearGlobalAveragePool")
    model.graph.node.append(helper.make_node("DequantizeLinear", [pool.output[0], *pool.input[3:5]], ["feature"]))
    return with_output(model, "feature", TensorProto.FLOAT)


def squeezenet(path: Path) -> onnx.ModelProto:
    """What the convolution to 1,000 classes is given, averaged over its positions."""
    model = onnx.load(path)
    last = [n for n in model.graph.node if n.op_type == "Conv"][-1]
    return with_output(model, last.input[0], TensorProto.FLOAT16)


def with_output(model: onnx.ModelProto, tensor: str, element: int) -> onnx.ModelProto:
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(tensor, element, None))
    return model


PUBLISHED = {
    "mobilenetv2-12-int8": (mobilenet, "RGB", IMAGENET, 1e-2),
    "SqueezeNet_fp16": (squeezenet, "BGR", CAFFE, 1e-2),
}


def describe(source: Path, out: Path, photos: dict[str, Image.Image]) -> str:
    """Writes OUT/NAME/case.json for one of the published files, which stays where it is; returns a line about it."""
    cut, colour, numbers, tolerance = PUBLISHED[source.stem]
    session = ort.InferenceSession(cut(source).SerializeToString(), providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    resize = transforms.Compose([transforms.Resize(256, antialias=True), transforms.CenterCrop(224)])
    expected = {}
    for name, image in photos.items():
        pixels = np.asarray(resize(image), dtype=np.float32)
        pixels = pixels[..., ::-1] if colour == "BGR" else pixels
        x = (pixels * np.float32(numbers["scale"]) - np.float32(numbers["mean"])) / np.float32(numbers["std"])
        x = x.transpose(2, 0, 1)[None].astype(np.float16 if "float16" in given.type else np.float32)
        value = session.run(None, {given.name: x})[0].astype(np.float64)
        vector = value.mean((2, 3)).ravel()
        expected[name] = (vector / np.linalg.norm(vector)).round(9).tolist()
    name = source.stem.lower().replace("_", "-")
    folder = out / name
    folder.mkdir(exist_ok=True)
    dimension = len(next(iter(expected.values())))
    (folder / "case.json").write_text(json.dumps({
        "name": name, "network": source.stem, "file": str(source.resolve()),
        "manifest": {"input": {"tensor": given.name, "width": 224, "height": 224, "layout": "NCHW", "colour": colour},
                     "resize": {"short_side": 256, "interpolation": "bilinear"}, **numbers},
        "dimension": dimension, "tolerance": tolerance, "expected": expected}) + "\n")
    return f"{name:24s} {dimension:5d} values, published weights"
