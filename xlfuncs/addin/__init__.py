"""The Office add-in: a folder of static files that gives Excel the functions of a contract."""

ADD_IN = ".addin"
"""How the name of a folder ends that is an add-in."""

BUILD, SUMS, MANIFEST = "build.json", "SHA256SUMS", "manifest.xml"
"""What a build says of itself, the hashes of its files, and what Excel reads first."""
