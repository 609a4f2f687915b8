"""The services that jobs call, each as typed methods."""
