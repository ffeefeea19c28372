"""Entry point: language, error messages and exit codes; the commands are in their own files.

Exit codes: 0 done · 1 a must is broken, or the data has errors · 2 wrong call or unreadable input ·
3 no plan exists under the policy · 4 stopped before a plan was found · 130 interrupted twice.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from districting.errors import DataError, DistrictingError
from districting.terms import LANGUAGES, language, say, using_language


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    spoken, rest = _take_language(list(sys.argv[1:] if arguments is None else arguments))
    with using_language(spoken):
        _leave(_run(rest))


def _leave(code: int) -> None:
    """Leave with `code`; a solver thread left behind by Ctrl-C is not waited for."""
    if any(t.name == "solver" for t in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    from typer import Abort

    try:
        code = _commands(language())(arguments, prog_name="districting", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    except DataError as error:
        from districting.read import format_problems

        print(format_problems(list(error.problems)), file=sys.stderr)
        return 1
    except DistrictingError as error:
        print(say("cli.error", message=error), file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Abort):
        print(say("cli.interrupted"), file=sys.stderr)
        return 130
    except Exception as error:
        # Wrong calls: typer's own exceptions share no public base, only this method.
        if not hasattr(error, "format_message"):
            raise
        print(wrong_call(error), file=sys.stderr)
        return 2


@cache
def _commands(_language: str) -> Any:
    """Return the command tree in the current language, built once for all calls of a process."""
    from typer.main import get_command

    from districting.cli.app import build_app
    from districting.cli.help_words import speaking

    return speaking(get_command(build_app()))


def wrong_call(error: Any) -> str:
    """Return what is wrong with a call, and where help is, in the current language."""
    context = getattr(error, "ctx", None)
    command = "districting" if context is None else context.command_path
    parameter = getattr(error, "param", None)
    name = "" if parameter is None else str(parameter.get_error_hint()).replace("'", "")
    known = {
        "MissingParameter": lambda: say("cli.missing_parameter", name=name),
        "NoSuchOption": lambda: say("cli.no_such_option", name=error.option_name),
        "BadParameter": lambda: (
            say("cli.bad_parameter", name=name, reason=error.message) if name else error.message
        ),
    }
    told = known.get(type(error).__name__, error.format_message)()
    return "\n".join([say("cli.wrong_call", reason=told), say("cli.see_help", command=command)])


def _take_language(arguments: list[str]) -> tuple[str, list[str]]:
    """Take ``--lang xx`` out of the arguments wherever it stands."""
    spoken, rest, words = os.environ.get("DISTRICTING_LANG", "zh"), [], iter(arguments)
    for word in words:
        if word == "--lang":
            spoken = next(words, "")
        elif word.startswith("--lang="):
            spoken = word.removeprefix("--lang=")
        else:
            rest.append(word)
    if spoken not in LANGUAGES:
        print(f"--lang: {' / '.join(LANGUAGES)}", file=sys.stderr)
        sys.exit(2)
    return spoken, rest
