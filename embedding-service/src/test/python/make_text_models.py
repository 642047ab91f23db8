"""Writes the text towers of src/test/resources/models, and what Python's libraries say of some texts.

Run from the module's folder, after make_models.py: python src/test/python/make_text_models.py
(onnx, onnxruntime, NumPy and tokenizers).
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

OUT = Path("src/test/resources/models")
DIMENSION, CONTEXT = 49, 8  # as many numbers as the vectors of tiny.onnx
WORDS = "a photo of red blue bicycle dog two dogs s with the in , . ' ! 🚲 é".split()
TEXTS = [
    "a photo of a red bicycle",
    "A  Photo of\ta RED bicycle",
    "two dogs",
    "the dog's photo, with a bicycle, in blue, of two dogs!",  # too long
    "a red dog with a bicycle",  # 6 words and the two tokens around them: just short enough
    "a red dog with a blue bicycle",  # one more
    "🚲",
    "e\u0301",  # composed by the normaliser
    "unheard words",
    "",
    " \n\t",
]


def tokenizer() -> Tokenizer:
    """The parts of CLIP's tokenizer with whole words for its merges."""
    vocabulary = {word: i for i, word in enumerate(["<unk>", "<start>", "<end>", *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]"), "removed", invert=True)
    made.add_special_tokens(["<start>", "<end>"])
    made.post_processor = processors.RobertaProcessing(("<end>", 2), ("<start>", 1), False, False)
    return made


def network(name: str, rows: int, ids_type: int, masked: bool, batch: int | str, length: int | str) -> None:
    """The mean of an embedding of each token times one of its place; of all tokens, or of those the mask shows."""
    random = np.random.default_rng(1)
    tensors = [
        numpy_helper.from_array(random.normal(0, 1, (rows, DIMENSION)).astype(np.float32), "tokens"),
        numpy_helper.from_array(random.normal(1, 0.5, (CONTEXT, DIMENSION)).astype(np.float32), "places"),
        numpy_helper.from_array(np.int64([0]), "zero"),
        numpy_helper.from_array(np.int64([1]), "one"),
    ]
    nodes = [
        helper.make_node("Gather", ["tokens", "input_ids"], ["embedded"]),
        helper.make_node("Shape", ["input_ids"], ["length"], start=1, end=2),
        helper.make_node("Slice", ["places", "zero", "length", "zero"], ["placed"]),
        helper.make_node("Mul", ["embedded", "placed"], ["weighed"]),
    ]
    inputs = [helper.make_tensor_value_info("input_ids", ids_type, [batch, length])]
    if masked:
        inputs.append(helper.make_tensor_value_info("attention_mask", ids_type, [batch, length]))
        nodes += [
            helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["mask", "minus_one"], ["column"]),
            helper.make_node("Mul", ["weighed", "column"], ["shown"]),
            helper.make_node("ReduceSum", ["shown", "one"], ["sum"], keepdims=0),
            helper.make_node("ReduceSum", ["mask", "one"], ["count"], keepdims=1),
            helper.make_node("Div", ["sum", "count"], ["text_embeds"]),
        ]
        tensors.append(numpy_helper.from_array(np.int64([-1]), "minus_one"))
    else:
        nodes.append(helper.make_node("ReduceMean", ["weighed"], ["text_embeds"], axes=[1], keepdims=0))
    output = helper.make_tensor_value_info("text_embeds", TensorProto.FLOAT, [batch, DIMENSION])
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(nodes, name, inputs, [output], [t for t in tensors if t.name in used])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), OUT / f"{name}.onnx")


def manifest(name: str, tensors: str, padding: str, network: str) -> None:
    """The picture half is that of tiny.yaml."""
    tower = f"""text:
  file: {network}.onnx
  sha256: {sha256(OUT / f'{network}.onnx')}
  tokenizer: {{file: tiny-tokenizer.json, sha256: {sha256(OUT / 'tiny-tokenizer.json')}}}
  context_length: {CONTEXT}
  padding: {{id: 2, length: {padding}}}
  tensors: {{{tensors}}}
  feature: {{tensor: text_embeds, dimension: {DIMENSION}, normalised: false}}
"""
    (OUT / f"{name}.yaml").write_text((OUT / "tiny.yaml").read_text().replace("name: tiny", f"name: {name}") + tower)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def expected(reference: Tokenizer) -> list[dict]:
    """What tokenizers and ONNX Runtime make of each text, alone and without padding."""
    reference.enable_truncation(CONTEXT)
    session = onnxruntime.InferenceSession(OUT / "tiny-text.onnx")
    answers = []
    for text in TEXTS:
        encoding = reference.encode(text)
        ids = np.int64([encoding.ids])
        vector = session.run(["text_embeds"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        vector /= np.linalg.norm(vector)
        answers.append(
            {
                "text": text,
                "ids": encoding.ids,
                "truncated": bool(encoding.overflowing),
                "vector": [round(float(x), 6) for x in vector[:6]],
            }
        )
    return answers


if __name__ == "__main__":
    made = tokenizer()
    made.save(str(OUT / "tiny-tokenizer.json"), pretty=False)
    known = made.get_vocab_size()
    network("tiny-text", known, TensorProto.INT64, True, "text", "token")
    network("tiny-text-fixed", known, TensorProto.INT32, False, 2, CONTEXT)
    network("tiny-text-small", known - 1, TensorProto.INT64, True, "text", "token")
    manifest("two-towers", "ids: input_ids, attention_mask: attention_mask", "longest", "tiny-text")
    manifest("two-towers-fixed", "ids: input_ids", "context", "tiny-text-fixed")
    manifest("two-towers-small", "ids: input_ids, attention_mask: attention_mask", "longest", "tiny-text-small")
    (OUT / "tiny-text.json").write_text(json.dumps(expected(made), ensure_ascii=False, indent=1) + "\n")
