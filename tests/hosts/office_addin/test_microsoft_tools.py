"""Microsoft's own tools read what an add-in tells Excel."""

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import parse

from tests.support.office import need_npm
from tests.support.office_addin.npm import NODE_MODULES

METADATA = """
import { generateCustomFunctionsMetadata } from "custom-functions-metadata";
const { errors, metadataJson } = await generateCustomFunctionsMetadata(process.argv[1]);
console.log(JSON.stringify({ errors, metadata: JSON.parse(metadataJson) }));
"""
MANIFEST = """
import { OfficeAddinManifest } from "office-addin-manifest";
console.log(JSON.stringify(await OfficeAddinManifest.readManifestFile(process.argv[1])));
"""


def run_node(script: str, *arguments: str) -> Any:
    """Run a script among the npm packages; return what it prints, read as JSON."""
    need_npm("custom-functions-metadata")
    ran = subprocess.run(
        ["node", "--input-type=module", "--eval", script, *arguments],
        cwd=NODE_MODULES.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_metadata_are_those_that_microsofts_tool_makes_of_the_script(
    shipped_addin: Path,
) -> None:
    made = run_node(METADATA, str(shipped_addin / "functions.js"))
    assert made["errors"] == []
    own = json.loads((shipped_addin / "functions.json").read_text(encoding="utf-8"))
    # the tool cannot make this one: it is only for metadata written by hand
    assert own.pop("allowErrorForDataTypeAny") is True
    assert own == made["metadata"]


def test_microsofts_tool_reads_the_manifest(shipped_addin: Path) -> None:
    read = run_node(MANIFEST, str(shipped_addin / "manifest.xml"))
    url = "https://prices.example.org/qualys"
    assert read["displayName"] == "QUALYS: Qualys vulnerability management for the State of Ohio"
    assert read["officeAppType"] == "TaskPaneApp"
    assert read["hosts"] == ["Workbook"]
    assert read["version"] == "2026.11.30.0"
    assert read["permissions"] == "ReadWriteDocument"
    assert read["defaultSettings"]["sourceLocation"] == f"{url}/taskpane.html"
    assert read["iconUrl"] == f"{url}/icon-32.png"


OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"


def names(element: Element) -> list[str]:
    return [each.tag.rpartition("}")[2] for each in element]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            ".",
            "Id Version ProviderName DefaultLocale DisplayName Description IconUrl "
            "HighResolutionIconUrl SupportUrl AppDomains Hosts Requirements DefaultSettings "
            "Permissions VersionOverrides",
        ),
        (f"{OVERRIDES}VersionOverrides", "Hosts Resources"),
        (
            f"{OVERRIDES}VersionOverrides/{OVERRIDES}Hosts/{OVERRIDES}Host",
            "Runtimes AllFormFactors DesktopFormFactor",
        ),
        (
            f"{OVERRIDES}VersionOverrides/{OVERRIDES}Resources",
            "Images Urls ShortStrings LongStrings",
        ),
    ],
)
def test_the_elements_of_the_manifest_are_in_the_order_of_microsofts_schema(
    shipped_addin: Path, path: str, expected: str
) -> None:
    found = parse(shipped_addin / "manifest.xml").getroot().find(path)
    assert found is not None
    assert names(found) == expected.split()
