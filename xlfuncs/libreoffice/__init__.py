"""LibreOffice as a program: found, run without a window, given an extension."""
