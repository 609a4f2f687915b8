"""What the `sandbox` command does inside a sandbox: what otherwise only a cloud, time or bad luck can do."""
