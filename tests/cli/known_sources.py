"""Every publication that the assessment cites must be recognised by sources.csv, or `kiln validate` would score what the database has learned from.

usage: known_sources.py ASSESSMENT
"""
import csv
import glob
import os
import re
import sys

FOLDER = sys.argv[1]
# Not publications: what was estimated, combined or quoted without one.
OWN = ("estimated: a = 2.7156", "mean of the density", "this assessment, ")


def rows(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def bibliography(name):
    """texts and DOIs of a data set of `kiln fit`, whose bibliography has one entry a line"""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return re.findall(r'^  \w+: \{text: "?(.*)\}$', file.read(), re.MULTILINE)


def is_known(text, sources):
    text = text.lower()
    for source in sources:
        marks = [mark.strip().lower() for mark in source["marks"].split(";") if mark.strip()]
        if source["doi"] and source["doi"].lower() in text or marks and all(mark in text for mark in marks):
            return True
    return False


def main():
    sources = rows("sources.csv")
    assert all(source["doi"] or source["marks"] for source in sources)
    files = [os.path.basename(path) for path in glob.glob(os.path.join(FOLDER, "*.csv"))]
    cited = {row["citation"] for name in files if name != "sources.csv" for row in rows(name) if row.get("citation")}
    fits = [os.path.basename(path) for path in glob.glob(os.path.join(FOLDER, "*.fit.yaml"))]
    cited |= {text for name in fits for text in bibliography(name)}
    assert all(bibliography(name) for name in fits) and len(cited) > 30, len(cited)
    unknown = [text for text in sorted(cited) if not text.startswith(OWN) and not is_known(text, sources)]
    for text in unknown:
        print("sources.csv does not recognise: " + text)
    named = {name for source in sources for name in source["used_in"].split()}
    absent = [name for name in sorted(named) if not any(os.path.exists(os.path.join(FOLDER, up, name)) for up in ("", ".."))]
    for name in absent:
        print("sources.csv names no file: " + name)
    return 1 if unknown or absent else 0


if __name__ == "__main__":
    sys.exit(main())
