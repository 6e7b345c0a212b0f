#!/usr/bin/env python3
"""The reference of the C interface: a page of Markdown for each public header, from its declarations and the comments before them.

usage: api.py HEADERS FOLDER     HEADERS holds *.h, FOLDER gets <name>.md for each and index.md. Needs the standard library only.

A comment /** ... */ belongs to the declarations below it, up to an empty line or the next comment; an ordinary comment between declarations is a paragraph. The same headers
give the same pages.
"""
import os
import re
import sys

NAME = r"(?:kiln|KILN)_\w+"
HIDDEN = re.compile(r"\b(?:KILN_EXPORT|KILN_MUST_CHECK)\s+")


def body_of(text):
    """What a header says, without guards, includes and the braces for C++."""
    text = re.sub(r"^#ifdef __cplusplus\n.*?^#endif\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^#ifndef (KILN_\w+_H)\n#define \1\n(.*)^#endif\s*\Z", r"\2", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^#include .*\n", "", text, flags=re.MULTILINE)


def comment_end(lines, i):
    while "*/" not in lines[i]:
        i += 1
    return i + 1


def declaration_end(lines, i):
    """After a preprocessor line with what continues it, or after the semicolon that no brace or comment holds."""
    if lines[i].startswith("#"):
        while lines[i].endswith("\\"):
            i += 1
        return i + 1
    start = i
    while True:
        i += 1
        code = re.sub(r"/\*.*?\*/", "", "\n".join(lines[start:i]), flags=re.DOTALL)
        if code.count("{") == code.count("}") and code.count("(") == code.count(")") and code.rstrip().endswith((";", "}")) and "/*" not in code:
            return i


def plain(comment):
    """A comment's lines without its stars."""
    comment = re.sub(r"(?<=[^*\s])[ \t]+(@param|@return)", r"\n * \1", re.sub(r"^/\*\*?|\*/$", "", comment.strip()))
    lines = comment.split("\n")
    return [lines[0].strip(), *(re.sub(r"^ \* ?", "", line).rstrip() for line in lines[1:])]


def items_of(text):
    """("text", lines) for an ordinary comment, ("group", lines of its comment, declarations) for what is documented together."""
    lines, i, comment, declarations = body_of(text).split("\n"), 0, [], []

    def flush():
        nonlocal comment, declarations
        if declarations:
            yield "group", comment, declarations
        elif comment:
            yield "text", comment
        comment, declarations = [], []

    while i < len(lines):
        if lines[i].startswith("/*"):
            yield from flush()
            end = comment_end(lines, i)
            said = plain("\n".join(lines[i:end]))
            if lines[i].startswith("/**"):
                comment = said
            else:
                yield "text", said
            i = end
        elif lines[i].strip():
            end = declaration_end(lines, i)
            declarations.append("\n".join(lines[i:end]))
            i = end
        else:
            yield from flush()
            i += 1
    yield from flush()


def shown(declaration):
    """Without what is for the compiler only; lines that were set below it move with it."""
    if declaration.startswith("#"):
        return declaration
    text = HIDDEN.sub("", declaration)
    first, by = text.split("\n")[0], len(declaration.split("\n")[0]) - len(text.split("\n")[0])
    rest = [line[by:] if line[:by].isspace() else line for line in text.split("\n")[1:]]
    return "\n".join([first, *rest]) if "{" not in text else text


def members_of(declaration, link):
    """What the comments behind the members of a struct say, as a list, and the struct without them."""
    said = [f"- `{' '.join(member.split()).rstrip(';')}`: {escape(' '.join(text.split()), link)}"
            for member, text in re.findall(r"^[ ]*([^\n{}]*?\S)[ ]*/\*\*?< *(.*?)\*/", declaration, re.MULTILINE | re.DOTALL)]
    return said, re.sub(r"[ ]*/\*\*?<.*?\*/", "", declaration, flags=re.DOTALL)


def names_of(declaration):
    if declaration.startswith("#"):
        return re.findall(r"^#define (\w+)", declaration)
    code = HIDDEN.sub("", re.sub(r"/\*.*?\*/", "", declaration, flags=re.DOTALL))
    if code.startswith("enum"):
        return re.findall(r"\b(KILN_\w+)\b\s*(?:=|,|\}|$)", code)
    if code.startswith("typedef"):
        pointer = re.search(r"\(\*(\w+)\)\s*\(", code)
        return [pointer.group(1)] if pointer else [re.search(r"(\w+)\s*;\s*$", code).group(1)]
    return re.findall(rf"\b({NAME})\s*\(", code)[:1]


def escape(text, link):
    """Text outside `code` with nothing left that Markdown would take for a mark, and names turned into links."""
    parts = re.split(r"(`[^`]+`)", text)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"([\\*<>\[\]#|])", r"\\\1", parts[i]).replace("\\<", "&lt;").replace("\\>", "&gt;")
        parts[i] = re.sub(r"\bdocs/([\w-]+)\.md", r"[docs/\1.md](../\1.md)", parts[i])
        parts[i] = re.sub(rf"\b({NAME})(\(\))?", lambda m: link(m.group(1)) + (m.group(2) or ""), parts[i])
    return "".join(parts)


