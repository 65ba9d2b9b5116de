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


# What the `$id`s begin with; a name, not an address: nothing is ever fetched.
BASE = "https://helicase.org/schemas/"


def load():
    """The schemas of events and documents by their paths, and a registry that knows each by its `$id`."""
    paths = sorted(FOLDER.glob("Events/*/v*.json")) + sorted(FOLDER.glob("Documents/*/v*.json"))
    schemas = {path: json.loads(path.read_text()) for path in paths}
    resources = [Resource.from_contents(schema, default_specification=DRAFT202012) for schema in schemas.values()]
    return schemas, Registry().with_resources((resource.id() or "", resource) for resource in resources)


def references(value):
    """All `$ref`s of a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from references(element)


def unresolved(name, document, registry):
    """Every reference of a document that leads nowhere."""
    identifier = BASE + name
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    resolver = registry.with_resource(identifier, resource).resolver(base_uri=identifier)
    for reference in sorted(set(references(document))):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            yield f"{name}: $ref {reference} leads nowhere"


def violations(name, validator, document):
    """What a validator finds in a document, each with its place."""
    for error in sorted(validator.iter_errors(document), key=lambda error: error.json_path):
        error = best_match([error])  # of a oneOf, the branch that fits best
        yield f"{name}: {error.json_path}: {error.message}"


def check_asyncapi(schema_path, registry):
    """Checks asyncapi.json against AsyncAPI's own JSON Schema, where that is at hand."""
    path = FOLDER / "asyncapi.json"
    document = json.loads(path.read_text())
    yield from unresolved(path.name, document, registry)
    if not schema_path.is_file():
        print(f"notice: {schema_path} is absent: asyncapi.json was not checked against AsyncAPI's schema")
        return
    yield from violations(path.name, Draft7Validator(json.loads(schema_path.read_text())), document)


def check_event(path, schema, registry):
    """Checks the schema of an event or a document, and the golden records beside it."""
    name = path.relative_to(FOLDER).as_posix()
    if schema.get("$id") != BASE + name:
        yield f"{name}: $id is {schema.get('$id')}, and must be {BASE + name}"
        return
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"{name}: {error.json_path}: {error.message}"
        return
    if lost := list(unresolved(name, schema, registry)):
        yield from lost
        return
    validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
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

    events, registry = load()
    problems = list(check_asyncapi(schema_path, registry))
    for path, schema in events.items():
        problems += check_event(path, schema, registry)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"asyncapi.json and {len(events)} schemas: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
