"""The local Airflow and the ingester beside it: configured, started, watched and ended."""
