"""Exports a CLIP with random weights to ONNX, image and text tower, as real ones are exported, with the embeddings that
PyTorch gives some photos and texts, and the tokens that Hugging Face's and open_clip's tokenizers give the texts.

    python export_clip.py --out WORK --photos PHOTOS
    python export_clip.py --out WORK --size full      # as large as ViT-B/32

Writes WORK/{clip.onnx,clip-text.onnx,clip-tokenizer.json,clip.yaml,photos,photos.json,texts.json}; clip.yaml is a manifest
that the worker accepts. Vectors have length 1. The tokenizer is CLIP's own: its vocabulary is that of open_clip's wheel
(MIT), its rules those of transformers' CLIPTokenizer, which is what the published tokenizer.json holds.

texts.json holds for each text `ids`, those of tokenizer.json by Hugging Face's library. open_clip's tokenizer does more
before it cuts a text: it repairs wrongly decoded text (ftfy), and resolves HTML entities twice. `cleaned` is a text after
these steps and `cleaned_ids` what open_clip makes of it: the same as tokenizer.json makes of the cleaned text. They are
left out for texts in which open_clip's names of the special tokens or CLIP's own occur, which the other side does not know
as such, and for those with characters younger than Unicode 3.2, which libraries of different age classify differently.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import torch
from open_clip.tokenizer import SimpleTokenizer, basic_clean, bytes_to_unicode, default_bpe, whitespace_clean
from tokenizers import Tokenizer
from torch import nn
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Normalize, Resize, ToTensor
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTokenizer, CLIPVisionConfig

from images import files_of, opened
from neighbours import unit
from proof import photos
from proof.texts import texts

CONTEXT, SIDE, END = 77, 224, 49407
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
# Below this, texts would be so alike to the network that a wrong token could pass.
LEAST_DISTANCE = 0.05
SIZES = {  # width, layers, heads of the vision tower; of the text tower; values of a vector
    "small": (128, 2, 4, 64, 2, 4, 96),
    "full": (768, 12, 12, 512, 12, 8, 512),
}
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<start_of_text>", "<end_of_text>"]


def build(size: str, seed: int) -> CLIPModel:
    """CLIP of transformers. Larger weights than it starts training with, so that different inputs are far apart."""
    torch.manual_seed(seed)
    width, layers, heads, text_width, text_layers, text_heads, dimension = SIZES[size]
    vision = CLIPVisionConfig(hidden_size=width, intermediate_size=4 * width, num_hidden_layers=layers,
                              num_attention_heads=heads, image_size=SIDE, patch_size=32, projection_dim=dimension)
    text = CLIPTextConfig(hidden_size=text_width, intermediate_size=4 * text_width, num_hidden_layers=text_layers,
                          num_attention_heads=text_heads, vocab_size=END + 1, projection_dim=dimension,
                          max_position_embeddings=CONTEXT, bos_token_id=END - 1, eos_token_id=END, pad_token_id=END)
    # Attention written out is what exporters of every age can translate.
    model = CLIPModel(CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=dimension,
                                 attn_implementation="eager")).eval()
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.ndim > 1:
                nn.init.normal_(weights, std=0.3 if "embedding" in name else weights[0].numel() ** -0.5)
    return model


class ImageTower(nn.Module):
    def __init__(self, model: CLIPModel):
        super().__init__()
        self.model, self.projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.projection(self.model(pixel_values=pixel_values).pooler_output)


class TextTower(nn.Module):
    def __init__(self, model: CLIPModel):
        super().__init__()
        self.model, self.projection = model.text_model, model.text_projection

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.projection(self.model(input_ids=input_ids, attention_mask=attention_mask).pooler_output)


def tokenizer(file: Path) -> Tokenizer:
    """Writes CLIP's tokenizer.json."""
    merges = [tuple(line.split()) for line in gzip.open(default_bpe(), "rt", encoding="utf-8").read().split("\n")]
    merges = merges[1 : END - 1 - 2 * 256 + 1]
    signs = list(bytes_to_unicode().values())
    vocabulary = signs + [sign + "</w>" for sign in signs] + ["".join(merge) for merge in merges] + SPECIAL[:2]
    made = CLIPTokenizer(vocab={token: i for i, token in enumerate(vocabulary)}, merges=merges)
    made.backend_tokenizer.save(str(file), pretty=False)
    return Tokenizer.from_file(str(file))


def export(tower: nn.Module, inputs: tuple, names: list[str], output: str, file: Path) -> None:
    length = {1: "sequence_length"} if output == "text_embeds" else {}
    with torch.no_grad():
        torch.onnx.export(tower, inputs, str(file), input_names=names, output_names=[output], opset_version=17,
                          dynamic_axes={name: {0: "batch_size"} | length for name in names} | {output: {0: "batch_size"}},
                          dynamo=False)


