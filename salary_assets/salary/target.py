"""What the model is asked: the pay that an ad states, as one number, and the two bounds that stand behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats


def stated_pay(frame: pd.DataFrame) -> Floats:
    """The number that estimates are measured against, RUB/month net: mean of the stated bounds, or the only one."""
    return frame[["pay_lower", "pay_upper"]].mean(axis=1).to_numpy(dtype=float)


def log_pay(frame: pd.DataFrame) -> Floats:
    """Natural logarithm of `stated_pay`."""
    return np.asarray(np.log(stated_pay(frame)))


def log_bounds(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Natural logarithms of the stated bounds; NaN where the ad states none."""
    lower = frame["pay_lower"].to_numpy(dtype=float)
    upper = frame["pay_upper"].to_numpy(dtype=float)
    return np.log(lower), np.log(upper)


EXPERIENCE_STEPS = ((6.0, np.nan), (3.0, 6.0), (1.0, 3.0), (0.0, 0.0))
"""The steps by which hh.ru asks for experience, highest first: (least, most) years, NaN for open
(api.hh.ru/dictionaries, `experience`)."""
