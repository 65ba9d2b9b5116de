#!/usr/bin/env python3
"""Holds ClinVar submissions against NCBI's schema; status 1 where one is not as it demands.

    validate_clinvar.py SCHEMA.json FILE.clinvar.json...

SCHEMA.json is submission_api_schema.json of github.com/ncbi/clinvar; clinvar-this (PyPI) has a copy, clinvar_api/schemas/submission_schema.json.
The files are those that `validate_fhir` leaves in .build/fhir. Needs jsonschema (4 or later).
"""
import json
import pathlib
import sys

import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
validator = jsonschema.Draft202012Validator(schema)
failed, records = 0, 0
for path in sys.argv[2:]:
    document = json.loads(pathlib.Path(path).read_text())
    records += len(document["germlineSubmission"])
    for error in validator.iter_errors(document):
        failed += 1
        print(f"{path}: {error.json_path}: {error.message[:200]}")
print(f"{len(sys.argv) - 2} submissions of {records} records, {failed} faults")
sys.exit(1 if failed else 0)
