"""What the training asks of a batch seen twice."""

import torch
import torch.nn.functional as F

CLASS_SCALE = 16.0     # of the cosine classifier
TEMPERATURE = 0.05     # of the contrast between images
SPREAD = 3.0           # weight of the distance to the nearest other image, against the contrast


def distillation(semantic: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """1 − cosine of either view [2n, d] to the teacher's vector of the whole image [n, d]."""
    return (1 - (semantic * torch.cat([targets, targets])).sum(1)).mean()


def relation(semantic: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """How far the similarities of different images, one view each, are from the teacher's."""
    n = len(targets)
    difference = semantic[:n] @ semantic[n:].T - targets @ targets.T
    return (difference[~torch.eye(n, dtype=torch.bool)] ** 2).mean()


def classes(semantic: torch.Tensor, prototypes: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over the folders' classes; −1 is no class."""
    logits = CLASS_SCALE * semantic @ F.normalize(prototypes, dim=1).T
    return F.cross_entropy(logits, labels.repeat(2), ignore_index=-1, label_smoothing=0.1)


def contrast(instance: torch.Tensor, memory: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """Copy detection after SSCD (Pizzi et al., arXiv 2202.10261): the other view is told from every other image, and
    each vector is pushed away from its nearest other image so that the vectors spread evenly (KoLeo).

    `memory` [N, d] holds the last vector of every training image, as cross-batch memory does (Wang et al., arXiv
    1912.06798): the hardest negatives, of the same class, are always among them. `same` [n, N] marks the entries that are
    the image itself or another copy of it.
    """
    n = len(same)
    positive = (instance[:n] * instance[n:]).sum(1).repeat(2)
    others = (instance @ memory.T).masked_fill(same.repeat(2, 1), -1.0)
    logits = torch.cat([positive[:, None], others], dim=1) / TEMPERATURE
    told_apart = (torch.logsumexp(logits, dim=1) - logits[:, 0]).mean()
    nearest = others.max(dim=1).values
    return told_apart - SPREAD * 0.5 * torch.log((2 - 2 * nearest).clamp_min(1e-4)).mean()
