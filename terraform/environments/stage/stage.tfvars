environment = "stage"
project     = "cloudact-testing-1"

# Who is told when a job fails or misses its run, for example:
#   notification_channels = { on-call = { type = "email", labels = { email_address = "NAME@DOMAIN" } } }
notification_channels = {}
