"""What may be asked: closed vocabularies, bounded texts and lists, real numbers; unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from salary_assets.storage.vocabulary import GRADES, POSITIONS, WORK_FORMATS

Position = Literal[POSITIONS]  # type: ignore[valid-type]
Grade = Literal[GRADES]  # type: ignore[valid-type]
WorkFormat = Literal[WORK_FORMATS]  # type: ignore[valid-type]


def bounded(most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


class EstimateRequest(BaseModel):
    """One job to estimate. Give a title or a position; everything else narrows the range."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, bounded(200)] | None = None
    position: Position | None = Field(None, description="Profession of hh.ru's catalogue, in its Russian name")
    grade: Grade | None = None
    experience_years: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] | None = None
    region: Annotated[str, bounded(100)] | None = Field(None, description="City or region of Russia")
    work_format: WorkFormat | None = None
    skills: Annotated[list[Annotated[str, bounded(80)]], Field(max_length=60)] = []
    explain: bool = Field(False, description="Add each input's contribution; costs tens of milliseconds")

    def asked(self) -> dict[str, Any]:
        """The question in the keys of the salary model's requests."""
        return self.model_dump(exclude_none=True, exclude={"explain"})

    @model_validator(mode="after")
    def something_is_asked(self) -> EstimateRequest:
        if self.title is None and self.position is None:
            raise ValueError("nothing_asked")
        return self
