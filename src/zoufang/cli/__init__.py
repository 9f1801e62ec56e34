"""The `zoufang` command: files in, files out."""
