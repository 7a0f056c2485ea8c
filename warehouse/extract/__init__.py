"""What ministries receive: the published figures as CSV and workbooks, in Spanish and English, with a manifest."""

from warehouse.extract.asked import of
from warehouse.extract.release import write

__all__ = ["of", "write"]
