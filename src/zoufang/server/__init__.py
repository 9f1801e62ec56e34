"""The Django shell: what is stored, who may do it, and how it is shown."""
