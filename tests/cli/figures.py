"""Figures: what gnuplot makes of a result, what is refused, and the gallery of the documentation.

usage: figures.py KILN DOCS [--update]     DOCS holds figures.md and gallery/; --update writes the gallery anew.
Without gnuplot only what needs none is tested.
"""
import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios

HERE = os.path.dirname(os.path.abspath(__file__))
KILN = os.path.abspath(sys.argv[1])
DOCS = os.path.abspath(sys.argv[2])
TOY = os.path.join(HERE, "data", "toy.yaml")
MAGIC = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n"}
STEP = ["step", "(Mg,Zn)O", "--range", "1000K:2000K:100K"]
RISK = ["risk", "(Mg,Zn)O", "--at", "1750K", "--range", "1650K:1800K:25K", "--samples", "64"]
GAP = ["gap", "MgO", "ZnO", "--range", "1000K:2000K:100K"]
ENTROPY = ["diagram", "entropy"]
ISOPLETH = ["diagram", "isopleth", "(Mg,Zn)O", "--vary", "Zn", "--range", "600K:2000K"]
OXYGEN = ["diagram", "tpo2", "(Mg,Zn)O", "--range", "1000K:1900K"]
TX = ["diagram", "tx", "MgO", "ZnO", "--range", "600K:2000K"]
PAIRS = ["diagram", "pairs", "--cations", "Mg,Co,Mn,Cd"]
MAP = ["diagram", "map", os.path.join(HERE, "data", "firings.csv")]
VALIDATE = ["validate", os.path.join(HERE, "data", "trials.csv"), "--no-certify"]
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
    for question in (STEP, RISK, GAP, TX, ENTROPY, ISOPLETH, OXYGEN, ENERGY, PAIRS, MAP, VALIDATE):
        for extension, magic in MAGIC.items():
            content = drawn(folder, question, "f." + extension)
            assert content.startswith(magic), (question, extension, content[:16])
    assert sorted(os.listdir(folder)) == ["f.pdf", "f.png", "f.svg"], os.listdir(folder)


def texts_have_names_and_units(folder):
    for question, wanted in ((STEP, ["(Mg,Zn)O", "temperature (°C)", "temperature (K)", "mass fraction", "mass change (%)", "rock salt", "p(O2)"]),
                             ([*STEP, "--compositions", "rocksalt"], ["cations of rock salt", "Mg", "Zn", "mass change (%)"]),
                             (RISK, ["P(rock salt alone)", "temperature (°C)", "± 2 standard errors", "first order", "at 1477 °C"]),
                             (ENERGY, ["(Mg,Zn)O, rock salt", "kJ per mole of cations", "driving force (kJ/mol)", "transfer", "−T S", "sum", "wurtzite", "1462 °C"]),
                             (["diagram", "energy", "(Mg,Zn)O", "--vary", "Zn", "--at", "1000K"], ["rock salt at 727 °C", "fraction of Zn, x", "wurtzite", "x = 0.300"]),
                             (PAIRS, ["pair interactions in rock salt, 1000 °C", "hatched: estimated", "Cd", "15.8", "kJ/mol", "−30"]),
                             (PAIRS + ["--sigma"], ["15.8", "±3.5"]),
                             (MAP + ["--enthalpy", "formation"], ["rock salt: enthalpy of formation, size mismatch", "cation size mismatch δ (%)", "enthalpy (kJ per mole of cations)", "fired: one phase", "fired: several phases"]),
                             (VALIDATE, ["forecasts against trials.csv", "5 of 6 rows that test kiln: 3 single, 2 multi", "forecast P(single phase) (fraction)", "seen single (fraction)",
                                         "multi called single (fraction)", "single called single (fraction)", "n = 4", "kiln: area 0.75", "always single: area 0.50", "S_conf >= 1.5 R: area"]),
                             (ISOPLETH, ["(Mg,Zn)O", "mole fraction of cations, x(Zn)", "rock salt + wurtzite", "rock salt alone: 68 % intervals", "temperature (K)"]),
                             (OXYGEN, ["log10 of p(O2) in bar", "Ar, N2", "air", "oxygen of furnace gases", "p(O2) from 1e-12 to 1 bar"]),
                             (ENTROPY, ["ideal mixing of N components", "configurational entropy / R", "N = 5: 1.609 R", "medium", "high"]),
                             (ENTROPY + ["(Mg,Ni,Zn)O", "--vary", "Zn"], ["(Mg,Ni,Zn)O", "fraction of Zn, x", "per mole of sites", "as written, x = 0.333"]),
                             (GAP, ["ZnO – MgO", "mole fraction of cations, x(MgO)", "temperature (°C)", "temperature (K)"]),
                             (TX, ["ZnO – MgO", "mole fraction of cations, x(MgO)", "temperature (K)", "rock salt + wurtzite", "rock salt"])):
        svg = drawn(folder, question, "f.svg")
        text = text_of(svg)
        for part in wanted:
            assert part in text, (part, text)
        assert not re.search(r"\b(nan|inf)\b", svg.decode("utf-8"), re.IGNORECASE)


