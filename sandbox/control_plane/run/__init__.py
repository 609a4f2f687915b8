"""Cloud Run Admin v2: jobs, executions and tasks, with real processes behind them."""
