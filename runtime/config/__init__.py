"""What a run is told: the catalog, the environment's variables, the command line."""
