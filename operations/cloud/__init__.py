"""Google's REST APIs as the operators' commands use them: typed answers, one-line errors."""
