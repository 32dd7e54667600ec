#!/usr/bin/env python3
"""Measures OWLv2 of transformers in bfloat16, without torch.compile, as the reference for eng/gpu/run.sh.

Prints one line for each checkpoint and row, which the benchmarks read: checkpoint, row, and the seconds of each round, separated by tabs.
As in the benchmarks, the host's clock is read while the device is idle, and prompts are embedded once. A forward pass reads pixels from the host and
ends when logits and boxes are on the host.
"""

import sys
import time
from pathlib import Path

import torch
from PIL import Image
from transformers import Owlv2ForObjectDetection, Owlv2Processor

WARM_UPS = 3
ROUNDS = 10
PROMPTS = ["an orange cross", "something blue"]
CONFIDENCE = 0.1


def load(folder):
    try:
        return Owlv2ForObjectDetection.from_pretrained(folder, dtype=torch.bfloat16, attn_implementation="sdpa")
    except ValueError as error:
        print(f"This version of transformers has no fused attention for OWLv2, so its default attention is measured: {error}", file=sys.stderr)
        return Owlv2ForObjectDetection.from_pretrained(folder, dtype=torch.bfloat16)


class Detector:
    def __init__(self, folder):
        self.processor = Owlv2Processor.from_pretrained(folder)
        self.model = load(folder).to("cuda").eval()
        tokens = self.processor(text=[PROMPTS], return_tensors="pt").to("cuda")
        found = self.model.owlv2.get_text_features(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        # Some versions return the tensor itself, others an object that contains it.
        found = found if isinstance(found, torch.Tensor) else found.pooler_output
        self.queries = found.unsqueeze(0)
        self.mask = tokens["input_ids"][..., 0].unsqueeze(0) > 0

    def pixels(self, picture):
        return self.processor(images=picture, return_tensors="pt")["pixel_values"]

    def forward(self, pixels):
        grid = self.model.image_embedder(pixels.to("cuda", torch.bfloat16))[0]
        features = grid.reshape(grid.shape[0], -1, grid.shape[-1])
        logits, _ = self.model.class_predictor(features, self.queries, self.mask)
        boxes = self.model.box_predictor(features, grid)
        return logits.float().cpu(), boxes.float().cpu()

    def detect(self, picture):
        logits, boxes = self.forward(self.pixels(picture))
        scores, labels = logits.sigmoid().max(-1)
        kept = scores > CONFIDENCE
        return scores[kept], labels[kept], boxes[kept]


def time_on_host(run):
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def measure(run):
    for _ in range(WARM_UPS):
        run()
    return [time_on_host(run) for _ in range(ROUNDS)]


def main(path, folders):
    picture = Image.open(path).convert("RGB")
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {torch.cuda.get_device_name(0)}", file=sys.stderr)
    with torch.inference_mode():
        for folder in folders:
            detector = Detector(folder)
            pixels = detector.pixels(picture)
            name = Path(folder).name
            print(f"{name}: attention {detector.model.config._attn_implementation}", file=sys.stderr)
            print(name, "forward", *measure(lambda: detector.forward(pixels)), sep="\t")
            print(name, "picture", *measure(lambda: detector.detect(picture)), sep="\t")
            del detector
            torch.cuda.empty_cache()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: owlv2_pytorch.py <picture> <checkpoint folder>...")
    main(sys.argv[1], sys.argv[2:])
