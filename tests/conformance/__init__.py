"""Google's own clients against the stand-in control plane: what they understand, the real API would have said."""
