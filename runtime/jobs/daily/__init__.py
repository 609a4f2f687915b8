"""Jobs that a cron trigger starts every day."""
