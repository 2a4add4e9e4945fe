"""Arrow tables as the frames that the whole product passes around."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Arrow -> pandas with the dtypes that the whole product uses: str, Int64, float64, boolean, UTC times.

    List columns become Python lists (never numpy arrays), so that they compare and serialise as one expects.
    """
    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get, ignore_metadata=True
    )
    for field in table.schema:
        if pa.types.is_list(field.type):
            frame[field.name] = pd.Series(table.column(field.name).to_pylist(), dtype=object, index=frame.index)
    return frame
