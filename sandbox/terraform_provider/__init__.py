"""A stand-in for the provider hashicorp/google: real Terraform, plugin protocol 5, no registry and no cloud.

Terraform itself finds misspelled, missing and wrongly typed attributes from the schema, a copy of the real provider's
(`terraform providers schema -json`, trimmed to the types that matter). `rules/` says what the schema cannot: defaults,
what forces a replacement, what is known before the apply, what the provider refuses at once and what the cloud refuses
at the apply. `world.py` is the cloud: a JSON file.

Known to differ from the real provider:
- Attributes named `description` are missing, since the schema file was trimmed of them: without them, both agree.
- Optional blocks that the cloud fills in (a job's `resources`, a trigger's `retry_config`) stay absent; in the real
  provider's state they appear. A list with one unknown element keeps its other elements.
- The real provider writes back what the API answers: a job's full name in its IAM members, a bucket's location in
  capitals, a dashboard's JSON in another order. Here the state says what the configuration says.
- A log metric's id has its project in front. Uids, numbers and e-tags are digests: two applies give the same ones.
- A schedule with names (MON, JAN) or in words is refused, and so is a predefined role that `rules/` does not list.
- Only the members of IAM policies are stored: an authoritative binding does not remove other members.
- A secret version made by Terraform does not count as one that a job may use: that is `secret_versions` of the world.
- Quotas, propagation delays and the caller's own permissions do not exist.
"""
