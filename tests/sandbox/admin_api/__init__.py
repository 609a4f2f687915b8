"""The admin API as its clients see it: routes, keys, limits, error shapes, and a state to assert on."""

from tests.sandbox.admin_api.app import serve_admin_api
from tests.sandbox.admin_api.organisations import Organisation
from tests.sandbox.admin_api.quotas import QuotaRow
from tests.sandbox.admin_api.state import ROOT_KEY, AdminState, Notification, VirtualTime

__all__ = ["ROOT_KEY", "AdminState", "Notification", "Organisation", "QuotaRow", "VirtualTime", "serve_admin_api"]