def embed_photos(tower: ImageTower, files: list[Path]) -> dict:
    """As CLIP's own preprocessing has it."""
    prepare = Compose([Resize(SIDE, InterpolationMode.BICUBIC), CenterCrop(SIDE), ToTensor(), Normalize(MEAN, STD)])
    with torch.no_grad():
        vectors = unit(tower(torch.stack([prepare(opened(f)) for f in files])).numpy())
    return {file.name: np.round(vector, 9).tolist() for file, vector in zip(files, vectors)}


def embed_texts(tower: TextTower, reference: Tokenizer, chosen: list[str]) -> list[dict]:
    """One by one, without padding: what padding changes would show."""
    reference.enable_truncation(CONTEXT)
    other = SimpleTokenizer()
    answers = []
    for text in chosen:
        encoding = reference.encode(text)
        ids = torch.tensor([encoding.ids])
        with torch.no_grad():
            vector = unit(tower(ids, torch.ones_like(ids)).numpy())[0]
        answer = {"text": text, "ids": encoding.ids, "truncated": bool(encoding.overflowing),
                  "vector": np.round(vector, 9).tolist()}
        cleaned = whitespace_clean(basic_clean(text)).lower()
        known = all(unicodedata.ucd_3_2_0.category(sign) != "Cn" for sign in cleaned)
        if known and not any(name in cleaned for name in SPECIAL):
            row = other([text])[0].tolist()
            answer |= {"cleaned": cleaned, "cleaned_ids": row[: row.index(END) + 1]}
        answers.append(answer)
    return answers


def manifest(out: Path, dimension: int) -> str:
    def sha256(name: str) -> str:
        return hashlib.sha256((out / name).read_bytes()).hexdigest()

    return f"""name: clip-random
version: "1"
file: clip.onnx
sha256: {sha256("clip.onnx")}
source: models/export_clip.py
licence: Apache-2.0
input: {{tensor: pixel_values, width: {SIDE}, height: {SIDE}, layout: NCHW, colour: RGB}}
resize: {{short_side: {SIDE}, interpolation: bicubic}}
scale: 0.00392156862745098
mean: {MEAN}
std: {STD}
feature: {{tensor: image_embeds, dimension: {dimension}, normalised: false}}
text:
  file: clip-text.onnx
  sha256: {sha256("clip-text.onnx")}
  tokenizer: {{file: clip-tokenizer.json, sha256: {sha256("clip-tokenizer.json")}}}
  context_length: {CONTEXT}
  padding: {{id: {END}, length: longest}}
  tensors: {{ids: input_ids, attention_mask: attention_mask}}
  feature: {{tensor: text_embeds, dimension: {dimension}, normalised: false}}
"""


def least_distance(vectors: np.ndarray) -> float:
    """Of unit vectors: the smallest distance of two."""
    distances = np.sqrt(np.maximum(0, 2 - 2 * vectors @ vectors.T))
    return float(distances[~np.eye(len(vectors), dtype=bool)].min())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the work folder")
    parser.add_argument("--photos", type=Path, help="folder of photos; without it pictures are drawn")
    parser.add_argument("--count", type=int, default=8, help="photos to embed (default: 8)")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    out: Path = args.out
    shutil.rmtree(out / "photos", ignore_errors=True)
    (out / "photos").mkdir(parents=True)
    if args.photos:
        files = [Path(shutil.copy(f, out / "photos" / f"{i:02d}-{f.name}"))
                 for i, f in enumerate(photos.choose(files_of(args.photos), args.count, args.seed))]
    else:
        files = photos.draw(out / "photos", args.count, args.seed)
    model = build(args.size, args.seed)
    image, text = ImageTower(model), TextTower(model)
    reference = tokenizer(out / "clip-tokenizer.json")
    ids = torch.tensor([e.ids for e in reference.encode_batch(["a cat", "a dog"])])
    export(image, (torch.randn(2, 3, SIDE, SIDE),), ["pixel_values"], "image_embeds", out / "clip.onnx")
    export(text, (ids, torch.ones_like(ids)), ["input_ids", "attention_mask"], "text_embeds", out / "clip-text.onnx")
    (out / "photos.json").write_text(json.dumps(embed_photos(image, files)) + "\n")
    answers = embed_texts(text, reference, texts(args.seed))
    distance = least_distance(np.array(list({tuple(a["ids"][: a["ids"].index(END)]): a["vector"] for a in answers}.values())))
    if not distance > LEAST_DISTANCE:
        raise SystemExit(f"two texts differ by {distance:.4f} only; these weights prove nothing")
    (out / "texts.json").write_text(json.dumps(answers) + "\n")
    dimension = len(answers[0]["vector"])
    (out / "clip.yaml").write_text(manifest(out, dimension))
    print(f"{dimension} values; {len(answers)} texts, {sum('cleaned' in a for a in answers)} of them also by open_clip")


if __name__ == "__main__":
    main()
