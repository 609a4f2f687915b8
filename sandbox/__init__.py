"""Stand-ins on loopback that speak the real services' protocols."""
