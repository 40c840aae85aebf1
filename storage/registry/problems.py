"""What is wrong with a registry file, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegistryProblem:
    """One refused place; ``line`` counts from 1, None where the whole file is meant."""

    file: str
    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f" 第 {self.line} 行"
        if self.column is not None:
            place += f" {self.column}"
        return f"{place}：{self.reason}"


class RegistryError(Exception):
    """Registry files that are refused, with every problem found."""

    def __init__(self, problems: tuple[RegistryProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Refused(ValueError):
    """A value that does not fit; the message is the Chinese reason."""


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[RegistryProblem] = []

    def add(self, line: int | None, column: str | None, reason: str) -> None:
        self.found.append(RegistryProblem(self.file, line, column, reason))
