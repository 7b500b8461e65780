"""The commands about many purchases."""
