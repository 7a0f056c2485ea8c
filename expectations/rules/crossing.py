"""Records of migration desks: what an adapter had to repair, and what the records cannot carry."""

from expectations.rule import Rule

REPAIRED = "select * from {{batch}} where list_contains(string_split(source_repairs, '+'), '{0}')"

RULES = (
    Rule(
        name="columns keep their names",
        notes="A column renamed between years is read as missing by whoever reads it by name.",
        rows=REPAIRED.format("column_renamed"),
    ),
    Rule(
        name="columns keep their order",
        notes="A column that moved between years is read as another by whoever reads it by position.",
        rows=REPAIRED.format("columns_reordered"),
    ),
    Rule(
        name="months come as numbers",
        notes="Names of months sort wrongly and have two spellings in Spanish, so each must be known to the adapter.",
        rows=REPAIRED.format("month_name"),
    ),
    Rule(
        name="files come without a byte order mark",
        notes="A byte order mark makes the first column unfindable by name.",
        rows=REPAIRED.format("bom_removed"),
    ),
    Rule(
        name="the class of admission is stated",
        notes="A blank class cannot be told from a class that does not apply; breakdowns by class miss these people.",
        rows="select * from {batch} where migration_class is null",
    ),
    Rule(
        name="the source holds every crossing",
        notes="A sample estimates no total, share or mean: its counts are of the rows handed out.",
        rows="select * from {batch} where coverage = 'sample'",
    ),
)
