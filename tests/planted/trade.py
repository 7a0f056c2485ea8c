"""Rows of published trade, and of the figures made of them: in order, and spoilt for each rule."""

TRADE = """
    create or replace table rows as
    select
        's' as source, 'US' as reporter, 'MX' as partner, 'X' as flow, 'FAS' as valuation, '2304' as post, 'M' as freq,
        'destination' as partner_concept, 'HS2022' as product_classification, '84' as product,
        date '2024-01-01' as period_first_day, 100::decimal(18, 2) as value_usd, 5::decimal(18, 3) as gross_mass_kg,
        null::decimal(18, 3) as net_mass_kg, 2::decimal(18, 2) as freight_usd
    from range(3)
"""
VALUE = f"""
    create schema if not exists silver;
    {TRADE.replace("rows", "silver.reported_trade")};
    insert into silver.reported_trade by name
        select * replace (date '2024-02-01' as period_first_day) from silver.reported_trade;
    create or replace table rows as
    select period_first_day, freq, source, reporter, flow, partner, valuation, sum(value_usd) as trade_value_usd
    from silver.reported_trade
    group by all
"""
MASS = f"""
    create schema if not exists silver;
    {TRADE.replace("rows", "silver.reported_trade")};
    create or replace table rows as
    select
        period_first_day, freq, source, reporter, flow, partner, valuation, sum(gross_mass_kg) as trade_gross_mass_kg,
        sum(gross_mass_kg) as available_gross_mass_kg, count(gross_mass_kg) as lines_with_mass, count(*) as lines
    from silver.reported_trade
    group by all
"""
SHARES = """
    create or replace table rows as
    select
        date '2024-01-01' as period_first_day, 'M' as freq, 's' as source, 'US' as reporter, 'X' as flow,
        'destination' as partner_concept, 'MX' as partner, 'HS2022' as product_classification, 'FAS' as valuation,
        post, 100 / 3.0 as trade_post_share_pct, 10::decimal(18, 2) as post_value_usd,
        30::decimal(18, 2) as all_posts_value_usd, 3 as posts_with_data
    from (values ('0101'), ('0102'), ('0103')) as p (post)
"""
CONCENTRATION = (
    "create or replace table rows as select 0.38 as trade_product_hhi, 3 as products, 1 / 0.38 as effective_products"
)
NET_MASS = (
    MASS.replace("null::decimal(18, 3) as net_mass_kg", "5::decimal(18, 3) as net_mass_kg")
    .replace("gross_mass_kg, sum", "net_mass_kg, sum")
    .replace("(gross_mass_kg)", "(net_mass_kg)")
    .replace("trade_gross_mass_kg", "trade_net_mass_kg")
    .replace("available_gross_mass_kg", "available_net_mass_kg")
)
UNIT_VALUE = """
    create or replace table rows as
    from (values (2.5, 50.00, 20.0, 60.00, 4, 1, 6), (null, null, null, 5.00, 0, 0, 1)) as r (
        trade_unit_value_usd_per_kg, priced_value_usd, priced_mass_kg, all_value_usd, priced_lines, outlier_lines, lines
    )
"""
FOB_CIF = """
    create or replace table rows as
    from (values (-20.00, 80.00, 100.00, -1 / 9.0), (0.00, 0.00, 0.00, null))
        as r (trade_balance_fob_cif_usd, exports_fob_usd, imports_cif_usd, normalised_balance)
"""

GOOD = {
    "reported_trade": TRADE,
    "trade_value_usd": VALUE,
    "trade_gross_mass_kg": MASS,
    "trade_net_mass_kg": NET_MASS,
    "trade_post_share_pct": SHARES,
    "trade_product_hhi": CONCENTRATION,
    "trade_unit_value_usd_per_kg": UNIT_VALUE,
    "trade_balance_fob_cif_usd": FOB_CIF,
    "trade_balance_fas_customs_usd": FOB_CIF.replace("fob", "fas").replace("cif", "customs"),
}

SPOIL = {
    "exports report their mass": "update rows set gross_mass_kg = null",
    "goods of value have mass": "update rows set gross_mass_kg = 0",
    "no reporter is its own partner": "update rows set partner = 'US'",
    "the post of crossing is known": "update rows set post = '23XX'",
    "what one country reports of a flow, the other reports too": """
        insert into rows by name
        select * replace ('MX' as reporter, 'US' as partner, 'M' as flow, 'origin' as partner_concept, '85' as product)
        from rows
    """,
    "freight costs less than the goods": "update rows set freight_usd = 101",
    "trade_value_usd: adds up to what it is made of": "update rows set trade_value_usd = trade_value_usd + 0.01",
    "trade_value_usd: does not collapse": "update rows set trade_value_usd = 149 where period_first_day = '2024-02-01'",
    "available_gross_mass_kg: adds up to what it is made of": "update rows set available_gross_mass_kg = null",
    "trade_gross_mass_kg: null unless every line reports its mass": "update rows set lines_with_mass = 2",
    "available_net_mass_kg: adds up to what it is made of": "update rows set available_net_mass_kg = null",
    "trade_net_mass_kg: null unless every line reports its mass": "update rows set lines_with_mass = 2",
    "trade_post_share_pct: the shares of a whole sum to 100": "delete from rows where post = '0103'",
    "all_posts_value_usd: is the sum of the posts": "update rows set all_posts_value_usd = 40",
    "trade_product_hhi: lies in [1/n, 1]": "update rows set trade_product_hhi = 0.33",
    "effective_products: no more than there are products": "update rows set effective_products = 3.5",
    "trade_unit_value_usd_per_kg: is the value over the mass beside it": (
        "update rows set trade_unit_value_usd_per_kg = 6.5 where priced_lines > 0"
    ),
    "outlier_lines: leave the value of all lines as it was": "update rows set all_value_usd = 40",
    "outlier_lines: at most a fifth of the lines that have value and mass": "update rows set outlier_lines = 2",
    "trade_balance_fob_cif_usd: is exports less imports": "update rows set trade_balance_fob_cif_usd = 20",
    "trade_balance_fas_customs_usd: is exports less imports": "update rows set normalised_balance = 1 / 9.0",
}
