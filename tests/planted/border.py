"""Passages, seized items and readings: in order, and spoilt for each rule."""

PASSAGES = """
    create or replace table rows as
    select
        'PE' as administration, n::varchar as passage_id, date '2026-03-01' as arrival_day, arrived as arrived_at,
        arrived + interval 5 minute as queued_at, arrived + interval 20 minute as called_at,
        null::timestamptz as inspected_at,
        arrived + interval 65 minute as released_at, arrived + interval 70 minute as exited_at,
        60::decimal(18, 3) as dwell_min
    from range(3) as r (n), (values (timestamptz '2026-03-01 14:00:00+00')) as m (arrived)
"""
ITEMS = """
    create or replace table rows as
    select
        'OP-' || n // 2 as operation, n as item, date '2026-03-01' as seizure_day, 'police' as agency,
        'police' as lead_agency, 'EC-O' as province, item_class, trace_status, quantity::decimal(18, 3) as quantity,
        quantity_unit, purity_pct
    from (values
        (0, 'firearm', 'unknown', 2, 'pieces', null),
        (1, 'ammunition', '_Z', 50, 'rounds', null),
        (2, 'drug', '_Z', 12.5, 'kg', 78.5),
        (3, 'fuel', '_Z', 400.5, 'L', null)
    ) as x (n, item_class, trace_status, quantity, quantity_unit, purity_pct)
"""
READINGS = """
    create or replace table rows as
    select 'el-tigre' as station, timestamptz '2026-03-01 15:00:00+00' as sampled_at, 'water' as matrix,
        parameter, fraction, censor, value::decimal(18, 6) as value, detection_limit::decimal(18, 6) as detection_limit,
        quantification_limit::decimal(18, 6) as quantification_limit
    from (values
        ('mercury', 'total', 'none', 0.0008, 0.0001, 0.0003),
        ('mercury', 'dissolved', 'below_detection', null, 0.0001, 0.0003),
        ('arsenic', 'total', 'none', 0.05, 0.001, 0.003),
        ('arsenic', 'dissolved', 'none', 0.05, 0.001, 0.003),
        ('flow', '_Z', 'none', 114, null, null)
    ) as x (parameter, fraction, censor, value, detection_limit, quantification_limit)
"""
QUEUES = """
    create or replace table rows as
    select
        date '2026-03-01' as period_first_day, 'gate' as source, 'PE' as reporter, 'huaquillas' as post,
        'EC-PE' as direction, n as hour, 1.5 as passage_queue_vehicles, 2 as most_vehicles, 3 as waited_vehicles,
        0 as uncalled_vehicles
    from range(3) as r (n)
"""
TRACED = """
    create or replace table rows as
    select 30.0 as arms_traced_pct, 12 as traced_arms, 20 as not_traced_arms, 8 as unknown_arms, 40 as arms
"""
EXCEEDED = """
    create or replace table rows as
    select
        'PE-ECA' as law, 25.0 as water_exceedance_pct, 1 as exceeding, 4 as assessable, 1 as not_assessable,
        5 as readings, null::varchar as reason
    union all
    select 'EC-097A', null, null, null, null, 5, 'limit_unverified'
"""

GOOD = {
    "passage": PASSAGES,
    "seized_item": ITEMS,
    "reading": READINGS,
    "passage_queue_vehicles": QUEUES,
    "arms_traced_pct": TRACED,
    "water_exceedance_pct": EXCEEDED,
}

SPOIL = {
    "the steps of a passage stand in their order": (
        "update rows set released_at = queued_at - interval 1 second where passage_id = '1'"
    ),
    "a vehicle that was released has been seen in the queue": (
        "update rows set queued_at = null where passage_id = '1'"
    ),
    "a passage ends within a week": "update rows set dwell_min = 10_080.001 where passage_id = '1'",
    "only arms are traced": "update rows set trace_status = 'traced' where item_class = 'ammunition'",
    "arms, rounds and specimens are whole": "update rows set quantity = 1.5 where item_class = 'ammunition'",
    "purity is stated of drugs and gold alone": "update rows set purity_pct = 50 where item_class = 'fuel'",
    "the agency that leads has the last word": "update rows set agency = 'customs' where item = 2",
    "an operation has one lead agency and one province": "update rows set province = 'PE-TUM' where item = 2",
    "a limit of detection is not above the limit of quantification": (
        "update rows set detection_limit = 0.0004 where fraction = 'dissolved' and parameter = 'mercury'"
    ),
    "a figure is not below its limit of detection": (
        "update rows set value = 0.00005 where fraction = 'total' and parameter = 'mercury'"
    ),
    "a censored reading states no figure but its limit": (
        "update rows set value = 0.00005 where censor = 'below_detection'"
    ),
    "what is dissolved is not more than the total": (
        "update rows set value = 0.051 where fraction = 'dissolved' and parameter = 'arsenic'"
    ),
    "a flow is within the record of its station": "update rows set value = 30_500 where parameter = 'flow'",
    "passage_queue_vehicles: the mean is not above the most": "update rows set most_vehicles = 1 where hour = 1",
    "passage_queue_vehicles: calls are not lost": "update rows set uncalled_vehicles = 1 where hour = 1",
    "arms_traced_pct: is of all arms, the unknown too": "update rows set arms = 32, arms_traced_pct = 37.5",
    "water_exceedance_pct: assesses every reading or counts it apart": (
        "update rows set not_assessable = 0 where law = 'PE-ECA'"
    ),
    "water_exceedance_pct: no figure under a limit that nobody verified": (
        "update rows set exceeding = 5 where law = 'EC-097A'"
    ),
}
