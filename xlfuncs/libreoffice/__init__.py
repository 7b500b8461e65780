"""LibreOffice as a program: found, run without a window, given an extension.

Trusted: the program that the user names, the folders of the path that are whole paths, the places
where LibreOffice is usually installed, the user's environment variables, and the extensions that
are built here. Every program is started by its whole path, LibreOffice with a fresh profile.

Not trusted: the current folder, in which no program is looked for and none runs, and the workbook.
LibreOffice reads it as a workbook whatever else it may be, runs none of its macros, updates no link
to another file and asks for nothing on the web (`WEBSERVICE` is an error). Linked pictures it would
fetch even so; therefore the caller takes them out before. XML that refers to other files is
refused before, or not followed by LibreOffice.
"""
