"""Airflow decides when, nothing else."""