def amounts_are_subscripts_and_minus_is_minus(folder):
    svg = drawn(folder, STEP, "f.svg").decode("utf-8")
    assert re.search(r"p\(O</tspan><tspan[^>]*dy=[^>]*>2</tspan>", svg), "O2 without a subscript"
    assert not re.search(r">\s*-\d", svg), "a hyphen before a number"


def script_of(folder, question, name="f.svg", *options, database=TOY):
    code, err = kiln(folder, *question, "-o", name, "--keep-script", *options, database=database)
    assert code in (0, 5), (code, err)
    return read(folder, name + ".gp").decode("utf-8")


# A monotectoid, a critical point, a spinodal, a transition of an end member; a compound on a line; names that need numbers.
BUSY = """kiln: 1
name: busy
bibliography: {made: {text: made for tests}}
functions:
  G_O2: {G: 0, range: 100 K .. 6000 K, source: made, status: measured, sigma: 1 J/mol}
gases: {O2: G_O2}
phases:
  alpha:
    formula: MO
    sublattices: [{name: M, sites: 1, constituents: [Mg+2, Ni+2]}, {name: O, sites: 1, constituents: [O-2]}]
    end_members: [{at: [Mg+2, O-2], G: 0}, {at: [Ni+2, O-2], G: 0}]
    interactions: [{pair: [Mg+2, Ni+2], on: M, per: formula, W: 20000}]
  compound:
    label: compound with quite a name
    formula: MgNiO2
    sublattices: [{name: A, sites: 1, constituents: [Mg+2]}, {name: B, sites: 1, constituents: [Ni+2]}, {name: O, sites: 2, constituents: [O-2]}]
    end_members: [{at: [Mg+2, Ni+2, O-2], G: "-9000 + 10*T"}]
substances:
  beta: {formula: NiO, at: [Ni+2, O-2], G: "-5000 + 5*T"}
"""


def every_part_of_a_diagram_is_drawn(folder):
    with open(os.path.join(folder, "busy.yaml"), "w", encoding="utf-8") as file:
        file.write(BUSY)
    question = ["diagram", "tx", "MgO", "NiO", "--range", "500K:1400K"]
    script = script_of(folder, question, database="busy.yaml")
    text = text_of(read(folder, "f.svg"))
    for part in ("monotectoid", "critical 930 °C", "spinodal", "critical point", "727 °C", "compound with quite a name"):
        assert part in text, (part, text)
    # fills, then edges of fields in black, spinodals dashed, no dotted line: all is certified
    assert script.count("with filledcurves closed") >= 5 and "dt '-'" in script and "dt '.'" not in script
    invariants = kiln_json(folder, question, "busy.yaml")["result"]["invariants"]
    heights = [round(i["T_K"] - 273.15, 3) for i in invariants]
    for height in heights:
        assert re.search(rf"^\S+ {re.escape(f'{height:.3f}'[:6])}", script, re.MULTILINE), (height, "is not drawn")


