"""The stand-in for BigQuery, driven by Google's own client."""
