"""Whether every place that makes a message has been reached, or is exempt."""

from tests.messages.exemptions import EXEMPT
from tests.messages.marking import Site
from tests.messages.sites import sites, stated

HOW = "add one to tests/messages/ and run python -m tests.messages"


def missing(reached: set[Site], page: str) -> list[str]:
    """A sentence for each place without an entry, and for each exemption that is none any more."""
    every = [*sites(), *dict.fromkeys(stated())]
    provoked = reached | {site for site in stated() if site.text.strip() in page}
    found = [
        f"{site} has no entry; {HOW}"
        for site in every
        if site not in provoked and site not in EXEMPT
    ]
    for site in EXEMPT:
        if site in provoked:
            found.append(f"{site} is exempt, and an entry provokes it; take the exemption out")
        elif site not in every:
            found.append(f"{site} is exempt, and there is no such place; take the exemption out")
    return found
