"""What a defect of content is, and the registry of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from spiders.samples.figures import Figures, Profile, random_figures
from tests.corpus.drafts import AGENCIES, Draft, Fill, Form, modern
from tests.corpus.write_html import plain_markup

GOVERNMENTS = tuple(name for name in AGENCIES if name.endswith("人民政府"))
COUNTY = tuple(name for name in AGENCIES if name.startswith("临溪县"))


@dataclass(frozen=True, slots=True)
class Case:
    """What a compliant report is made of."""

    seed: int
    agency: str
    year: int
    figures: Figures
    form: Form

    def draft(self, figures: Figures | None = None, faults: tuple[str, ...] = ()) -> Draft:
        """Written anew; the same words for the same figures."""
        rng = Random(f"words {self.seed}")
        return modern(
            self.seed, self.form, Fill.USUAL, self.agency, self.year, rng,
            figures=figures or self.figures, faults=faults,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Injected:
    """A report with one fault, as markup, beside the same report without it."""

    good: str
    bad: str


Change = Callable[[Case, Random], "Draft | str | None"]
"""The case with its fault: a draft, or its markup; None where there is no opportunity."""


@dataclass(frozen=True, slots=True)
class Defect:
    rule: str
    name: str
    change: Change
    follows: frozenset[str]
    agencies: tuple[str, ...]
    form: Form
    years: tuple[int, ...]

    def inject(self, seed: int) -> Injected | None:
        rng = Random(f"defect {self.name} {seed}")
        profile = Profile(
            requests=rng.choice((16, 30, 55, 90, 240)), reviews=rng.randint(4, 12),
            documents=rng.randint(6, 40), licensing=rng.randint(10, 3000),
            penalty=rng.randint(5, 900), coercion=rng.randint(0, 30),
            fees=rng.choice((Decimal(0), Decimal("12.5"), Decimal("1935.872"))),
        )  # fmt: skip
        case = Case(
            seed,
            rng.choice(self.agencies),
            rng.choice(self.years),
            random_figures(rng, profile),
            self.form,
        )
        changed = self.change(case, rng)
        if changed is None:
            return None
        bad = changed if isinstance(changed, str) else plain_markup(changed)
        return Injected(plain_markup(case.draft()), bad)


DEFECTS: list[Defect] = []
_YEARS = {Form.NEW: tuple(range(2021, 2026)), Form.OLD: (2020,)}


def defect(
    rule: str,
    *,
    follows: Mapping[str, str] | None = None,
    agencies: tuple[str, ...] = AGENCIES,
    form: Form = Form.NEW,
) -> Callable[[Change], Change]:
    """Registers a fault of ``rule``; ``follows``: rule → why it speaks too."""

    def register(change: Change) -> Change:
        found = Defect(
            rule, change.__name__, change, frozenset(follows or ()), agencies, form,
            _YEARS[form],
        )  # fmt: skip
        DEFECTS.append(found)
        return change

    return register
