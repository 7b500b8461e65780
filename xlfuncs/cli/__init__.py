"""The command line."""

from __future__ import annotations


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 with an answer, 1 without a price or with errors found, 2 for bad
    usage, bad input or an unreadable file, and 128 with the number of the signal that ended it.

    Without arguments it is the whole of a program, with those that were typed.
    """
    try:
        # nothing is imported above, where Ctrl-C would be a traceback
        if arguments is None:
            import gc

            gc.disable()  # none of what is imported is garbage, and looking for it takes time
        from xlfuncs.cli.run import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # while a class was being made
            return 130
        raise
