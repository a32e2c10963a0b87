"""The JSON Schema of the report, published beside this file.

Made anew, after a change of the model, by `ordis report schema > agent/report/ordis-report-1.schema.json`.
"""

import json

from agent.model.report import Report

FILE = "ordis-report-1.schema.json"


def schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of what is signed; the envelope around it is in docs/report.md."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:ordis:report:1",
        **Report.model_json_schema(by_alias=True, mode="validation"),
    }


def schema_text() -> str:
    """The file's content, which is also what `ordis report schema` prints."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