def a_field_around_a_gap_is_one_polygon(folder):
    """The gap closes at both ends; what closes the ring is a cut, so that the gap is not painted over. Near its ends proofs give up, which is drawn."""
    with open(os.path.join(folder, "ring.yaml"), "w", encoding="utf-8") as file:
        file.write(re.sub(r"  compound:.*", "", BUSY, flags=re.DOTALL).replace("W: 20000", 'W: "-900 + 18.62892523*T - 0.001*T^2"'))
    script = script_of(folder, ["diagram", "tx", "MgO", "NiO", "--range", "500K:1500K"], database="ring.yaml")
    text = text_of(read(folder, "f.svg"))
    assert "critical 1043 °C" in text and "critical 411 °C" in text and "not certified" in text and "dt '.'" in script, text
    alpha = re.search(r"^\$panel1_1 << EOD\n(.*?)EOD", script, re.MULTILINE | re.DOTALL).group(1).strip()
    assert "\n\n" not in alpha, "more than one loop"
    area = 0.0
    points = [tuple(map(float, line.split())) for line in alpha.split("\n")]
    for (x, y), (u, v) in zip(points, points[1:] + points[:1]):
        area += 0.5 * (x * v - u * y)
    assert 850.0 < area < 990.0, area  # of 1000 K, less the gap


def kiln_json(folder, question, database):
    result = subprocess.run([KILN, *question, "--database", database, "--format", "json"], cwd=folder, capture_output=True, encoding="utf-8", timeout=100)
    return json.loads(result.stdout)


def boxes_of_texts(script):
    """Places of all labels of the panel of a script, in its units."""
    for match in re.finditer(r"^set label '([^']*)' at ([-\d.e]+),([-\d.e]+) (center|left|right) front", script, re.MULTILINE):
        yield match.group(1), float(match.group(2)), float(match.group(3))


def texts_of_a_diagram_do_not_meet(folder):
    with open(os.path.join(folder, "busy.yaml"), "w", encoding="utf-8") as file:
        file.write(BUSY)
    for width in ("60mm", "85mm", "160mm"):
        script = script_of(folder, ["diagram", "tx", "MgO", "NiO", "--range", "500K:1400K"], "f.svg", "--width", width,
                           database="busy.yaml")
        places = list(boxes_of_texts(script))
        assert len(places) > 5, script
        high = 6.0 / (0.85 * float(width[:-2]) / 25.4 * 72) * 900  # a letter is 6 points high or more
        for i, (text, x, y) in enumerate(places):
            for other, u, v in places[:i]:
                assert abs(y - v) > high or abs(x - u) > 0.02, (width, text, other)


def measured_points_have_markers_and_names(folder):
    with open(os.path.join(folder, "points.csv"), "w", encoding="utf-8") as file:
        file.write("T_K,x,sigma_x,sigma_T,kind,label\n1000,0.7,0.02,,boundary,N. O. Body 2001\n1200,0.9,,30,single,N. O. Body 2001\n2900,0.9,,,boundary,too hot\n")
    script = script_of(folder, [*TX, "--data", "points.csv"])
    text = text_of(read(folder, "f.svg"))
    assert "N. O. Body 2001" in text and "N. O. Body 2001: one phase" in text and "too hot" not in text, text
    assert re.search(r"^0\.7 726\.85$", script, re.MULTILINE) and re.search(r"^0\.72 726\.85$", script, re.MULTILINE), script
    assert re.search(r"^0\.9 896\.85$", script, re.MULTILINE), "no bar of the temperature"


