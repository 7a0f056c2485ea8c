"""INEC Ecuador, Entradas y Salidas Internacionales: one row a person and crossing.

What a row says beyond the contract (occupation, place, regions that follow from a country) is not carried.
"""

from __future__ import annotations

import polars as pl

from puyango import reference
from streams.sources.source import ABSENT, Layout, Reading, Source, constant, listed, whole

DIRECTIONS = {"Entrada": "entry", "Salida": "exit"}
SEXES = {"Hombre": "male", "Mujer": "female"}
MODES = {
    "Vía Aérea": "air",
    "Vía Terrestre": "road",
    "Vía Marítima": "sea",
    "Vía Marítimo": "sea",
    "Vía Fluvial": "river",
}
PURPOSES = {
    "Turismo": "tourism",
    "Negocios": "business",
    "Estudios": "study",
    "Eventos": "event",
    "Residencia": "residence",
    "Tripulación": "crew",
    "Otros": "other",
}
MONTHS = {
    "Enero": "01",
    "Febrero": "02",
    "Marzo": "03",
    "Abril": "04",
    "Mayo": "05",
    "Junio": "06",
    "Julio": "07",
    "Agosto": "08",
    "Septiembre": "09",
    "Setiembre": "09",
    "Octubre": "10",
    "Noviembre": "11",
    "Diciembre": "12",
}
HERE = "streams/sources/esi.py"
COUNTRIES = "Add the name to warehouse/reference/country_aliases.csv with its country, or _U if it says unknown."
POSTS = "Add the post to warehouse/reference/posts.csv, with this text as its esi_name."


def readings(layout: Layout) -> tuple[Reading, ...]:
    """Return how a row becomes a ``traveller_crossing``; the name of the month is always repaired to its number."""
    year = pl.col("anio_movi").str.extract("^([0-9]{4})$")
    sequence = pl.col("id_secuencial").str.extract("^([0-9]+)$")
    month = listed("month", "mes_movi", MONTHS, "")
    day = pl.concat_str(year, month.value, pl.col("dia_movi").str.zfill(2), separator="-")
    crossing_day = day.str.to_date("%Y-%m-%d", strict=False).dt.to_string("%Y-%m-%d")
    nationalities, posts = _countries(), reference.mapping("posts", "esi_name", "post")
    countries = {name: ABSENT if country == "_U" else country for name, country in nationalities.items()}
    return (
        constant("administration", "EC"),
        Reading(
            "event_id",
            ("id_secuencial", "anio_movi"),
            pl.concat_str(year, sequence, separator="-"),
            "id_secuencial holds digits only, anio_movi four digits.",
            personal=True,
        ),
        constant("source", SOURCE.name),
        constant("coverage", layout.coverage),
        Reading(
            "crossing_day",
            ("mes_movi", "dia_movi", "anio_movi"),
            crossing_day,
            f"mes_movi is a Spanish month name (MONTHS in {HERE}), and the three columns are a day of the calendar.",
        ),
        _listed("direction", "tip_movi", DIRECTIONS, "DIRECTIONS"),
        listed("post", "jef_migr", posts, POSTS),
        _listed("mode", "via_tran", MODES, "MODES"),
        listed("nationality", "nac_migr", nationalities, COUNTRIES),
        listed("residence", "pais_res", countries, COUNTRIES, blank=ABSENT),
        listed("counterpart", "pais_prod", countries, COUNTRIES, blank=ABSENT),
        _listed("trip_purpose", "mot_viam", PURPOSES, "PURPOSES", blank=ABSENT),
        Reading("migration_class", ("cla_migr",), pl.col("cla_migr"), blank_ok=True, personal=True),
        _listed("sex", "sex_migr", SEXES, "SEXES", blank=ABSENT),
        whole("age_years", "edad", blank_ok=True, personal=True),
        constant("source_repairs", "+".join(sorted({*layout.repairs, "month_name"}))),
    )


def _listed(name: str, column: str, codes: dict[str, str], table: str, *, blank: str = "") -> Reading:
    return listed(name, column, codes, f"If the word is new, add it to {table} in {HERE}.", blank=blank)


def _countries() -> dict[str, str]:
    """Return the country of each Spanish name: as the publisher writes it, else as the United Nations do."""
    aliases = reference.mapping("country_aliases", "alias", "country", source=SOURCE.name)
    return {**reference.mapping("countries", "name_es", "country"), **aliases}


SOURCE = Source(
    name="ec_inec_esi",
    family="traveller_crossing",
    publisher="INEC Ecuador",
    licence="Ecuador open data (name INEC)",
    says="Entradas y Salidas Internacionales: people at Ecuador's migration desks, samples of 2023, 2024 and 2025.",
    obtained="samples cut from INEC's microdata by github.com/Luitorch/tfm-seguridad-turismo-ecuador, "
    "commit 7b0547fd10c4",
    files=("ec_inec_esi/muestra_2023.csv", "ec_inec_esi/muestra_2024.csv", "ec_inec_esi/muestra_2025.csv"),
    rows=3_000,
    columns=(
        "id_secuencial",
        "tip_movi",
        "tip_naci",
        "anio_movi",
        "mes_movi",
        "dia_movi",
        "sex_migr",
        "nac_migr",
        "subcont_nac",
        "cont_nac",
        "via_tran",
        "mot_viam",
        "pais_prod",
        "subcont_prod",
        "cont_prod",
        "lug_prod",
        "pais_res",
        "subcont_res",
        "cont_res",
        "jef_migr",
        "pro_jefm",
        "can_jefm",
        "cla_migr",
        "ocu_migr",
        "edad",
    ),
    renamed={"secuencial": "id_secuencial"},
    coverage="sample",
    readings=readings,
)
