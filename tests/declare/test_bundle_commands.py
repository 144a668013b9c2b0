"""The commands: seal, open, recompute, reveal, sign, verify, key new, key revoke."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pcf.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcf.background import Background

SMELTER = Path(__file__).resolve().parents[2] / "examples" / "fictional_smelter"
Run = "Callable[..., tuple[int | str | None, str, str]]"


@pytest.fixture
def run(
    background: Background, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int | str | None, str, str]]:
    """Return a call of `pcf` on a published edition: exit code, output, errors."""
    monkeypatch.setattr("pcf.cli.results.open_background", lambda *_, **__: background)
    monkeypatch.setenv("PCF_PASSPHRASE", "correct horse battery staple")

    def call(*arguments: object) -> tuple[int | str | None, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def bundle(run: Run, tmp_path: Path) -> Path:
    """Return a bundle sealed by the command, with a buyer's copy beside it."""
    path = tmp_path / "铝锭 2024.pcf"
    sealed = "2026-11-20T15:00:00+08:00"
    buyer = tmp_path / "buyer.pcf"
    code, out, err = run("seal", SMELTER, path, "--sealed", sealed, "--buyer", buyer, "-l", "zh")
    assert (code, err) == (0, "")
    assert out.count("虚构") >= 2
    return path


def test_a_bundle_is_sealed_opened_unpacked_and_recomputed(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    code, out, _ = run("open", bundle, "--to", tmp_path / "解包", "-l", "zh")
    assert (code, "虚构铝厂" in out) == (0, True)
    assert (tmp_path / "解包" / "study" / "study.toml").is_file()
    code, out, _ = run("open", bundle, "-f", "json")
    assert json.loads(out)["manifest"]["sealed"] == "2026-11-20T15:00:00+08:00"
    code, out, _ = run("recompute", bundle, "-l", "en")
    assert (code, out.startswith("Equal: ")) == (0, True)


def test_what_the_judge_prints_is_what_seal_takes_and_recompute_tells_as_json(
    run: Run, tmp_path: Path
) -> None:
    printed, path = tmp_path / "opinion.json", tmp_path / "a.pcf"
    _, out, _ = run("judge", SMELTER, "--pack", "aluminium", "--json")
    printed.write_text(out, encoding="utf-8")
    assert run("seal", SMELTER, path, "--opinion", printed)[0] == 0
    code, out, _ = run("recompute", path, "-f", "json")
    told = json.loads(out)
    assert (code, told["equal"], told["differences"], told["unchecked"]) == (0, True, [], [])
    printed.write_text("[1]", encoding="utf-8")
    code, _, err = run("seal", SMELTER, path, "--opinion", printed, "-l", "en")
    assert (code, "opinion.json" in err) == (1, True)


def test_a_damaged_bundle_exits_with_1_and_names_the_part(run: Run, bundle: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[data.index(b"cf4,")] ^= 1
    bundle.write_bytes(data)
    for command in ("open", "recompute", "verify", "sign"):
        more = ("--key", "k", "--role", "verifier") if command == "sign" else ()
        code, out, err = run(command, bundle, *more, "-l", "en")
        assert code == 1
        if command != "sign":  # there the key is asked for first
            assert "study/activity.csv" in err
            assert out == ""


def test_the_same_key_and_time_give_the_same_file(run: Run, tmp_path: Path) -> None:
    salt = tmp_path / "salt.hex"
    salt.write_text("07" * 32 + "\n", encoding="utf-8")
    for name in ("one.pcf", "two.pcf"):
        more = ("--sealed", "2026-11-20T15:00:00+08:00", "--key", salt)
        assert run("seal", SMELTER, tmp_path / name, *more)[0] == 0
    assert (tmp_path / "one.pcf").read_bytes() == (tmp_path / "two.pcf").read_bytes()
    for text in ("07", "not hexadecimal"):
        salt.write_text(text, encoding="utf-8")
        code, _, err = run("seal", SMELTER, tmp_path / "three.pcf", "--key", salt, "-l", "en")
        assert (code, "32" in err) == (1, True)


def test_a_buyers_copy_is_verified_against_the_full_one_and_values_are_revealed(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    buyer, proof = tmp_path / "buyer.pcf", tmp_path / "proof.json"
    place = "study/activity.csv#cf4/amount"
    assert run("reveal", bundle, place, "-o", proof)[0] == 0
    code, out, _ = run("verify", buyer, "--full", bundle, "--proof", proof, "-l", "en")
    assert code == 0
    assert f"{place} = 18: proved" in out
    changed = json.loads(proof.read_text(encoding="utf-8"))
    changed["proofs"][0]["value"] = "17"
    proof.write_text(json.dumps(changed), encoding="utf-8")
    code, _, err = run("reveal", buyer, place, "-l", "zh")
    assert (code, "买方副本" in err) == (1, True)
    code, _, err = run("verify", buyer, "--proof", proof, "-l", "zh")
    assert (code, "不是本副本所承诺的内容" in err) == (1, True)


def test_a_bundle_is_signed_verified_and_its_key_withdrawn(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    pytest.importorskip("joserfc", reason="the extra 'sign' is not installed")
    key, card = tmp_path / "body.key", tmp_path / "body.key.card.json"
    made = ("key", "new", key, "--holder", "示例认证", "--role", "certification body")
    assert run(*made, "--until", "2099-12-31", "-l", "zh")[0] == 0
    signing = ("--key", key, "--role", "certification body")
    assert run("verify", bundle, "--card", card)[0] == 1  # not signed yet
    assert run("sign", bundle, *signing)[0] == 0
    assert run("sign", bundle, *signing, "--credential", "--statement", "认证通过")[0] == 0
    code, out, _ = run("verify", bundle, "--card", card, "-l", "zh")
    assert (code, out.count("有效"), "认证通过" in out) == (0, 2, True)
    assert run("verify", bundle)[0] == 1  # nobody is trusted
    rows = tmp_path / "revoked.json"
    told = ("--card", card, "--reason", "compromised", "--key", key, "--until", "2099-12-31")
    assert run("key", "revoke", rows, *told, "-l", "en")[0] == 0
    code, out, _ = run("verify", bundle, "--card", card, "--revocations", rows, "-l", "en")
    assert (code, out.count("revoked")) == (1, 2)


def test_a_bundle_packed_anew_with_another_number_recomputes_otherwise(
    run: Run, bundle: Path
) -> None:
    from pcf.declare.archive import pack_parts, read_parts  # noqa: PLC0415 - as a forger would

    whole = read_parts(bundle.read_bytes(), "a")
    facts = {k: v for k, v in whole.manifest.items() if k not in ("parts", "format")}
    parts = dict(whole.parts)
    parts["study/activity.csv"] = parts["study/activity.csv"].replace(b",18,", b",19,", 1)
    bundle.write_bytes(pack_parts(facts, parts))
    code, out, _ = run("recompute", bundle, "-l", "en")
    assert code == 1
    assert "total" in out
    assert "contributions/potroom | cf4" in out


def test_a_draft_is_not_sealed_by_the_command(
    run: Run, tmp_path: Path, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    draft = replace(background, editions=(replace(background.editions[0], draft=True),))
    monkeypatch.setattr("pcf.cli.results.open_background", lambda *_, **__: draft)
    code, _, err = run("seal", SMELTER, tmp_path / "a.pcf", "-l", "zh")
    assert (code, "草案" in err) == (1, True)
    assert not (tmp_path / "a.pcf").exists()
