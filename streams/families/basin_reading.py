"""Measurements in the basin of the Puyango, which is the Tumbes in Peru: flow, level, substances."""

from streams.contract import Case, Contract, Field

HYDROLOGY = ("flow", "flow_backwater", "level")
METALS = ("arsenic", "cadmium", "copper", "lead", "manganese", "mercury", "zinc")
CYANIDES = ("cyanide_free", "cyanide_total", "cyanide_wad")

CONTRACT = Contract(
    name="basin_reading",
    version=1,
    says="One parameter was measured once at one station of the basin.",
    source="Water authorities and laboratories of both countries; no publisher ships such records yet.",
    licence="terms of the authority that sends",
    owner="basin-secretariat",
    purpose="statistics of water and sediment in the basin",
    thing=("station", "parameter", "matrix", "fraction", "sampled_at"),
    anchor="sampling_day",
    instant="sampled_at",
    first_day="1963-01-01",
    due_days=90,
    lateness_days=730,
    retention_days=36_525,
    cases=(
        Case("parameter", HYDROLOGY, "matrix", codes=("water",)),
        Case("parameter", HYDROLOGY, "fraction", codes=("_Z",)),
        Case("parameter", METALS, "fraction", codes=("total", "dissolved")),
        Case("parameter", ("flow", "flow_backwater"), "value_unit", codes=("m3/s",)),
        Case("parameter", ("level",), "value_unit", codes=("m",)),
        Case("parameter", (*METALS, *CYANIDES), "value_unit", codes=("mg/L", "mg/kg")),
        Case("matrix", ("water",), "value_unit", codes=("m3/s", "m", "mg/L")),
        Case("matrix", ("sediment", "biota"), "value_unit", codes=("mg/kg",)),
        Case("parameter", ("flow", *METALS, *CYANIDES), "value", least=0),
        Case("censor", ("above_range",), "value"),
        Case("censor", ("below_detection", "below_quantification"), "detection_limit"),
        Case("censor", ("below_quantification",), "quantification_limit"),
    ),
    fields=(
        Field(
            "administration",
            "code",
            "Country in which the station is, ISO 3166-1 alpha-2.",
            pattern="[A-Z]{2}",
            fold_case="upper",
        ),
        Field("source", "code", "Publication or system the record came from.", pattern="[a-z][a-z0-9_]{1,31}"),
        Field("river_id", "code", "River, one code for its two names.", pattern="[a-z][a-z0-9-]{1,39}"),
        Field("station", "code", "Station of the network.", pattern="[a-z][a-z0-9-]{1,39}", fold_case="lower"),
        Field(
            "parameter",
            "code",
            "What was measured; flow_backwater is the flow where the river may run back, which alone may be negative.",
            codes=(*HYDROLOGY, *METALS, *CYANIDES),
        ),
        Field("matrix", "code", "What it was measured in (B1).", codes=("water", "sediment", "biota")),
        Field(
            "fraction", "code", "Part of the sample; _Z where it does not apply.", codes=("total", "dissolved", "_Z")
        ),
        Field("sampling_day", "day", "Local day of sampling."),
        Field("sampled_at", "instant", "Moment of sampling."),
        Field(
            "value",
            "decimal",
            "The figure of the laboratory or gauge; absent where none was obtained. Of a censored reading, its limit.",
            unit="value_unit",
            required=False,
            scale=6,
            fillers=("-999", "-9999"),
        ),
        Field(
            "value_unit",
            "unit",
            "Unit of value and limits; mg/kg is of dry mass.",
            codes=("m3/s", "m", "mg/L", "mg/kg"),
        ),
        Field(
            "censor",
            "code",
            "Whether the value is a figure or the end of an interval (B1, B4).",
            codes=("none", "below_detection", "below_quantification", "above_range"),
        ),
        Field(
            "detection_limit",
            "decimal",
            "Least that the method can tell from nothing.",
            unit="value_unit",
            required=False,
            least=0,
            scale=6,
        ),
        Field(
            "quantification_limit",
            "decimal",
            "Least that the method can put a figure on.",
            unit="value_unit",
            required=False,
            least=0,
            scale=6,
        ),
        Field("laboratory", "code", "Laboratory or gauge.", required=False, pattern="[a-z][a-z0-9-]{1,39}"),
        Field("method", "text", "Analytical method in the laboratory's words.", required=False),
        Field(
            "flow_basis",
            "code",
            "How a flow was found: gauged, by the rating curve, or beyond its range (B7).",
            required=False,
            codes=("gauged", "rated", "extrapolated"),
        ),
    ),
)
