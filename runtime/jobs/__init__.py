"""The jobs: one module each, named after the job, with one public `run`."""