def prose(lines, link):
    """A comment as Markdown: paragraphs, lines set in as they are, and what @param and @return say as a list."""
    out, block = [], []
    for line in [*lines, ""]:
        if line.startswith("  ") and not (out and out[-1].startswith("- ")):
            block.append(line)
            continue
        if block:
            indent = min(len(text) - len(text.lstrip()) for text in block)
            out += ["", *("    " + text[indent:] for text in block), ""]
            block = []
        line = re.sub(r"^@file \S+\s+", "", line)
        tag = re.match(r"@(param|return)\s+(.*)", line)
        if tag and tag.group(1) == "param":
            names, what = re.match(r"([^\s,]+(?:, *[^\s,]+)*)\s*(.*)", tag.group(2)).groups()
            out += ["", f"- `{names}`: {escape(what, link)}"]
        elif tag:
            out += ["", f"- returns {escape(tag.group(2), link)}"]
        elif line and out and out[-1].startswith("- "):
            out[-1] += " " + escape(line.strip(), link)
        else:
            out.append(escape(line, link))
    return re.sub(r"\n(?:[ ]*\n)+", "\n\n", "\n".join(out)).replace("\n\n- ", "\n- ").replace("\n- ", "\n\n- ", 1).strip("\n")


def page_of(header, items, includes, pages):
    def link(name):
        page = pages.get(name)
        return f"[{name}]({'' if page == header else page + '.md'}#{name})" if page else name

    out = [f"# kiln/{header}.h", "", f"    #include <kiln/{header}.h>", ""]
    out += ["It includes " + ", ".join(f"[kiln/{name}.h]({name}.md)" for name in includes) + ".", ""] if includes else []
    for kind, comment, *rest in items:
        if kind == "text":
            out += [prose(comment, link), ""]
            continue
        declarations = rest[0]
        names = [name for d in declarations for name in names_of(d) if pages.get(name) == header and f"#undef {name}" not in declarations]
        names = list(dict.fromkeys(names))
        if not names:
            continue
        title = names[:3] if len(names) < 5 else names[:2]
        out += [f"## {', '.join(title)}{' ...' if len(title) < len(names) else ''} {{#{names[0]}}}", ""]
        out += ["".join(f'<span id="{name}"></span>' for name in names[1:]), ""] if len(names) > 1 else []
        members, code = zip(*(members_of(shown(d), link) for d in declarations))
        out += ["```c", *code, "```", "", prose(comment, link), "", *sum(members, []), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).rstrip() + "\n"


def index_of(headers):
    out = ["# The interface in C", "",
           "One page a header, made from the comments in it; `kiln/kiln.h` includes those of everyday use. Every function that returns `kiln_status` returns it for a reason: the compiler warns where it "
           "is dropped, and `kiln_context_error` has the sentence. How to begin: [kiln for programmers](../start-programmer.md).", ""]
    for header, items in headers.items():
        functions = [n for kind, _, *rest in items if kind == "group" for d in rest[0] for n in names_of(d) if n.startswith("kiln_") and "typedef" not in d]
        listed = ", ".join(f"[{n}]({header}.md#{n})" for n in functions)
        out.append(f"- [kiln/{header}.h]({header}.md){': ' + listed if listed else ''}")
    return "\n".join(out) + "\n"


def write(headers_folder, folder):
    """Names of the headers, in the order of the alphabet."""
    headers, includes = {}, {}
    for file_name in sorted(os.listdir(headers_folder)):
        if file_name.endswith(".h"):
            with open(os.path.join(headers_folder, file_name), encoding="utf-8") as file:
                text = file.read()
            headers[file_name[:-2]] = list(items_of(text))
            includes[file_name[:-2]] = re.findall(r"^#include <kiln/(\w+)\.h>", text, re.MULTILINE)
    pages = {}
    for header, items in headers.items():
        for kind, _, *rest in items:
            for declaration in rest[0] if kind == "group" else []:
                for name in names_of(declaration):
                    # a type is described where its members are, not where it is announced
                    if name not in pages or "{" in declaration:
                        pages[name] = header
    os.makedirs(folder, exist_ok=True)
    includes = {header: [name for name in names if name in headers] for header, names in includes.items()}  # two headers are made by the build
    texts = {header: page_of(header, items, includes[header], pages) for header, items in headers.items()}
    for name, text in {**texts, "index": index_of(headers)}.items():
        with open(os.path.join(folder, name + ".md"), "w", encoding="utf-8") as file:
            file.write(text)
    return list(headers)


if __name__ == "__main__":
    print(" ".join(write(sys.argv[1], sys.argv[2])))
