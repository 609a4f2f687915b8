"""The admin API as its clients see it: routes, keys, limits, error shapes, and a state to assert on."""

from sandbox.admin_api.app import serve_admin_api
from sandbox.admin_api.organizations import Organization
from sandbox.admin_api.quotas import QuotaRow
from sandbox.admin_api.state import ROOT_KEY, AdminState, Notification, VirtualTime

__all__ = ["ROOT_KEY", "AdminState", "Notification", "Organization", "QuotaRow", "VirtualTime", "serve_admin_api"]
