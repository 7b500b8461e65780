"""What Windows knows: its registry, the marks of files, what kind of program a file is.

Trusted: the registry and the environment variables, which are the user's and the administrator's
own. Of the path that Excel has, entries that are no whole paths are left out, for they mean folders
seen from the current one. Paths that come from a workbook are not to be handed to this room.
"""
