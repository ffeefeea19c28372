"""One call of the command line, as the tests of commands make it."""

from pathlib import Path

import pytest

from districting.cli.main import main

TAIERZHUANG = Path(__file__).parents[2] / "data" / "geo" / "taierzhuang"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Return exit code, output and error output of one call."""
    with pytest.raises(SystemExit) as leave:
        main([str(w) for w in words])
    told = capsys.readouterr()
    return int(leave.value.code or 0), told.out, told.err