def single_phases_go_on_where_neighbours_change(folder):
    """In a figure of a gap: rock salt from the first row to the last, though what is beside it changes."""
    with open(os.path.join(folder, "busy.yaml"), "w", encoding="utf-8") as file:
        file.write(BUSY)
    script = script_of(folder, ["gap", "MgO", "NiO", "--range", "500K:1150K:50K"], database="busy.yaml")
    blocks = re.findall(r"^\$panel1_\d+ << EOD\n(.*?)EOD", script, re.MULTILINE | re.DOTALL)
    loops = [lines for lines in (loop.split("\n") for block in blocks for loop in block.strip().split("\n\n")) if lines[0] == lines[-1]]
    longest = max(len(lines) for lines in loops)
    assert longest == 2 * 14 + 1, longest  # there, back, and closed


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


def a_font_may_be_named(folder):
    assert b"DejaVu Sans" in drawn(folder, STEP, "f.svg")
    svg = drawn(folder, STEP, "f.svg", "--font", "Liberation Sans")
    assert b"Liberation Sans" in svg and b"DejaVu" not in svg


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


def sketched(folder, question, *options):
    result = subprocess.run([KILN, *question, "--sketch", *options, "--database", TOY], cwd=folder, capture_output=True, encoding="utf-8", timeout=100)
    assert result.returncode == 0, (result.returncode, result.stderr)
    return result.stdout


def a_missing_gnuplot_is_named_with_its_package_and_a_sketch_is_shown(folder):
    empty = os.path.join(folder, "empty")
    os.mkdir(empty)
    result = subprocess.run([KILN, *STEP, "-o", "f.svg", "--keep-script", "--database", TOY], cwd=folder, env=dict(os.environ, PATH=empty), capture_output=True,
                            encoding="utf-8", timeout=100)
    assert result.returncode == 3 and "gnuplot-nox" in result.stderr and "--sketch shows" in result.stderr, (result.returncode, result.stderr)
    assert result.stdout == sketched(folder, STEP), result.stdout
    assert os.listdir(folder) == ["empty"]


def sketches_have_names_and_units(folder):
    for question, wanted in ((STEP, ["(Mg,Zn)O", "temperature (°C)", "temperature (K)", "mass fraction", "mass change (%)", "rock salt", "p(O2)", "┤", "▓"]),
                             ([*STEP, "--compositions", "rocksalt"], ["cations of rock salt", " Mg ", " Zn "]),
                             (RISK, ["P(rock salt alone)", "± 2 standard errors", "first order", "at 1477 °C", "┊", "*"]),
                             (GAP, ["ZnO – MgO", "mole fraction of cations, x(MgO)", "├ 1600", "calculated edges", "■"]),
                             (TX, ["ZnO – MgO", "mole fraction of cations, x(MgO)", "temperature (K)", "*"])):
        text = sketched(folder, question)
        for part in wanted:
            assert part in text, (part, text)
        assert max(map(len, text.splitlines())) <= 90 and not re.search(r"\b(nan|inf)\b| $", text, re.MULTILINE), text
        assert sketched(folder, question, "-o", "s.txt") == "" and read(folder, "s.txt").decode("utf-8") == text


def a_sketch_is_text_and_nothing_else(folder):
    for options, says in ((["-o", "f.svg"], "give one of them"), (["--format", "json"], "--sketch and --format json disagree"),
                          (["-o", "f.csv"], r"a sketch goes into a \.txt"), (["--theme", "slide"], "--theme is about a figure")):
        code, err = kiln(folder, *STEP, "--sketch", *options)
        assert code == 2 and re.search(says, err), (options, code, err)
    code, err = kiln(folder, "window", "(Mg,Zn)O", "--sketch")
    assert code == 2 and "no option" in err, (code, err)
    code, err = kiln(folder, "gap", "MgO", "ZnO", "--at", "1500K", "--sketch")
    assert code == 2 and "needs a range" in err, (code, err)
    assert os.listdir(folder) == []


