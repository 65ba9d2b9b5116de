#!/usr/bin/env python3
"""Checks the contracts of this folder, offline: the AsyncAPI document, the JSON Schemas and their golden records.

Needs `jsonschema` (4.18 or newer). Exits with 1 and lists everything that is wrong; with 0 when nothing is.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).resolve().parent
ASYNCAPI_SCHEMA = "asyncapi-3.0.0.schema.json"


def retrieve(uri):
    """Opens a local file by its URI; nothing is ever fetched."""
    if not uri.startswith("file://"):
        raise ValueError(f"{uri} is no local file")
    contents = json.loads(Path(uri.removeprefix("file://")).read_text())
    return Resource.from_contents(contents, default_specification=DRAFT202012)


REGISTRY = Registry(retrieve=retrieve)


def references(value):
    """All `$ref`s of a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from references(element)


def unresolved(path, document):
    """Every reference of a file that leads nowhere."""
    resolver = REGISTRY.resolver(base_uri=path.as_uri())
    for reference in sorted(set(references(document))):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            yield f"{path.relative_to(FOLDER)}: $ref {reference} leads nowhere"


def violations(name, validator, document):
    """What a validator finds in a document, each with its place."""
    for error in sorted(validator.iter_errors(document), key=lambda error: error.json_path):
        error = best_match([error])  # of a oneOf, the branch that fits best
        yield f"{name}: {error.json_path}: {error.message}"


def check_asyncapi(schema_path):
    """Checks asyncapi.json against AsyncAPI's own JSON Schema, where that is at hand."""
    path = FOLDER / "asyncapi.json"
    document = json.loads(path.read_text())
    yield from unresolved(path, document)
    if not schema_path.is_file():
        print(f"notice: {schema_path} is absent: asyncapi.json was not checked against AsyncAPI's schema")
        return
    yield from violations(path.name, Draft7Validator(json.loads(schema_path.read_text())), document)


def check_event(path):
    """Checks one event's schema and the golden records beside it."""
    name = path.relative_to(FOLDER)
    schema = json.loads(path.read_text())
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"{name}: {error.json_path}: {error.message}"
        return
    if lost := list(unresolved(path, schema)):
        yield from lost
        return
    validator = Draft202012Validator(
        {"$ref": path.as_uri()}, registry=REGISTRY, format_checker=FormatChecker()
    )
    golden = sorted(path.parent.glob("golden/*.json"))
    if not golden:
        yield f"{name}: no golden record"
    for record in golden:
        yield from violations(record.relative_to(FOLDER), validator, json.loads(record.read_text()))


def main():
    folder = Path(os.environ.get("HELICASE_SCHEMAS", FOLDER.parent.parent / "shared" / "schemas"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--asyncapi-schema",
        type=Path,
        default=folder / ASYNCAPI_SCHEMA,
        metavar="FILE",
        help=f"AsyncAPI's own JSON Schema; by default {ASYNCAPI_SCHEMA} in the folder $HELICASE_SCHEMAS "
        "or in ../shared/schemas beside the package",
    )
    schema_path = parser.parse_args().asyncapi_schema

    events = sorted(FOLDER.glob("Events/*/v*.json"))
    problems = list(check_asyncapi(schema_path))
    for path in events:
        problems += check_event(path)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"asyncapi.json and {len(events)} event schemas: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
