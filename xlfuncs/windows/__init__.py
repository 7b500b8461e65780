"""What Windows knows: its registry, the marks of files, what kind of program a file is."""
