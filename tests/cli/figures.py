"""Figures: what gnuplot makes of a result, what is refused, and the gallery of the documentation.

usage: figures.py KILN DOCS [--update]     DOCS holds figures.md and gallery/; --update writes the gallery anew.
Without gnuplot only what needs none is tested.
"""
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
KILN = os.path.abspath(sys.argv[1])
DOCS = os.path.abspath(sys.argv[2])
TOY = os.path.join(HERE, "data", "toy.yaml")
MAGIC = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n"}
STEP = ["step", "(Mg,Zn)O", "--range", "1000K:2000K:100K"]
RISK = ["risk", "(Mg,Zn)O", "--at", "1750K", "--range", "1650K:1800K:25K", "--samples", "64"]
GAP = ["gap", "MgO", "ZnO", "--range", "1000K:2000K:100K"]
ENTROPY = ["diagram", "entropy"]
PAIRS = ["diagram", "pairs", "--cations", "Mg,Co,Mn,Cd"]
MAP = ["diagram", "map", os.path.join(HERE, "data", "firings.csv")]
ENERGY = ["diagram", "energy", "(Mg,Zn)O", "--range", "1000K:2000K:50K"]
ODD = "it's `touch owned` \\ a_b^c@d {e} ~&<f> \"g\" %s $0"


def kiln(folder, *args, database=TOY, environment=None):
    with_database = [] if args[:2] in (("diagram", "entropy"), ("diagram", "pairs")) else ["--database", database]
    result = subprocess.run([KILN, *args, *with_database], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=100)
    return result.returncode, result.stderr


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def text_of(svg):
    """All texts of an SVG, without their marks."""
    return re.sub(r"<[^>]*>", "", re.sub(r"<title>.*?</title>", "", svg.decode("utf-8"))).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def drawn(folder, question, name, *options):
    code, err = kiln(folder, *question, "-o", name, *options)
    assert code == 0, (code, err)
    return read(folder, name)


def every_format_is_what_it_says(folder):
    for question in (STEP, RISK, GAP, ENTROPY, ENERGY, PAIRS, MAP):
        for extension, magic in MAGIC.items():
            content = drawn(folder, question, "f." + extension)
            assert content.startswith(magic), (question, extension, content[:16])
    assert sorted(os.listdir(folder)) == ["f.pdf", "f.png", "f.svg"], os.listdir(folder)


def texts_have_names_and_units(folder):
    for question, wanted in ((STEP, ["(Mg,Zn)O", "temperature (°C)", "temperature (K)", "mass fraction", "mass change (%)", "rock salt", "p(O2)"]),
                             (RISK, ["P(rock salt alone)", "temperature (°C)", "± 2 standard errors", "first order", "at 1477 °C"]),
                             (ENTROPY, ["ideal mixing of N components", "configurational entropy / R", "N = 5: 1.609 R", "medium", "high"]),
                             (ENTROPY + ["(Mg,Ni,Zn)O", "--vary", "Zn"], ["(Mg,Ni,Zn)O", "fraction of Zn, x", "per mole of sites", "as written, x = 0.333"]),
                             (ENERGY, ["(Mg,Zn)O, rock salt", "kJ per mole of cations", "driving force (kJ/mol)", "transfer", "−T S", "sum", "wurtzite", "1462 °C"]),
                             (["diagram", "energy", "(Mg,Zn)O", "--vary", "Zn", "--at", "1000K"], ["rock salt at 727 °C", "fraction of Zn, x", "wurtzite", "x = 0.300"]),
                             (PAIRS, ["pair interactions in rock salt, 1000 °C", "hatched: estimated", "Cd", "15.8", "kJ/mol", "−30"]),
                             (PAIRS + ["--sigma"], ["15.8", "±3.5"]),
                             (MAP + ["--enthalpy", "formation"], ["rock salt: enthalpy of formation, size mismatch", "cation size mismatch δ (%)", "enthalpy (kJ per mole of cations)", "fired: one phase", "fired: several phases"]),
                             (GAP, ["ZnO – MgO", "mole fraction of cations, x(MgO)", "temperature (°C)", "temperature (K)"])):
        svg = drawn(folder, question, "f.svg")
        text = text_of(svg)
        for part in wanted:
            assert part in text, (part, text)
        assert not re.search(r"\b(nan|inf)\b", svg.decode("utf-8"), re.IGNORECASE)


def amounts_are_subscripts_and_minus_is_minus(folder):
    svg = drawn(folder, STEP, "f.svg").decode("utf-8")
    assert re.search(r"p\(O</tspan><tspan[^>]*dy=[^>]*>2</tspan>", svg), "O2 without a subscript"
    assert not re.search(r">\s*-\d", svg), "a hyphen before a number"


