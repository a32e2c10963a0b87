"""The published schema is the model's."""

from importlib.resources import files

import sample_report as sample

from agent.model.report import Report
from agent.model.words import Mode
from agent.report.keys import ephemeral
from agent.report.schema import FILE, schema, schema_text


def test_the_file_is_the_models_schema() -> None:
    text = files("agent.report").joinpath(FILE).read_text("utf-8")
    assert text == schema_text(), "run: ordis report schema > agent/report/ordis-report-1.schema.json"


def test_the_schema_speaks_of_what_is_signed() -> None:
    body = sample.signed(ephemeral(Mode.REAL)).report
    properties = schema()["properties"]
    assert isinstance(properties, dict)
    assert set(body) == set(properties)
    assert "schema" in properties
    assert "schema_" not in properties
    assert Report.model_validate(body)
