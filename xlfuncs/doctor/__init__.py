"""What keeps the functions of a workbook from answering on this computer.

Trusted: the Python that runs, the user's own settings (`.xlwings/xlwings.conf` in the profile), the
user's environment variables, the registry, and Excel's path as far as its entries are whole paths.
What they name is started, or looked at on the disk.

Not trusted: the workbook and what lies beside it, since anyone may have sent or unpacked them. They
are read as data. What they name as interpreter, wholly or in part (a bare name, a variable, a row
of a Conda environment), is shown as text, compared as text, and neither started nor looked for:
even a look at a path such as `\\\\server\\share` sends the user's credentials there. Folders that
they name for modules are shown too, and not followed. Nor is the current folder trusted: a Python
is asked from its own folder, and imports nothing from the current one. No command that people are
told to type holds a text of the workbook.
"""
