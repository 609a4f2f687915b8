"""What has to be true before the jobs can work, each thing checked on its own."""
