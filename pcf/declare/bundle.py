"""What does a sealed bundle hold? A case: intact or not, its study, its footprint, its claims.

A case believes nothing of the file: until `require_intact` is silent, none of it is handed out.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pcf import files
from pcf.background import join, read_set
from pcf.declare import disclosure
from pcf.declare.archive import LIMITS, Archive, read_parts
from pcf.declare.parts import (
    BACKGROUND,
    CLAIMS,
    EVIDENCE,
    OPINIONS,
    RESULTS,
    RULES,
    SHOWN,
    STUDY,
    VERSIONS,
    WITHHELD,
    part_problems,
)
from pcf.declare.recomputing import DeclaredResults, Deviation, Recomputation, other_versions
from pcf.declare.versions import versions
from pcf.errors import DeclareError, FileError, Where, problem
from pcf.rules import rule_pack
from pcf.study import read_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcf.analysis import Footprint
    from pcf.background import Background
    from pcf.declare.merkle import Proof, Tree
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.rules import Pack
    from pcf.study import Study
    from pcf.text import Language


@dataclass(frozen=True, eq=False)
class Case:
    """A sealed bundle that was opened; what it holds is read when first asked for.

    `study` and `footprint` come from the bundle alone: its study, computed on its own background
    rows. `declared` are the results as sealed. A `buyer` copy holds neither study nor footprint.
    """

    archive: Archive = field(repr=False)

    def __repr__(self) -> str:
        """Return what it is; its parts are not for one line."""
        state = f"{len(self.problems)} problems" if self.problems else "intact"
        return f"Case({self.archive.name}: {self.kind or 'unreadable'}, {state})"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is not as it was sealed."""
        return (*self.archive.problems, *self._inner_problems)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest, as far as it could be read."""
        return self.archive.manifest

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest: what signatures are over."""
        return self.archive.digest

    @property
    def kind(self) -> str:
        """`full`, a verifier's copy, or `buyer`."""
        return str(self.manifest.get("kind", ""))

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be said wherever the case goes, such as 'fictional'."""
        return tuple(self.manifest.get("marks", ()))

    def require_intact(self) -> None:
        """Raise DeclareError with everything that is not as it was sealed."""
        if self.problems:
            raise DeclareError(*self.problems)

    @cached_property
    def declared(self) -> DeclaredResults:
        """The results as they were sealed."""
        return DeclaredResults(self.json(RESULTS))

    @cached_property
    def claims(self) -> tuple[Mapping[str, Any], ...]:
        """The statements of certificate claims, each with its ledger's head and its own digest."""
        return tuple(self.json(name) for name in self._names(CLAIMS))

    @cached_property
    def opinions(self) -> tuple[Mapping[str, Any], ...]:
        """The opinions as they were sealed."""
        return tuple(self.json(name) for name in self._names(OPINIONS))

    @cached_property
    def withheld(self) -> tuple[Mapping[str, Any], ...]:
        """The background rows that a licence keeps out, and what became of each."""
        return tuple(self.json(WITHHELD)) if WITHHELD in self.archive.parts else ()

    @cached_property
    def evidence(self) -> tuple[Mapping[str, Any], ...]:
        """The evidence files: name, size, fingerprint, and whether they are in the bundle."""
        return tuple(self.json(EVIDENCE))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What must be weighed about this case, beside the findings of its footprint."""
        from pcf.declare.weighing import findings_on  # noqa: PLC0415 - it reads this value

        self._require_full()
        return findings_on(self)

    @cached_property
    def background(self) -> Background:
        """The background rows that the study uses, as the sets that they are from."""
        self._require_full()
        problems: list[Problem] = []
        found: Background | None = None
        for folder in sorted(
            self._folder.joinpath(BACKGROUND).iterdir(), key=lambda p: int(p.name)
        ):
            read = read_set(folder, problems, beside=found)
            found = read if found is None else join(found, read)
        if problems or found is None:
            raise DeclareError(*problems)
        return found

    @cached_property
    def study(self) -> Study:
        """The study; evidence that was sealed by its fingerprint alone is no fault of it."""
        self._require_full()
        found = read_study(self._folder / STUDY, background=self.background)
        apart = {each["file"] for each in self.evidence if not each["included"]}
        problems = tuple(each for each in found.problems if not _is_apart(each, apart))
        return replace(found, problems=problems)

    @cached_property
    def footprint(self) -> Footprint:
        """The footprint computed from the bundle alone; raise StudyProblems."""
        return self.study.footprint(self.background)

    def rule_pack(self, category: str, edition: str | None = None) -> Pack:
        """Return a pack of rules as it was when the case was sealed, in the edition used then.

        Where opinions are by several editions of a pack, `edition` says which; else the last.
        """
        self._require_full()
        used = {each["pack"]["id"]: each["pack"]["edition"] for each in self.opinions}
        if category not in used:
            name = Where(file=self.archive.name)
            raise DeclareError(problem("bundle-no-pack", name, tuple(used), pack=category))
        folder = files.safe_path(self._folder / RULES, category)
        return rule_pack(folder, edition or used[category])

    def recompute(self, background: Background | None = None) -> Recomputation:
        """Return the footprint computed again, and all else that must follow from the bundle.

        The manifest is held against the study, rows and rules against those published under the
        same name where they are at hand, and opinions are judged again; what cannot be held against
        anything here stands in `unchecked` of what is returned. `background` supplies rows
        that a licence kept out of the bundle, from the reader's own copy of the data. Raises
        DeclareError where such a row is missing or is not the one that was used.

        No example: `examples/certification_body.py` shows it.
        """
        from pcf.declare.following import followed  # noqa: PLC0415 - it reads this value

        self._require_full()
        missing = [each for each in self.withheld if each["handling"] == "left out"]
        rows, footprint = self.background, None
        if missing:
            from pcf.declare.supplying import supplied  # noqa: PLC0415 - few bundles need it

            rows = supplied(rows, missing, background)
            footprint = self.study.footprint(rows)
        found = self.footprint if footprint is None else footprint
        beside, unchecked = followed(self, found, rows)
        return Recomputation(
            found,
            frozenset(str(each["id"]) for each in missing),
            tuple(Deviation(place, one, two) for place, (one, two) in beside.items()),
            other_versions(self.json(VERSIONS), versions()),
            unchecked,
        )

    def for_buyer(self, path: Path | str, *, digits: int = 3) -> Case:
        """Write the buyer's copy of this full bundle, rounded to `digits` digits; return it opened.

        It shows totals, stages, lines and verdicts, and commits to all the rest by one root.
        """
        self._require_full()
        data = disclosure.buyer_bundle(self.archive, self.json(RESULTS), digits)
        files.write(Path(path), data)
        return Case(read_parts(data, Path(path).name))

    def confirm(self, buyer: Case) -> None:
        """Raise DeclareError unless a buyer's copy is of this bundle and shows what it holds."""
        self._require_full()
        buyer.require_intact()
        disclosure.confirm(self.archive, self._tree, self.json(RESULTS), buyer.archive)

    def reveal(self, *wanted: str) -> tuple[Proof, ...]:
        """Return values with the proof that a buyer's copy committed to them.

        A place is a part and the way inside, such as `results.json#by_stage/casting` or
        `study/activity.csv#cf4/amount`; a part alone stands for its fingerprint.
        """
        self._require_full()
        return disclosure.reveal(self._tree, wanted)

    def require_proved(self, proof: Proof) -> None:
        """Raise DeclareError unless a revealed value is what this copy committed to."""
        self.require_intact()
        disclosure.require_proved(self.archive, proof)

    @cached_property
    def shown(self) -> Mapping[str, Any]:
        """What a buyer's copy shows: settings, totals, stages, lines, verdicts."""
        found: Mapping[str, Any] = self.json(SHOWN)
        return found

    def unpack(self, folder: Path | str) -> None:
        """Write every part into a new folder; raise FileError when it is there and not empty."""
        self.require_intact()
        files.write_folder(Path(folder), self.archive.parts)

    def json(self, part: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a part as JSON; raise DeclareError where there is none or it is damaged."""
        self.require_intact()
        if part not in self.archive.parts:
            raise DeclareError(
                problem("bundle-part-missing", Where(file=self.archive.name), (), part=part)
            )
        problems: list[Problem] = []
        found = files.parse_json(self.archive.parts[part], part, problems)
        if problems:
            raise DeclareError(*problems)
        return found

    def says(self, language: Language = "en") -> str:
        """Return what the bundle is, in a few lines; the marks come first."""
        from pcf.declare.showing import case_text  # noqa: PLC0415 - it reads this value

        return case_text(self, language)

    def _require_full(self) -> None:
        self.require_intact()
        if self.kind != "full":
            raise DeclareError(problem("bundle-not-full", Where(file=self.archive.name)))

    def _names(self, folder: str) -> list[str]:
        self.require_intact()
        return [name for name in self.archive.parts if name.startswith(folder)]

    @cached_property
    def _inner_problems(self) -> tuple[Problem, ...]:
        return () if self.archive.problems else tuple(part_problems(self.archive))

    @cached_property
    def _tree(self) -> Tree:
        return disclosure.tree_of(self.archive)

    @cached_property
    def _folder(self) -> Path:
        """The study and the rows unpacked into a folder of this process, until the case is gone."""
        place = Path(tempfile.mkdtemp(prefix="pcf-"))
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        wanted = (STUDY, BACKGROUND, RULES)
        parts = {k: v for k, v in self.archive.parts.items() if k.startswith(wanted)}
        files.write_folder(place / "case", parts)
        return place / "case"


def open_bundle(path: Path | str) -> Case:
    """Return the sealed bundle at `path`, whatever its state; `require_intact` says what is wrong.

    Nothing of it is executed, followed or written anywhere but into a folder of this process.
    Raises FileError where there is no file or it is too large.

    >>> open_bundle("nowhere.pcf")
    Traceback (most recent call last):
    pcf.errors.FileError: [file-missing] nowhere.pcf: ...
    """
    path = Path(path)
    problems: list[Problem] = []
    data = files.read_bytes(path, problems, limits=LIMITS)
    if data is None:
        raise FileError(*problems)
    return Case(read_parts(data, path.name))


def _is_apart(fault: Problem, apart: set[str]) -> bool:
    return fault.code == "evidence-missing" and fault.facts.get("file") in apart
