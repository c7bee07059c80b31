"""What must not be loaded where it is not needed, asserted by module name in real processes."""

import pytest

HEAVY = {"numpy", "yaml", "pydantic", "fsrs", "sqlite3", "rich"}
PROBE = """
import sys
from studynn.__main__ import main
code = 0
try:
    code = main({arguments!r})
except SystemExit as stop:
    code = stop.code
sys.stderr.write("\\nLOADED " + " ".join(sorted({heavy!r} & set(sys.modules))))
"""


def loaded(process, *arguments, **environment):
    ran = process(code=PROBE.format(arguments=list(arguments), heavy=HEAVY), **environment)
    return set(ran.err.rsplit("LOADED", 1)[1].split())


@pytest.mark.parametrize(
    "line",
    [
        "--version",
        "--help",
        "quiz --help",
        "compute conv-size --json",
        "compute conv-size --plain",
        "compute conv-size --help",
    ],
)
def test_nothing_heavy_is_loaded(process, line):
    assert loaded(process, *line.split()) == set()


def test_the_rich_table_of_conv_size_loads_rich_and_nothing_else(process):
    assert loaded(process, "compute", "conv-size") == {"rich"}


def test_completion_loads_nothing_heavy(process):
    found = loaded(process, _STUDYNN_COMPLETE="complete_bash", COMP_WORDS="studynn quiz c", COMP_CWORD="2")
    assert found == set()


def test_a_second_quiz_reads_the_cache_and_neither_yaml_nor_pydantic(process):
    process("quiz", "cnn", "--type", "choice", typed="q\n")
    assert loaded(process, "quiz", "cnn", "--type", "choice") <= {"rich", "sqlite3"}


def test_studynn_alone_loads_neither_rich_nor_what_reads_logs_and_content_anew(process, home):
    from reviews import row

    from studynn.history.log import log_path, open_log

    process("quiz", "cnn", typed="q\n")
    with open_log(log_path(home)) as log:
        log.add(row())
    process()
    assert loaded(process) == {"sqlite3"}


def test_lines_and_listings_load_no_rich(process):
    assert loaded(process, "compute") <= {"numpy"}
