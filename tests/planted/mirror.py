"""Rows of the figures that lay two countries' reports side by side: in order, and spoilt for each rule."""

GAP = """
    create or replace table rows as
    from (values
        (30.00, 37.80, 100.00, 137.80, 130.00, 1.06, 'both'),
        (-4.00, -4.00, 4.00, null, null, 1.06, 'exporter'),
        (50.00, 53.00, null, 53.00, 50.00, 1.06, 'importer')
    ) as r (
        mirror_gap_fob_usd, reported_gap_usd, exporter_fob_usd, importer_cif_usd, importer_fob_usd, cif_fob_ratio, sides
    )
"""
ASYMMETRY = """
    create or replace table rows as
    select
        date '2011-01-01' as period_first_day, 'A' as freq, 's' as source, 'PE' as exporter, 'EC' as importer,
        'FCL' as product_classification, product, gap_fob_usd, absolute_gap_fob_usd, items
    from (values ('0022', 30.00, 30.00, 1), ('0257', -40.00, 40.00, 1), ('_T', -10.00, 70.00, 2))
        as r (product, gap_fob_usd, absolute_gap_fob_usd, items)
"""
MATCHED = """
    create or replace table rows as
    select
        80.0 as mirror_matched_value_pct, 15 as exporter_only_fob_usd, 5 as importer_only_cif_usd,
        100 as both_reported_usd, 3 as matched_gap_usd, 7 as matched_absolute_gap_usd
"""

GOOD = {
    "mirror_gap_fob_usd": GAP,
    "mirror_asymmetry_pct": ASYMMETRY,
    "mirror_matched_value_pct": MATCHED,
}

SPOIL = {
    "mirror_gap_fob_usd: is the importer's FOB equivalent less the exporter's value": (
        "update rows set mirror_gap_fob_usd = null, reported_gap_usd = 0 where sides = 'exporter'"
    ),
    "sides: say who reports": "update rows set sides = 'both'",
    "sides: differ less than ten times over": "update rows set exporter_fob_usd = 13 where sides = 'both'",
    "gap_fob_usd: of all products is the sum over the products": "delete from rows where product = '0257'",
    "absolute_gap_fob_usd: no smaller than the gap with its sign": "update rows set absolute_gap_fob_usd = 0",
    "mirror_matched_value_pct: with the one-sided products makes a hundred": (
        "update rows set mirror_matched_value_pct = 85"
    ),
    "matched_absolute_gap_usd: no smaller than the gap with its sign": "update rows set matched_gap_usd = -8",
}
