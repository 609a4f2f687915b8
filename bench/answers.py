"""What the measured servers answer."""

# GET /admin/bootstrap/status of a platform that lacks nothing.
STATUS = {
    "status": "SYNCED",
    "dataset_exists": True,
    "tables_expected": 30,
    "tables_existing": [],
    "tables_missing": [],
    "tables_extra": [],
    "schema_diffs": {},
    "message": "",
}
