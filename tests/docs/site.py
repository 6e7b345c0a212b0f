"""The documentation site: it builds without a warning, every link and figure of it leads somewhere, and no page is left out.

usage: site.py SOURCE FOLDER     SOURCE has mkdocs.yml, the site is built in FOLDER
Exit code 77, which skips the test, where mkdocs is not installed (tools/setup installs it).
"""
import html.parser
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

SOURCE, SITE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


class Page(html.parser.HTMLParser):
    """Where a page can be entered, and what it leads to."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.text, self.skipped = set(), [], "", 0
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        self.skipped += tag in ("code", "script", "style", "pre")
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                assert value not in self.ids, f"the id {value} is there twice"
                self.ids.add(value)
            if name in ("href", "src"):
                self.links.append((tag, value))

    def handle_endtag(self, tag):
        self.skipped -= tag in ("code", "script", "style", "pre")

    def handle_data(self, data):
        self.text += "" if self.skipped else data


def build():
    command = [shutil.which("mkdocs"), "build", "--strict", "--clean", "--site-dir", SITE]
    result = subprocess.run(command, cwd=SOURCE, capture_output=True, encoding="utf-8", timeout=200)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "WARNING" not in result.stderr, result.stderr


def check_links(pages):
    n = 0
    for name, page in pages.items():
        for tag, link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                assert tag == "a", f"{name} loads {link} from elsewhere"
                continue
            path = os.path.normpath(os.path.join(os.path.dirname(name), urllib.parse.unquote(parts.path))) if parts.path else name
            assert os.path.isfile(os.path.join(SITE, path)), f"{name}: {link} leads nowhere"
            if parts.fragment and path in pages:
                assert urllib.parse.unquote(parts.fragment) in pages[path].ids, f"{name}: there is no such place in {path}: {link}"
            n += 1
    return n


def check_marks(pages):
    """What Markdown left as it was is no table, list or code."""
    for name, page in pages.items():
        for line in page.text.split("\n"):
            assert not re.match(r"\s*(\|.*\||```|\* |- \S)", line), f"{name} shows a mark: {line}"
            assert not re.search(r"\]\(\S+\)", line), f"{name} shows a link's marks: {line}"


def check_sources():
    """Links of the pages as a code host shows them, where they lead to files."""
    docs = os.path.join(SOURCE, "docs")
    for path in [os.path.join(SOURCE, "README.md"), *(os.path.join(docs, name) for name in os.listdir(docs) if name.endswith(".md"))]:
        with open(path, encoding="utf-8") as file:
            for link in re.findall(r"\]\(([^)\s#]+)", file.read()):
                there = os.path.exists(os.path.join(os.path.dirname(path), link))
                assert there or re.match(r"[a-z]+:", link), f"{path}: {link} leads nowhere"


def check_navigation():
    """Every page of docs/ has a line in mkdocs.yml."""
    with open(os.path.join(SOURCE, "mkdocs.yml"), encoding="utf-8") as file:
        listed = set(re.findall(r"\b([\w-]+\.md)$", file.read(), re.MULTILINE))
    missing = [name for name in sorted(os.listdir(os.path.join(SOURCE, "docs"))) if name.endswith(".md") and name not in listed]
    assert not missing, f"mkdocs.yml has no line for {missing}"


def check_reference():
    """Every function of the public headers is described, and twice the same."""
    sys.path.insert(0, os.path.join(SOURCE, "tools"))
    import api
    headers = os.path.join(SOURCE, "include", "kiln")
    texts = []
    for folder in (SITE + ".api1", SITE + ".api2"):
        names = api.write(headers, folder)
        texts.append({name: open(os.path.join(folder, name + ".md"), encoding="utf-8").read() for name in names})
        shutil.rmtree(folder)
    assert texts[0] == texts[1]
    n = 0
    for name, text in texts[0].items():
        with open(os.path.join(headers, name + ".h"), encoding="utf-8") as file:
            functions = re.findall(r"KILN_EXPORT[^;{]*?\b(kiln_\w+)\s*\(", file.read())
        for function in functions:
            assert f'{{#{function}}}' in text or f'id="{function}"' in text, f"{name}.h: {function} is not described"
        n += len(functions)
    return n


def main():
    check_sources()
    check_navigation()
    if not shutil.which("mkdocs"):
        print("skipped: mkdocs is not installed (tools/setup installs it)")
        return 77
    build()
    pages = {}
    for folder, _, names in os.walk(SITE):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".html") and name != "404.html":
                pages[os.path.relpath(path, SITE)] = Page(path)
    links = check_links(pages)
    check_marks(pages)
    print(f"{len(pages)} pages, {links} links, {check_reference()} functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
