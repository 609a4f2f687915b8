"""What runs inside the Dockerfile's stages, on the base image's Python: standard library only."""
