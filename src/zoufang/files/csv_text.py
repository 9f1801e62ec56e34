"""CSV of unknown encoding and delimiter, in batches of text; a row of another width is kept aside, not lost."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from zoufang.core.errors import BadInput
from zoufang.files.cells import Grid

Progress = Callable[[int, int], None]  # (done, whole), in bytes or rows
DELIMITERS = (",", "\t", ";", "|", "\x01", "，")
_SAMPLE_BYTES = 256 * 1024
_BLOCK_BYTES = 4 * 1024**2
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How the file is written, its first records, and the line on which each ends."""

    encoding: str
    delimiter: str
    head: tuple[tuple[str, ...], ...]
    ends: tuple[int, ...]
    width: int


@dataclass(slots=True)
class Ragged:
    """Rows whose number of cells is not the header's: (row number, cells), filled while batches are read."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sniff(path: Path) -> CsvForm:
    """Encoding, delimiter and first records; BadInput for an empty or binary file or an unknown encoding."""
    with path.open("rb") as stream:
        start = stream.read(_SAMPLE_BYTES)
    if not start.strip():
        raise BadInput(f"{path.name} is empty. Export it again.")
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "") or _encoding(path)
    text = codecs.getincrementaldecoder(encoding)("strict").decode(start)
    if "\x00" in text:
        raise BadInput(f"{path.name} is not a text file. Give CSV, XLSX, XLS or Parquet.")
    delimiter = _delimiter(text)
    head, ends = _records(text, delimiter, whole=len(start) < _SAMPLE_BYTES)
    widths = Counter(len(record) for record in head[-200:] if any(record))
    return CsvForm(encoding, delimiter, tuple(head), tuple(ends), widths.most_common(1)[0][0])


def batches(
    path: Path, form: CsvForm, header_records: int, ragged: Ragged, progress: Progress | None
) -> Iterator[Grid]:
    """The records after the header. Memory holds one block of the file at a time."""
    skip = form.ends[header_records - 1] if header_records else 0

    def aside(row: Any) -> str:
        number = row.number - skip + header_records
        ragged.rows.append((number, next(csv.reader([row.text], delimiter=form.delimiter), [])))
        return "skip"

    size, at = path.stat().st_size, header_records + 1
    try:
        with path.open("rb") as stream, pa_csv.open_csv(stream, *_options(form, skip, aside)) as reader:
            for batch in reader:
                numbers = _numbers(at, batch.num_rows, [row for row, _ in ragged.rows])
                at = int(numbers[-1]) + 1 if len(numbers) else at
                yield Grid(_frame(batch), pl.Series("row", numbers, dtype=pl.UInt32))
                if progress:
                    progress(min(stream.tell(), size), size)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} cannot be read after row {at}: {error}. Export the file again.") from error


def _options(form: CsvForm, skip: int, aside: Callable[[Any], str]) -> tuple[Any, Any, Any]:
    names = [f"c{i}" for i in range(form.width)]
    return (
        pa_csv.ReadOptions(
            encoding="utf8" if form.encoding.startswith("utf-8") else form.encoding,
            skip_rows=skip,
            column_names=names,
            block_size=_BLOCK_BYTES,
            use_threads=False,  # only then are the numbers of the rows known
        ),
        pa_csv.ParseOptions(
            delimiter=form.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=aside
        ),
        pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=True
        ),
    )


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(batch)
    if not isinstance(frame, pl.DataFrame):
        raise BadInput("The file has no columns. Export it again.")
    return frame


def _numbers(start: int, count: int, aside: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Row numbers of `count` rows from `start`, leaving out those set aside."""
    if not aside:
        return np.arange(start, start + count)
    room = np.arange(start, start + count + len(aside))
    return room[~np.isin(room, aside)][:count]


def _encoding(path: Path) -> str:
    """UTF-8 if every byte agrees, else GB18030; BadInput naming the first byte that fits neither."""
    failure: UnicodeDecodeError | None = None
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        done = 0
        try:
            with path.open("rb") as stream:
                while block := stream.read(4 * 1024**2):
                    decoder.decode(block)
                    done += len(block)
                decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError as error:
            failure = error
    place = done + (failure.start if failure else 0)
    raise BadInput(f"{path.name} is neither UTF-8 nor GB18030 (near byte {place:,}). Export it as one of the two.")


def _delimiter(text: str) -> str:
    """The mark that splits most lines into the same number of cells, the more cells the better."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]

    def fit(mark: str) -> tuple[int, int]:
        counts = Counter(len(next(csv.reader([line], delimiter=mark), [])) for line in lines)
        cells, times = counts.most_common(1)[0]
        return (times if cells > 1 else 0) * min(cells, 8), cells

    return max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str, *, whole: bool) -> tuple[list[tuple[str, ...]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    head, ends = [], []
    for record in reader:
        head.append(tuple(record))
        ends.append(reader.line_num)
        if len(head) >= 400:
            return head, ends
    return (head, ends) if whole or len(head) < 2 else (head[:-1], ends[:-1])  # the sample may cut the last record
