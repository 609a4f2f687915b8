"""A month of an environment's triggers in seconds: the jobs themselves, on a virtual clock, against the stand-ins."""