def a_kept_script_draws_the_same(folder):
    svg = drawn(folder, STEP, "f.svg", "--keep-script")
    again = subprocess.run(["gnuplot", "-d", "f.svg.gp"], cwd=folder, capture_output=True, check=True)
    assert again.stdout == svg and again.stderr == b"", again.stderr
    assert sorted(os.listdir(folder)) == ["f.svg", "f.svg.gp"]


def width_and_theme_are_obeyed(folder):
    for options, width in (([], 85), (["--width", "120mm"], 120), (["--width", "12cm"], 120), (["--theme", "slide"], 240)):
        svg = drawn(folder, STEP, "f.svg", *options).decode("utf-8")
        shown = float(re.search(r'<svg\s+width="([\d.]+)"', svg).group(1)) * 25.4 / 96
        assert abs(shown - width) < 0.3, (options, shown)


def odd_texts_are_shown_as_they_are(folder):
    with open(TOY, encoding="utf-8") as file:
        toy = file.read()
    with open(os.path.join(folder, "odd.yaml"), "w", encoding="utf-8") as file:
        file.write(toy.replace("label: rock salt", "label: '" + ODD.replace("'", "''") + "'"))
    code, err = kiln(folder, *STEP, "-o", "f.svg", database="odd.yaml")
    assert code == 0, err
    assert ODD in text_of(read(folder, "f.svg")), text_of(read(folder, "f.svg"))
    assert sorted(os.listdir(folder)) == ["f.svg", "odd.yaml"], os.listdir(folder)


def falling_temperatures_are_drawn_from_left_to_right(folder):
    rising, falling = drawn(folder, STEP, "f.svg"), drawn(folder, ["step", "(Mg,Zn)O", "--range", "2000K:1000K:100K"], "f.svg")
    for svg in (rising, falling):
        assert "rock salt" in text_of(svg) and text_of(svg).index("1200") < text_of(svg).index("1400"), text_of(svg)


def users_settings_and_streams_do_not_matter(folder):
    with open(os.path.join(folder, ".gnuplot"), "w", encoding="ascii") as file:
        file.write("this is no command\n")
    expected = drawn(folder, STEP, "f.svg")
    result = subprocess.run(["sh", "-c", '"$0" "$@" <&-', KILN, *STEP, "-o", "f.svg", "--database", TOY], cwd=folder, capture_output=True,
                            env=dict(os.environ, HOME=folder, LC_ALL="de_DE.UTF-8"), timeout=100)
    assert result.returncode == 0 and read(folder, "f.svg") == expected, result.stderr


