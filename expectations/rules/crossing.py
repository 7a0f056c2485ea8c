"""Records of migration desks: what an adapter had to repair, and what the records cannot carry."""

from expectations.rule import Rule

REPAIRED = "select * from {{batch}} where list_contains(string_split(source_repairs, '+'), '{0}')"

RULES = (
    Rule(
        name="columns keep their names",
        name_es="las columnas conservan su nombre",
        notes="A column renamed between years is read as missing by whoever reads it by name.",
        notes_es="Una columna que cambia de nombre entre años le parece ausente a quien la lee por su nombre.",
        rows=REPAIRED.format("column_renamed"),
    ),
    Rule(
        name="columns keep their order",
        name_es="las columnas conservan su orden",
        notes="A column that moved between years is read as another by whoever reads it by position.",
        notes_es="Una columna que cambia de lugar entre años se confunde con otra si se lee por posición.",
        rows=REPAIRED.format("columns_reordered"),
    ),
    Rule(
        name="months come as numbers",
        name_es="los meses vienen como números",
        notes="Names of months sort wrongly and have two spellings in Spanish, so each must be known to the adapter.",
        notes_es="Los nombres de los meses se ordenan mal y en español hay dos grafías (septiembre, setiembre): el "
        "adaptador debe conocerlas todas.",
        rows=REPAIRED.format("month_name"),
    ),
    Rule(
        name="files come without a byte order mark",
        name_es="los archivos vienen sin marca de orden de bytes",
        notes="A byte order mark makes the first column unfindable by name.",
        notes_es="Una marca de orden de bytes impide encontrar la primera columna por su nombre.",
        rows=REPAIRED.format("bom_removed"),
    ),
    Rule(
        name="the class of admission is stated",
        name_es="consta la clase migratoria",
        notes="A blank class cannot be told from a class that does not apply; breakdowns by class miss these people.",
        notes_es="Una clase en blanco no se distingue de una que no corresponde; estas personas faltan en todo desglose"
        " por clase.",
        rows="select * from {batch} where migration_class is null",
    ),
    Rule(
        name="the source holds every crossing",
        name_es="la fuente contiene todos los cruces",
        notes="A sample estimates no total, share or mean: its counts are of the rows handed out.",
        notes_es="Una muestra no sirve para estimar totales, proporciones ni medias: sus conteos son los de las filas "
        "entregadas.",
        rows="select * from {batch} where coverage = 'sample'",
    ),
)
