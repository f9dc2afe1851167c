#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_schema.py SCHEMA FILE: holds the JSON documents of FILE, one after another, to the schema."""
import json
import sys

from jsonschema import Draft202012Validator


def documents(text):
    """Each document once, however often it stands there."""
    decoder = json.JSONDecoder()
    seen = set()
    at = 0
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        if text[at:end] not in seen:
            seen.add(text[at:end])
            yield document
        at = end + len(text[end:]) - len(text[end:].lstrip())


def main(schema_path, documents_path):
    with open(schema_path, encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    with open(documents_path, encoding="utf-8") as f:
        text = f.read().lstrip()
    bad = 0
    for document in documents(text):
        for error in validator.iter_errors(document):
            where = "/".join(str(step) for step in error.absolute_path)
            print(f"{document.get('command')}: /{where}: {error.message[:200]}")
            print(f"  in {json.dumps(document)[:160]}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
