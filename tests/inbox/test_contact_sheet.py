from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns.sheets.ana import PlainRules, sheet
from voicebot.campaigns.sheets.contacts import RowDefaults
from voicebot.campaigns.sheets.import_report import ImportReport
from voicebot.campaigns.sheets.problems import UnreadableCsv
from voicebot.campaigns.sheets.settings import CsvSettings, ImportSettings
from voicebot.inbox.contact_sheet import ContactSheet, Wanted
from voicebot.inbox.rejected import RejectedRows
from voicebot.inbox.sheet import quiet
from voicebot.inbox.spool import Spool

GOOD = sheet({}, {"first_name": '"María; ""José"""'}, {"phone_2": "+1 202 555 0123"}).encode()


def read(content: bytes, limits: ImportSettings | None = None) -> tuple[ImportReport, int]:
    """The report, and how many rows could be loaded."""
    report = ImportReport("a.csv", "a", full=False)
    wanted = Wanted(CsvSettings(max_bad_share=1.0), limits or ImportSettings(), RowDefaults(), PlainRules())
    with TemporaryDirectory() as folder, closing(Spool(Path(folder))) as spool:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        with RejectedRows(path.with_name("draft")) as rejected:
            reader = ContactSheet(path, wanted, spool, rejected, report, quiet)
            reader.read(reader.probe())
            return report, sum(map(len, spool.pages()))


@given(st.data())
def test_however_a_file_is_damaged_its_rows_are_loaded_or_told_or_it_is_held(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["put", "cut", "end"])):
            case "put":
                content[place:place] = data.draw(
                    st.sampled_from([b'"', b";", b"\n", b"\xf1", b"\0", b"\r", b","])
                )
            case "cut":
                del content[place : place + data.draw(st.integers(1, 30))]
            case _:
                del content[max(place, 1) :]
        if not content:
            return
    with suppress(UnreadableCsv):
        report, loaded = read(bytes(content))
        assert report.totals.rows == loaded + report.totals.rejected
        told = {problem.line for problem in report.problems.told if not problem.note}
        assert len(told) == report.totals.rejected


@given(st.binary(min_size=1, max_size=200))
def test_no_bytes_are_too_odd_to_be_told_of(content: bytes) -> None:
    with suppress(UnreadableCsv):
        read(content)


def test_a_file_of_too_many_rows_is_held() -> None:
    with pytest.raises(UnreadableCsv, match=r"it has more rows than imports.most_rows \(2\)"):
        read(GOOD, ImportSettings(most_rows=2))
