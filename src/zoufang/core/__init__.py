"""The bank's rules as pure Python: values in, decisions out. No Django, no clock, no database, no files."""
