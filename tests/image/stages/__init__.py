"""What runs inside the Dockerfile's stages."""