def an_interrupted_figure_leaves_nothing(folder):
    tools = os.path.join(folder, "tools")
    os.mkdir(tools)
    with open(os.path.join(tools, "gnuplot"), "w", encoding="ascii") as file:
        file.write("#!/bin/sh\necho half\nexec sleep 20\n")
    os.chmod(os.path.join(tools, "gnuplot"), 0o755)
    process = subprocess.Popen([KILN, *STEP, "-o", "f.svg", "--database", TOY], cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True,
                               env=dict(os.environ, PATH=tools + ":" + os.environ["PATH"]))
    for _ in range(200):
        if any(name.startswith(".kiln-") and os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)):
            break
        signal.sigtimedwait([], 0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and "interrupted" in err, (process.returncode, err)
    assert os.listdir(folder) == ["tools"], os.listdir(folder)


def a_failing_gnuplot_is_reported(folder):
    tools = os.path.join(folder, "tools")
    os.mkdir(tools)
    with open(os.path.join(tools, "gnuplot"), "w", encoding="ascii") as file:
        file.write("#!/bin/sh\necho half\necho 'unknown terminal type' >&2\nexit 1\n")
    os.chmod(os.path.join(tools, "gnuplot"), 0o755)
    with open(os.path.join(folder, "f.svg"), "w", encoding="ascii") as file:
        file.write("older")
    code, err = kiln(folder, *STEP, "-o", "f.svg", "--keep-script", environment=dict(os.environ, PATH=tools + ":" + os.environ["PATH"]))
    assert code == 3 and "unknown terminal type" in err, (code, err)
    assert read(folder, "f.svg") == b"older" and sorted(os.listdir(folder)) == ["f.svg", "tools"]


def a_missing_gnuplot_is_named_with_its_package(folder):
    empty = os.path.join(folder, "empty")
    os.mkdir(empty)
    code, err = kiln(folder, *STEP, "-o", "f.svg", "--keep-script", environment=dict(os.environ, PATH=empty))
    assert code == 3 and "gnuplot-nox" in err, (code, err)
    assert os.listdir(folder) == ["empty"]


def what_makes_no_figure_is_refused(folder):
    for args, says in ((["window", "(Mg,Zn)O", "-o", "f.svg"], "kiln window has no figure"),
                       (["entropy", "MgO", "-o", "f.PNG"], "has no figure|no option"),
                       ([*STEP, "-o", "f.jpg"], r"\.svg, \.pdf or \.png"),
                       ([*STEP, "-o", "f.svg", "--format", "json"], "disagree"),
                       ([*STEP, "--format", "svg"], "-o FILE.svg"),
                       ([*STEP, "--width", "85mm"], "--width is about a figure"),
                       ([*STEP, "--keep-script", "-o", "f.csv"], "--keep-script is about a figure"),
                       ([*STEP, "-o", "f.svg", "--width", "85"], "such as 85mm"),
                       ([*STEP, "-o", "f.svg", "--width", "nanmm"], "such as 85mm"),
                       ([*STEP, "-o", "f.svg", "--width", "10mm"], "60mm to 400mm"),
                       ([*STEP, "-o", "f.svg", "--theme", "dark"], "paper or slide"),
                       (["gap", "MgO", "ZnO", "--at", "1500K", "--database", TOY, "-o", "f.svg"], "needs a range"),
                       ([*MAP, "--database", TOY, "--phase", "zincite", "-o", "f.svg"], "nothing to draw"),
                       ([*STEP, "-o", "none/f.svg"], "cannot be written|gnuplot")):
        result = subprocess.run([KILN, *args], cwd=folder, capture_output=True, encoding="utf-8", timeout=100, env=dict(os.environ))
        code = 3 if "none/" in args[-1] else 2
        assert result.returncode == code and re.search(says, result.stderr), (args, result.returncode, result.stderr)
    assert os.listdir(folder) == []


def comparable(svg):
    """Its words, and its numbers apart: a last digit may differ between machines. Versions and what the figure rests on do not count."""
    text = re.sub(r"<title>.*?</title>|<desc>.*?</desc>|kiln \d[^<]*", "", svg.decode("utf-8"), flags=re.DOTALL)
    number = re.compile(r"-?\d+(?:\.\d+)?")
    return number.sub("#", text), [float(n) for n in number.findall(text)]


def gallery_commands():
    with open(os.path.join(DOCS, "figures.md"), encoding="utf-8") as file:
        return re.findall(r"^\$ kiln (.*) -o gallery/(\w+\.svg)$", file.read(), re.MULTILINE)


def the_gallery_is_up_to_date(folder):
    commands = gallery_commands()
    assert sorted(name for _, name in commands) == sorted(os.listdir(os.path.join(DOCS, "gallery")))
    for command, name in commands:
        subprocess.run([KILN, *shlex.split(command), "-o", os.path.join(folder, name)], cwd=DOCS, check=True, capture_output=True, timeout=100)
        (words, numbers), (new_words, new_numbers) = comparable(read(os.path.join(DOCS, "gallery"), name)), comparable(read(folder, name))
        same = words == new_words and len(numbers) == len(new_numbers) and all(abs(a - b) < 0.6 for a, b in zip(numbers, new_numbers))
        assert same, f"docs/gallery/{name} is not what kiln draws now; look at the new one, and if it is right: tests/cli/figures.py KILN docs --update"


def update_gallery():
    os.makedirs(os.path.join(DOCS, "gallery"), exist_ok=True)
    for command, name in gallery_commands():
        subprocess.run([KILN, *shlex.split(command), "-o", os.path.join(DOCS, "gallery", name)], cwd=DOCS, check=True, timeout=100)


WITHOUT = [an_interrupted_figure_leaves_nothing, a_failing_gnuplot_is_reported, a_missing_gnuplot_is_named_with_its_package, what_makes_no_figure_is_refused]
WITH = [every_format_is_what_it_says, texts_have_names_and_units, amounts_are_subscripts_and_minus_is_minus, a_kept_script_draws_the_same,
        width_and_theme_are_obeyed, odd_texts_are_shown_as_they_are, falling_temperatures_are_drawn_from_left_to_right,
        users_settings_and_streams_do_not_matter, the_gallery_is_up_to_date]


def main():
    if "--update" in sys.argv[3:]:
        update_gallery()
        return 0
    failed = 0
    if not shutil.which("gnuplot"):
        print("gnuplot is not installed: figures themselves are not tested")
    for test in WITHOUT + (WITH if shutil.which("gnuplot") else []):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print("ok      " + test.__name__)
            except (AssertionError, subprocess.CalledProcessError) as problem:
                failed += 1
                print(f"FAILED  {test.__name__}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
