"""What mkdocs is told beside mkdocs.yml: pages that are made, files outside docs/ that pages link to, and Markdown as it reads it.

The pages of docs/ are written as code hosts show them: their links lead to files of the source tree, and no empty line is needed before a list or a table. Here such a link
leads to a copy below source/, or to the page made from a header, and the empty lines are put in.
"""
import os
import posixpath
import re
import shutil
import sys
import tempfile

from mkdocs.structure.files import File

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))
sys.dont_write_bytecode = True
import api  # noqa: E402  (beside this file)

LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")
made = {"folder": None}


def on_config(config):
    """Every header has a line in the navigation."""
    made["folder"] = tempfile.mkdtemp(prefix="kiln-site-")
    headers = api.write(os.path.join(ROOT, "include", "kiln"), os.path.join(made["folder"], "api"))
    for part in config["nav"]:
        for title, pages in part.items():
            if isinstance(pages, list):
                part[title] = [{name: ["api/index.md", *(f"api/{h}.md" for h in headers)]} if path == "api/index.md" else {name: path}
                               for page in pages for name, path in page.items()]
    return config


def source_of(site_path):
    """The path in the source tree of a page of the site."""
    return site_path[len("source/"):] if site_path.startswith("source/") else "docs/" + site_path


def site_path_of(source):
    """Where a file of the source tree is in the site."""
    header = re.fullmatch(r"include/kiln/(\w+)\.h", source)
    if header:
        return f"api/{header.group(1)}.md"
    if source == "include/kiln":
        return "api/index.md"
    return source[len("docs/"):] if source.startswith("docs/") else "source/" + source


def target_of(link, site_path):
    """The path in the source tree that a link of a page leads to; None for the web, a place in the page, and pages that are made."""
    if re.match(r"[a-z]+:|#", link) or site_path.startswith("api/"):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(source_of(site_path)), link.partition("#")[0]))


def lines_of(markdown):
    """Each line, and whether it stands in a block of code."""
    in_code = False
    for line in markdown.split("\n"):
        is_fence = line.startswith("```")
        yield line, in_code or is_fence
        in_code ^= is_fence


def linked_files(markdown, site_path):
    for line, is_code in lines_of(markdown):
        for link in [] if is_code else LINK.findall(line):
            target = target_of(link[1], site_path)
            if target:
                yield target


def on_files(files, config):
    folder, known = made["folder"], {file.src_path for file in files}

    def add(path):
        known.add(path)
        files.append(File(path, folder, config["site_dir"], config["use_directory_urls"]))

    for name in sorted(os.listdir(os.path.join(folder, "api"))):
        add("api/" + name)
    pages = [file for file in files if file.src_path.endswith(".md")]
    while pages:
        page = pages.pop()
        with open(page.abs_src_path, encoding="utf-8") as file:
            targets = list(linked_files(file.read(), page.src_path))
        for target in targets:
            path = site_path_of(target)
            # what is not there is left to mkdocs, which warns of the link
            if path in known or not path.startswith("source/") or not os.path.isfile(os.path.join(ROOT, target)):
                continue
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            shutil.copyfile(os.path.join(ROOT, target), os.path.join(folder, path))
            add(path)
            if path.endswith(".md"):
                pages.append(files.get_file_from_path(path))
    return files


def relink(line, site_path):
    def moved(match):
        target = target_of(match.group(2), site_path)
        if not target:
            return match.group(0)
        place = match.group(2).partition("#")[2]
        link = posixpath.relpath(site_path_of(target), posixpath.dirname(site_path) or ".")
        return match.group(1) + link + ("#" + place if place else "") + match.group(3)

    return LINK.sub(moved, line)


def kind_of(line, is_code):
    if is_code:
        return "code"
    if line.startswith("|"):
        return "table"
    return "list" if re.match(r"([-*]|\d+\.) ", line) else "text"


def on_page_markdown(markdown, page, config, files):
    """With an empty line wherever one kind of block follows another, except below an item of a list, which goes on there."""
    out, before = [], "text"
    for line, is_code in lines_of(markdown):
        kind = kind_of(line, is_code)
        goes_on = kind == before or before == "list" and kind == "text"
        if out and out[-1].strip() and line.strip() and not goes_on:
            out.append("")
        if kind == "table":
            line = re.sub(r"`[^`]*`", lambda code: code.group(0).replace("\\|", "|"), line)  # code has no escapes here
        out.append(line if is_code else relink(line, page.file.src_path))
        before = kind if line.strip() or is_code else "text"
    return "\n".join(out)


def on_post_build(config):
    shutil.rmtree(made["folder"])
