"""Segments, their position in the ledger and the rows of bronze: in order, and spoilt for each rule."""

FAMILY = "crossing_count"
SEGMENTS = f"""
    create schema if not exists bronze;
    attach if not exists ':memory:' as lake;
    create schema if not exists lake.ops;
    create or replace table bronze.{FAMILY} as
        select 'c' as chain, 0 as partition, n as "offset", n as value_hash from range(20) as r (n) where n <> 3;
    create or replace table lake.ops.position as
        select '{FAMILY}' as family, 'c' as chain, 0 as partition, 21 as next_offset;
    create or replace table rows as
    select 'c' as chain, 0 as partition, first_offset, next_offset, rows, good, refused, gap_offsets
    from (values (0, 10, 10, 9, 1, 0), (10, 21, 10, 10, 0, 1))
        as s (first_offset, next_offset, rows, good, refused, gap_offsets)
"""

GOOD = {
    FAMILY: SEGMENTS,
}

SPOIL = {
    "segments: every row is good or refused": "update rows set refused = 0",
    "segments: every offset is a row or a gap": "update rows set gap_offsets = 0",
    "segments: each begins where the one before ends": "update rows set first_offset = 11 where first_offset = 10",
    "segments: no more rows are replayed than were refused": (
        "insert into rows values ('c/replays', 0, 0, 2, 2, 2, 0, 0)"
    ),
    "ledger: the position is the end of the chain": "update lake.ops.position set next_offset = 10",
    "bronze: holds every good row of the segments once": f"insert into bronze.{FAMILY} values ('c', 0, 5, 5)",
}
