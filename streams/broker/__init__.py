"""A real Apache Kafka, local or elsewhere, and how to speak with it."""
