"""The generated corpus: random but consistent reports, written in every format agencies use.

A document is made in three steps, each a function of its seed alone:

1. `drafts.draft`: a body, a year, a form (2021, 2019, both mixed, before 2019), figures that hold
   every printed identity, prose that quotes them, and the truth about it all (`truth.Truth`).
2. `blemishes`: on request, layout defects that must not change what is read (lost stub cells, rows
   torn over pages, misspelt and renamed labels, phantom rows …). `defects`: on request, faults of
   content, each with the rule that must speak.
3. `formats`: writers that turn drafts into bytes, from plain text to scanned PDF. Those that need
   LibreOffice or Chromium write all their drafts in one batch.

`truth.tally` scores a reading cell by cell: right, lost, wrong, invented. ``python -m bench.corpus``
measures every format, ``tests/crawler/test_corpus.py`` holds a small selection to zero faults.
"""
