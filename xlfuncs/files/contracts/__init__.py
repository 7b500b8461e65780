"""Contract files, in TOML."""
