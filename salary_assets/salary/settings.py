"""What tuning may change: the hyperparameters of one model, with the values that the studies settled on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Hyperparameters:
    """alpha, *_weight: linear score. components: SVD columns of title, text and skills. smoothing: employer effect.

    half_life: years after which an ad weighs half. The rest are CatBoost's own names.
    """

    alpha: float = 6.0
    text_weight: float = 1.2
    char_weight: float = 1.0
    code_weight: float = 0.7
    components: int = 32
    smoothing: float = 1.5
    half_life: float = 2.0
    iterations: int = 500
    depth: int = 6
    learning_rate: float = 0.05
    l2_leaf_reg: float = 5.0
    rsm: float = 0.3

    def block_weights(self) -> dict[str, float]:
        """Scale of each sparse block's columns."""
        codes = ("position", "grades", "experience", "place", "formats", "time")
        return {
            "text": self.text_weight,
            "title_chars": self.char_weight,
            "experience_by_title": 0.5 * self.code_weight,
            **dict.fromkeys(codes, self.code_weight),
        }

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
