"""The image, built on this machine from the real Dockerfile."""
