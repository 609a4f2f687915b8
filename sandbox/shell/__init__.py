"""make sandbox: a cloud that stays up, and a shell in which the operators' commands find it."""