def a_sketch_fits_its_terminal(folder):
    for columns, widest in ((72, 72), (20, 60), (240, 100)):
        reader, writer = os.openpty()
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        process = subprocess.Popen([KILN, *STEP, "--sketch", "--database", TOY], cwd=folder, stdout=writer)
        os.close(writer)
        seen = b""
        while True:
            try:
                part = os.read(reader, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        os.close(reader)
        assert process.wait(timeout=30) == 0
        assert widest - 2 <= max(map(len, seen.decode("utf-8").splitlines())) <= widest, seen.decode("utf-8")


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
                       ([*STEP, "-o", "f.svg", "--font", "a'b"], "letters, digits"),
                       ([*STEP, "-o", "f.svg", "--font", "Sans,9"], "letters, digits"),
                       ([*STEP, "-o", "f.svg", "--font", " "], "letters, digits"),
                       ([*STEP, "--font", "Sans"], "--font is about a figure"),
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
        return re.findall(r"^\$ kiln (.*) -o gallery/([\w-]+\.svg)$", file.read(), re.MULTILINE)


def the_gallery_is_up_to_date(folder):
    commands = gallery_commands()
    assert sorted(name for _, name in commands) == sorted(os.listdir(os.path.join(DOCS, "gallery")))
    for command, name in commands:
        if command.split()[0] == os.environ.get("KILN_GALLERY_WITHOUT"):
            print(f"        {name} is left to another build")
            continue
        subprocess.run([KILN, *shlex.split(command), "-o", os.path.join(folder, name)], cwd=DOCS, check=True, capture_output=True, timeout=100)
        (words, numbers), (new_words, new_numbers) = comparable(read(os.path.join(DOCS, "gallery"), name)), comparable(read(folder, name))
        same = words == new_words and len(numbers) == len(new_numbers) and all(abs(a - b) < 0.6 for a, b in zip(numbers, new_numbers))
        assert same, f"docs/gallery/{name} is not what kiln draws now; look at the new one, and if it is right: tests/cli/figures.py KILN docs --update"


def the_sketch_of_the_documentation_is_up_to_date(folder):
    with open(os.path.join(DOCS, "figures.md"), encoding="utf-8") as file:
        command, shown = re.search(r"^\$ kiln (.* --sketch)\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL).groups()
    now = subprocess.run([KILN, *shlex.split(command)], cwd=folder, check=True, capture_output=True, encoding="utf-8", timeout=100).stdout
    without_stamp = [re.sub(r"^kiln \d.*\n", "", text, flags=re.MULTILINE) for text in (shown, now)]
    assert without_stamp[0] == without_stamp[1], now


def update_gallery():
    os.makedirs(os.path.join(DOCS, "gallery"), exist_ok=True)
    for command, name in gallery_commands():
        subprocess.run([KILN, *shlex.split(command), "-o", os.path.join(DOCS, "gallery", name)], cwd=DOCS, check=True, timeout=100)


WITHOUT = [an_interrupted_figure_leaves_nothing, a_failing_gnuplot_is_reported, a_missing_gnuplot_is_named_with_its_package_and_a_sketch_is_shown,
           sketches_have_names_and_units, a_sketch_is_text_and_nothing_else, a_sketch_fits_its_terminal, the_sketch_of_the_documentation_is_up_to_date,
           what_makes_no_figure_is_refused]
WITH = [every_format_is_what_it_says, texts_have_names_and_units, amounts_are_subscripts_and_minus_is_minus, a_kept_script_draws_the_same,
        width_and_theme_are_obeyed, a_font_may_be_named, odd_texts_are_shown_as_they_are, falling_temperatures_are_drawn_from_left_to_right,
        every_part_of_a_diagram_is_drawn, a_field_around_a_gap_is_one_polygon, texts_of_a_diagram_do_not_meet, measured_points_have_markers_and_names, single_phases_go_on_where_neighbours_change,
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
