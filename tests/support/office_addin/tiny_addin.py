"""A small add-in that returns what it was given, to test the page that plays Excel."""

import json
from pathlib import Path

ADDRESS = "https://addin.example.org/tiny"

MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0" xsi:type="TaskPaneApp">
  <Id>6f0e1e0e-6b1a-4a55-9d1c-0c1f7d1a2b3c</Id>
  <Version>1.0.0.0</Version>
  <DisplayName DefaultValue="A tiny add-in"/>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides"
    xsi:type="VersionOverridesV1_0">
    <Hosts><Host xsi:type="Workbook">
      <Runtimes><Runtime resid="Page" lifetime="long"/></Runtimes>
      <AllFormFactors><ExtensionPoint xsi:type="CustomFunctions">
        <Script><SourceLocation resid="Script"/></Script>
        <Page><SourceLocation resid="Page"/></Page>
        <Metadata><SourceLocation resid="Metadata"/></Metadata>
        <Namespace resid="Namespace"/>
      </ExtensionPoint></AllFormFactors>
    </Host></Hosts>
    <Resources>
      <bt:Urls>
        <bt:Url id="Script" DefaultValue="{ADDRESS}/functions.js"/>
        <bt:Url id="Page" DefaultValue="{ADDRESS}/taskpane.html?build=1"/>
        <bt:Url id="Metadata" DefaultValue="{ADDRESS}/functions.json"/>
      </bt:Urls>
      <bt:ShortStrings><bt:String id="Namespace" DefaultValue="TINY"/></bt:ShortStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>A tiny add-in</title>
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'
    https://appsforoffice.microsoft.com; style-src 'self' 'unsafe-inline'; connect-src 'self'">
  <script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>
  <script src="functions.js" defer></script>
</head>
<body><p>A tiny add-in.</p></body>
</html>
"""

SCRIPT = """
const total = (matrix) => (matrix ?? []).flat().reduce((sum, value) => sum + value, 0);
const later = (value) => new Promise((resolve) => setTimeout(() => resolve(value), 20));
const table = ([[rows]], [[columns]]) =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => 10 * row + column));

CustomFunctions.associate("ADD", (first, second) => total(first) + total(second));
CustomFunctions.associate("SAME", (value) => later(value));
CustomFunctions.associate("RECEIVED", (value) => JSON.stringify(value));
CustomFunctions.associate("RECEIVED.ONE", (value) => JSON.stringify(value));
CustomFunctions.associate("TABLE", table);
CustomFunctions.associate("WHERE", (invocation) => String(invocation.address));
CustomFunctions.associate("ODD", ([[kind]]) => ({
  uneven: [[1, 2], [3]], none: null, object: { type: "Entity" }, empty: [],
  infinite: Infinity, error: { type: "Error", errorType: "Num" },
})[kind]);
CustomFunctions.associate("FAIL", ([[kind]]) => {
  if (kind === "throws") throw new TypeError("thrown");
  if (kind === "rejects") return Promise.reject(new Error("rejected"));
  throw new CustomFunctions.Error(kind, "as asked");
});
"""


def parameter(name: str, shape: str = "matrix", optional: bool = False) -> dict[str, object]:
    return {"name": name, "type": "any", "dimensionality": shape, "optional": optional}


def function(name: str, *parameters: dict[str, object], **options: bool) -> dict[str, object]:
    return {
        "id": name,
        "name": name,
        "description": f"What {name} does.",
        "parameters": list(parameters),
        "result": {"type": "any", "dimensionality": "matrix"},
        "options": options,
    }


FUNCTIONS = [
    function("ADD", parameter("first"), parameter("second", optional=True)),
    function("SAME", parameter("value")),
    function("RECEIVED", parameter("value", optional=True), parameter("second", optional=True)),
    function("RECEIVED_ONE", parameter("value", "scalar")),
    function("TABLE", parameter("rows"), parameter("columns")),
    function("WHERE", requiresAddress=True),
    function("ODD", parameter("kind")),
    function("FAIL", parameter("kind")),
    function("LOST"),
]
"""LOST is in the metadata, and no script has associated it."""


def write_tiny_addin(
    folder: Path, errors: bool = True, data_types: bool = True, address: str = ADDRESS
) -> Path:
    """Write the add-in, with or without the two settings on which the form of errors depends."""
    folder.mkdir()
    metadata = {
        "allowErrorForDataTypeAny": errors,
        "allowCustomDataForDataTypeAny": data_types,
        "functions": [{**each, "id": str(each["id"]).replace("_", ".")} for each in FUNCTIONS],
    }
    files = {
        "manifest.xml": MANIFEST.replace(ADDRESS, address),
        "taskpane.html": PAGE,
        "functions.js": SCRIPT,
        "functions.json": json.dumps(metadata),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder
