"""Which networks are exported, and how: exporter, opset, batch, precision, layout."""

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import nn

from proof.networks import Preset

# In half precision the rounding of seeded weights adds up: Python's ONNX Runtime is just as far from PyTorch's fp32, 0.0221.
FP32, FP16 = 1e-4, 3e-2


class Nhwc(nn.Module):
    """Takes [n, h, w, 3], as networks that come from TensorFlow do."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.network(image.permute(0, 3, 1, 2))


class RawBgr(nn.Module):
    """Takes BGR of 0–255 and normalises inside the graph."""

    def __init__(self, network: nn.Module, preset: Preset) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(preset.mean).view(1, 3, 1, 1) * 255)
        self.register_buffer("std", torch.tensor(preset.std).view(1, 3, 1, 1) * 255)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.network((image.flip(1) - self.mean) / self.std)


class Maps(nn.Module):
    """A ResNet without its pooling: [n, channels, h, w]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.stages = nn.Sequential(*list(network.children())[:-2])

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.stages(image)


class Headless(nn.Module):
    """A ResNet without its classifier: [n, dimension]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.stages = nn.Sequential(*list(network.children())[:-1])

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.stages(image).flatten(1)


class Tokens(nn.Module):
    """A vision transformer's last hidden state: [n, 1 + patches, dimension]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.network.forward_features(image)


@dataclass(frozen=True)
class Case:
    """One exported file; `batch` None stands for a dynamic one."""

    name: str
    network: str
    exporter: str = "script"
    opset: int = 17
    batch: int | None = None
    form: str = "classifier"
    tolerance: float = FP32
    heavy: bool = True
    weights: str | None = None

    def preset(self) -> Preset:
        return Preset.of("vit_b_16" if self.network.startswith("timm:") else self.network, self.weights)

    def preprocessing(self, preset: Preset) -> dict:
        """The keys of a manifest that say how a photo becomes the input."""
        raw = self.form == "raw-bgr"
        return {
            "input": {"tensor": "image", "width": preset.crop, "height": preset.crop,
                      "layout": "NHWC" if self.form == "nhwc" else "NCHW", "colour": "BGR" if raw else "RGB"},
            "resize": {"short_side": preset.short_side, "interpolation": preset.interpolation},
            "scale": 1.0 if raw else 1 / 255,
            "mean": [0.0] * 3 if raw else preset.mean,
            "std": [1.0] * 3 if raw else preset.std,
        }

    def export(self, network: nn.Module, path: Path) -> None:
        preset = self.preset()
        forms = {"classifier": lambda n: n, "nhwc": Nhwc, "raw-bgr": lambda n: RawBgr(n, preset), "maps": Maps,
                 "headless": Headless, "tokens": Tokens, "fp16": lambda n: n, "fp16-inside": lambda n: n,
                 "external": lambda n: n}
        side = preset.crop
        example = torch.zeros(self.batch or 2, side, side, 3) if self.form == "nhwc" else torch.zeros(self.batch or 2, 3, side, side)
        module = forms[self.form](network).eval()
        if self.form == "fp16":
            import copy
            module, example = copy.deepcopy(module).half(), example.half()
        names = {"input_names": ["image"], "output_names": ["output"], "opset_version": self.opset}
        if self.exporter == "script":
            axes = None if self.batch else {"image": {0: "batch"}, "output": {0: "batch"}}
            torch.onnx.export(module, (example,), str(path), dynamo=False, dynamic_axes=axes, **names)
        else:
            shapes = None if self.batch else ({0: torch.export.Dim("batch")},)
            torch.onnx.export(module, (example,), str(path), dynamo=True, dynamic_shapes=shapes, verbose=False,
                              external_data=self.form == "external", **names)
        if self.form == "fp16-inside":
            from onnxruntime.transformers.float16 import convert_float_to_float16
            onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=True), path)


CASES = [
    Case("vgg16", "vgg16", heavy=False),
    Case("inception-v3", "inception_v3", "dynamo", 18, heavy=False),
    Case("resnet50", "resnet50", opset=11, heavy=False),
    Case("resnet50-v2", "resnet50", weights="IMAGENET1K_V2"),
    Case("resnet50-external", "resnet50", "dynamo", 18, form="external", heavy=False),
    Case("resnet50-single", "resnet50", batch=1, heavy=False),
    Case("resnet50-eight", "resnet50", "dynamo", 20, batch=8),
    Case("resnet50-fp16", "resnet50", "dynamo", 18, form="fp16", tolerance=FP16, heavy=False),
    Case("resnet50-fp16-inside", "resnet50", form="fp16-inside", tolerance=FP16),
    Case("resnet50-nhwc", "resnet50", form="nhwc", heavy=False),
    Case("resnet50-raw-bgr", "resnet50", form="raw-bgr"),
    Case("efficientnet-b0", "efficientnet_b0", opset=13, heavy=False),
    Case("efficientnet-b0-dynamo", "efficientnet_b0", "dynamo", 20),
    Case("mobilenet-v2", "mobilenet_v2", opset=12),
    Case("mobilenet-v3", "mobilenet_v3_large", "dynamo", 18, weights="IMAGENET1K_V2", heavy=False),
    Case("mobilenet-v3-script", "mobilenet_v3_large"),
    Case("squeezenet", "squeezenet1_1"),
    Case("resnet18-opset7", "resnet18", opset=7, batch=1, heavy=False),
    Case("resnet18-opset9", "resnet18", opset=9),
    Case("resnet18-maps", "resnet18", form="maps", heavy=False),
    Case("resnet18-headless", "resnet18", "dynamo", 21, form="headless", heavy=False),
    Case("densenet121", "densenet121"),
    Case("convnext-tiny", "convnext_tiny"),
    Case("convnext-tiny-dynamo", "convnext_tiny", "dynamo", 18),
    Case("swin-t", "swin_t"),
    Case("swin-t-dynamo", "swin_t", "dynamo", 18),
    Case("vit-b-16", "vit_b_16", heavy=False),
    Case("vit-b-16-opset23", "vit_b_16", "dynamo", 23),
    Case("regnet", "regnet_y_400mf", "dynamo", 18),
    Case("shufflenet", "shufflenet_v2_x1_0"),
    Case("googlenet", "googlenet"),
    Case("dinov2-small", "timm:vit_small_patch14_dinov2", form="tokens", heavy=False),
    Case("dinov2-small-dynamo", "timm:vit_small_patch14_dinov2", "dynamo", 18, form="tokens"),
]


def chosen(which: str, only: list[str] | None) -> list[Case]:
    """The cases of a set, or those named; in the order that builds each network once."""
    unknown = sorted(set(only or []) - {c.name for c in CASES})
    if unknown:
        raise SystemExit(f"--only: there is no case {', '.join(unknown)}; there are {', '.join(c.name for c in CASES)}")
    return [c for c in CASES if (c.name in only if only else which == "all" or not c.heavy)]
