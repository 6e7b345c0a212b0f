"""kiln screen and its files: killed at any moment and begun again they end with the same bytes; what is not theirs they leave alone."""
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOY = os.path.join(HERE, "data", "toy.yaml")
KILN = os.path.abspath(sys.argv[1])
KILLS = 20
QUICK = ["screen", "(*)O", "--from", "Mg,Zn", "--samples", "0", "--database", TOY]
LONG = [*QUICK, "--random", os.environ.get("KILN_KILL_ROWS", "40000"), "--sort=-T_low_C", "--where", "T_low_C > 300", "--format", "json"]
FORMATS = ("csv", "jsonl", "sqlite")


def run(*args, **options):
    return subprocess.run([KILN, *args], capture_output=True, text=True, check=False, timeout=300, **options)


def good(*args, **options):
    done = run(*args, **options)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return done


def contents(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def killed(form, folder, chance):
    """Kills of one screening, or of several where one ends too soon; each ends as if it had not been killed."""
    name = "r." + form
    whole = os.path.join(folder, form + "-whole")
    os.mkdir(whole)
    shown = good(*LONG, "-o", name, cwd=whole).stdout
    expected, kills = contents(whole), 0
    while kills < KILLS:
        broken = tempfile.mkdtemp(dir=folder)
        while True:
            process = subprocess.Popen([KILN, *LONG, "-o", name, "--threads", str(chance.randint(1, 3))], cwd=broken,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                code = process.wait(timeout=chance.uniform(0.0, 0.7) if kills < KILLS else 300)
                assert code == 0, code
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        ended = contents(broken)
        assert ended.keys() == expected.keys(), (form, ended.keys())
        for key, value in expected.items():
            assert ended[key] == value, f"{form}: {key} differs after {kills} kills"
        again = good(*LONG, "-o", name, cwd=broken)
        assert again.stdout == shown and "was finished before" in again.stderr, (form, again.stderr)


def killed_and_begun_again_it_ends_with_the_same_bytes():
    seed = int(os.environ.get("KILN_KILL_SEED", time.time()))
    problems = []

    def guarded(form, folder):
        try:
            killed(form, folder, random.Random(f"{form}{seed}"))
        except BaseException as problem:  # pylint: disable=broad-except
            problems.append(problem)

    with tempfile.TemporaryDirectory() as folder:
        threads = [threading.Thread(target=guarded, args=(form, folder)) for form in FORMATS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not problems, (f"KILN_KILL_SEED={seed}", problems)


def files_and_report_say_the_same():
    with tempfile.TemporaryDirectory() as folder:
        args = [*QUICK, "--grid", "10%", "--top", "11", "--format", "json"]
        reports = [json.loads(good(*args, "-o", "r." + form, cwd=folder).stdout) for form in FORMATS]
        rows = reports[0]["result"]["rows"]
        assert all(report == reports[0] for report in reports) and len(rows) == 11
        with open(os.path.join(folder, "r.jsonl"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        with open(os.path.join(folder, "r.csv"), encoding="utf-8") as file:
            table = file.read()
        base = sqlite3.connect(os.path.join(folder, "r.sqlite"))
        cursor = base.execute("SELECT * FROM rows ORDER BY row")
        names = [column[0] for column in cursor.description]
        for i, (row, line, values) in enumerate(zip(rows, lines, cursor)):
            assert row["row"] == i and list(row["values"]) == list(line) == names[1:] and values[0] == i
            for key, value in row["values"].items():
                same = values[names.index(key)]
                if isinstance(value, float):
                    assert abs(value - same) <= 1e-11 * abs(value) and abs(value - line[key]) <= 1e-9 * abs(value), (key, value)
                else:
                    assert value == line[key] == same, (key, value, line[key], same)
        assert table.splitlines()[0] == ",".join(names[1:]) and table.count("\n") == 12
        state = json.loads(base.execute("SELECT value FROM kiln_screening WHERE key = 'state'").fetchone()[0])
        assert state["is_finished"] and state["question"]["input"]["candidates"]["n"] == 11
        assert len(state["question"]["database"]["sha256"]) == 64
        base.close()


def threads_do_not_change_a_byte():
    with tempfile.TemporaryDirectory() as folder:
        seen = []
        for threads in ("1", "2", "5"):
            os.mkdir(os.path.join(folder, threads))
            good(*QUICK, "--random", "3000", "--threads", threads, "-o", "r.csv", cwd=os.path.join(folder, threads))
            seen.append(contents(os.path.join(folder, threads)))
        assert seen[0] == seen[1] == seen[2]


def interrupted(form, number):
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([KILN, *QUICK, "--random", "100000000", "-o", "r." + form], cwd=folder, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 128 + number and f"interrupted; what r.{form} holds is kept" in err, (process.returncode, err)
        if form == "sqlite":
            base = sqlite3.connect(os.path.join(folder, "r.sqlite"))
            n = base.execute("SELECT count(*) FROM rows").fetchone()[0]
            state = json.loads(base.execute("SELECT value FROM kiln_screening").fetchone()[0])
            base.close()
        else:
            with open(os.path.join(folder, "r." + form), encoding="utf-8") as file:
                n = file.read().count("\n") - (form == "csv")
            with open(os.path.join(folder, f"r.{form}.state"), encoding="utf-8") as file:
                state = json.load(file)
        assert n == state["counts"]["rows"] > 0 and not state["is_finished"], (n, state["counts"])


def an_interrupt_keeps_what_is_done():
    for form in FORMATS:
        interrupted(form, signal.SIGINT)
    interrupted("csv", signal.SIGTERM)


def foreign_files_are_left_alone():
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS:
            path = os.path.join(folder, "r." + form)
            with open(path, "w", encoding="ascii") as file:
                file.write("mine, and not long enough for a database\n" * 20)
            done = run(*QUICK, "--grid", "10%", "-o", path)
            assert done.returncode == 3 and "is there" in done.stderr and done.stdout == "", (form, done)
            with open(path, encoding="ascii") as file:
                assert file.read().startswith("mine")
        base = sqlite3.connect(os.path.join(folder, "other.sqlite"))
        base.execute("CREATE TABLE mine (x)")
        base.commit()
        base.close()
        done = run(*QUICK, "--grid", "10%", "-o", os.path.join(folder, "other.sqlite"))
        assert done.returncode == 3 and "no unfinished screening" in done.stderr, done


def another_question_does_not_go_on():
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS:
            good(*QUICK, "--grid", "10%", "-o", "r." + form, cwd=folder)
            before = contents(folder)
            for others in (["--grid", "20%"], ["--grid", "10%", "--where", "S_R > 0"], ["--grid", "10%", "--atmosphere", "O2"]):
                done = run(*QUICK, *others, "-o", "r." + form, cwd=folder)
                assert done.returncode == 3 and "belongs to another screening: its options were others" in done.stderr, done
            done = run(*QUICK, "--grid", "10%", "--set", "d_ZnO=9000J/mol", "-o", "r." + form, cwd=folder)
            assert done.returncode == 3 and "belongs to another screening" in done.stderr, done
            assert contents(folder) == before


def a_lost_file_or_record_is_noticed():
    with tempfile.TemporaryDirectory() as folder:
        good(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        path = os.path.join(folder, "r.csv")
        os.rename(path, path + ".away")
        done = run(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        assert done.returncode == 3 and "is gone, and its record is there" in done.stderr and done.stdout == "", done
        with open(path, "w", encoding="ascii") as file:
            file.write("formula\n")
        done = run(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        assert done.returncode == 3 and "has 8 bytes, fewer than the" in done.stderr and done.stdout == "", done
        os.rename(path + ".away", path)
        with open(path + ".state", encoding="utf-8") as file:
            state = file.read()
        with open(path + ".state", "w", encoding="utf-8") as file:
            file.write(state.replace('"is_finished": true', '"is_finished": false'))
        os.truncate(path, 5000)
        done = run(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        assert done.returncode == 3 and "fewer than the" in done.stderr, done
        os.remove(path)
        done = run(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        assert done.returncode == 3 and "is gone, and its record is there" in done.stderr, done
        with open(path + ".state", "w", encoding="utf-8") as file:
            file.write("{\"schema\": \"something else\"}")
        done = run(*QUICK, "--random", "2000", "-o", "r.csv", cwd=folder)
        assert done.returncode == 3 and "no record of a screening" in done.stderr, done


def an_empty_file_is_begun():
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMATS:
            with open(os.path.join(folder, "r." + form), "w", encoding="ascii"):
                pass
            done = good(*QUICK, "--grid", "10%", "-o", "r." + form, cwd=folder)
            assert f"wrote r.{form}, all 11 rows" in done.stderr, done.stderr


def many_that_begin_together_leave_the_file_of_one():
    with tempfile.TemporaryDirectory() as folder:
        for seed in ("1", "2"):
            good(*QUICK, "--random", "3000", "--seed", seed, "-o", f"whole-{seed}.csv", cwd=folder)
        for k in range(6):
            name = f"r{k}.csv"
            started = [subprocess.Popen([KILN, *QUICK, "--random", "3000", "--seed", str(1 + i % 2), "-o", name], cwd=folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True) for i in range(4)]
            ended = [(process.communicate(timeout=300)[1], process.returncode) for process in started]
            assert any(code == 0 for _, code in ended), ended
            assert all(code in (0, 3) for _, code in ended), ended
            found = contents(folder)
            states = [found[name + ".state"] == found[f"whole-{seed}.csv.state"] for seed in ("1", "2")]
            rows = [found[name] == found[f"whole-{seed}.csv"] for seed in ("1", "2")]
            assert rows == states and sum(rows) == 1, (rows, states, ended)


def two_at_once_do_not_mix():
    with tempfile.TemporaryDirectory() as folder:
        first = subprocess.Popen([KILN, *QUICK, "--random", "100000000", "-o", "r.csv"], cwd=folder, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        second = run(*QUICK, "--random", "100000000", "-o", "r.csv", cwd=folder)
        first.kill()
        first.wait()
        assert second.returncode == 3 and "is being written by another screening" in second.stderr, second


def reading_does_not_end_it():
    """Who reads a database for longer than from one record to the next puts off what is kept, and that is all."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([KILN, *QUICK, "--random", "100000000", "-o", "r.sqlite"], cwd=folder, stderr=subprocess.PIPE, text=True)
        time.sleep(0.7)
        base = sqlite3.connect(os.path.join(folder, "r.sqlite"), isolation_level=None)
        base.execute("BEGIN")
        before = base.execute("SELECT count(*) FROM rows").fetchone()[0]
        time.sleep(2.5)
        assert process.poll() is None, process.communicate()
        base.execute("COMMIT")
        time.sleep(1.5)
        assert process.poll() is None and base.execute("SELECT count(*) FROM rows").fetchone()[0] > before
        second = run(*QUICK, "--random", "100000000", "-o", "r.sqlite", cwd=folder)
        assert second.returncode == 3 and "is being written by another screening" in second.stderr, second
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130 and "interrupted; what r.sqlite holds is kept" in err, (process.returncode, err)
        base.close()


def limit_file_size():
    resource.setrlimit(resource.RLIMIT_FSIZE, (300000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def a_full_disk_keeps_what_is_done():
    for form in FORMATS:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as whole:
            args = [*QUICK, "--random", "10000", "-o", "r." + form]
            done = run(*args, cwd=folder, preexec_fn=limit_file_size)
            assert done.returncode == 3 and f"r.{form} cannot be written" in done.stderr, (form, done)
            assert f"what r.{form} holds is kept, and the same command goes on from there" in done.stderr, done
            assert done.stdout == "", done
            good(*args, cwd=folder)
            good(*args, cwd=whole)
            assert contents(folder) == contents(whole), form


def read_only_targets_are_refused_before_anything_is_computed():
    for form in FORMATS:
        done = run(*QUICK, "--random", "100000000", "-o", "/proc/r." + form)
        assert done.returncode == 3 and "cannot be written" in done.stderr, (form, done)
        done = run(*QUICK, "--random", "100000000", "-o", "/nowhere/r." + form)
        assert done.returncode == 3 and "cannot be written" in done.stderr, (form, done)
        if os.geteuid() != 0:  # root may write anywhere
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o555)
                done = run(*QUICK, "--random", "100000000", "-o", os.path.join(folder, "r." + form))
                assert done.returncode == 3 and "cannot be written" in done.stderr, (form, done)
                assert os.listdir(folder) == []


def tables_say_where_they_are_wrong():
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)

        write("bad.csv", "formula,id\nMgO,1\n(Mg,Zn)O,2\n")
        done = run("screen", "--compositions", "bad.csv", "--database", TOY, cwd=folder)
        assert done.returncode == 3 and "bad.csv:3:1: expected 2 fields as in the header, found 3" in done.stderr, done
        write("good.csv", "formula,id\nMgO,a\n\"(Mg,Zn)O\",b\nMg(,c\n")
        write("elements.csv", "element,price_per_kg\nMg,cheap\n")
        done = run("screen", "--compositions", "good.csv", "--elements", "elements.csv", "--database", TOY, cwd=folder)
        assert done.returncode == 3 and "elements.csv:2:4: expected a number or nothing, found \"cheap\"" in done.stderr, done
        write("elements.csv", "element,price_per_kg\nMg,2.5\n")
        done = good("screen", "--compositions", "good.csv", "--elements", "elements.csv", "--database", TOY, "--format", "csv", "--samples", "0", cwd=folder)
        lines = done.stdout.splitlines()
        assert len(lines) == 4 and lines[0].endswith(",reason,price_per_kg,id") and lines[1].endswith(",a") and lines[2].endswith(",,b"), lines
        assert ",no formula," in lines[3] and lines[3].startswith("2,Mg(,"), lines


def what_is_carried_keeps_its_digits():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "t.csv"), "w", encoding="ascii") as file:
            file.write("formula,id,share\nMgO,20231115123456,0.123456789012345\n")
        args = ["screen", "--compositions", "t.csv", "--database", TOY, "--samples", "0"]
        for form in ("csv", "jsonl"):
            good(*args, "-o", "r." + form, cwd=folder)
        found = contents(folder)
        assert found["r.csv"].endswith(b",20231115123456,0.123456789012345\n"), found["r.csv"]
        line = json.loads(found["r.jsonl"])
        assert line["id"] == 20231115123456 and line["share"] == 0.123456789012345, line


def names_that_sqlite_takes_for_the_same_are_refused():
    with tempfile.TemporaryDirectory() as folder:
        for header, name in [("formula,Row", "Row"), ("formula,s_r", "s_r"), ("formula,A,a", "a")]:
            with open(os.path.join(folder, "t.csv"), "w", encoding="ascii") as file:
                file.write(header + "\nMgO" + ",1" * header.count(",") + "\n")
            args = ["screen", "--compositions", "t.csv", "--database", TOY, "--samples", "0"]
            done = run(*args, "-o", "r.sqlite", cwd=folder)
            assert done.returncode != 0 and f'SQLite would have two columns named "{name}"' in done.stderr, done
            assert os.listdir(folder) == ["t.csv"], os.listdir(folder)


def entropy_is_that_of_the_structure():
    """Of a formula with two brackets, whose cations share one sublattice."""
    formula = "(Ce,Zr)0.8Y0.2O2-d"
    window = json.loads(good("window", formula, "--phase", "fluorite", "--format", "json").stdout)["result"]["entropy"]
    row = json.loads(good("screen", formula, "--phase", "fluorite", "--samples", "0", "--format", "json").stdout)["result"]["rows"][0]["values"]
    assert abs(row["S_R"] - 1.0549) < 1e-4 and abs(window["mixing_sublattice_R"] - row["S_R"]) < 1e-9, (row, window)


def mistakes_are_explained():
    cases = [
        (["(*)O", "--from", "Mg,Zn"], 2, "choices of 5 to 5 cations of 2"),
        (["(*)O", "--choose", "2"], 2, "--choose takes cations from a pool: --from"),
        (["(*)O", "--from", "Mg,Zn", "--choose", "2:"], 2, "--choose 2:: expected"),
        (["(*)O", "--from", "Mg,Zn", "--choose", "2", "--grid", "10%"], 2, "exclude each other"),
        (["(*)O", "--from", "Mg,Zn", "--grid", "30%"], 2, "expected a whole part of 100 %"),
        (["(*)O", "--from", "Mg,Zn", "--grid", "much"], 2, "--grid much: expected the step of amounts"),
        (["MgO", "--where", "T_low > 3"], 2, "there is no column \"T_low\"; did you mean \"T_low_C\"?"),
        (["MgO", "--sort", "S_R > 3"], 2, "expected a number, found a condition"),
        (["MgO", "--replace", "Mg=Zn:0.5"], 2, "--replace has no place here"),
        (["MgO", "-o", "r.xlsx"], 2, "the file's extension must be .jsonl, .sqlite, .json, .csv or .txt"),
        (["MgO", "-o", "r.csv", "-o", "r.jsonl"], 2, "writes one such file; --output names r.csv and r.jsonl"),
        (["MgO", "--phase", "rocksalz"], 2, "did you mean"),
        (["MgO", "--at", "3000C"], 2, "outside the search range"),
        (["MgO", "--substitute", "Mg"], 2, "expected two cations, such as Cu=Mg"),
        (["Mg("], 2, "formula \"Mg(\""),
        ([], 2, "kiln screen needs formulas"),
        (["MgO", "--compositions", "x.csv"], 2, "has the formulas; expected no other"),
        (["--compositions", "/nowhere.csv"], 3, "/nowhere.csv: cannot be opened"),
    ]
    for args, code, says in cases:
        done = run("screen", *args, "--database", TOY)
        assert done.returncode == code and says in done.stderr, (args, done.returncode, done.stderr)


TESTS = [files_and_report_say_the_same, threads_do_not_change_a_byte, an_interrupt_keeps_what_is_done, foreign_files_are_left_alone,
         another_question_does_not_go_on, a_lost_file_or_record_is_noticed, an_empty_file_is_begun,
         many_that_begin_together_leave_the_file_of_one, two_at_once_do_not_mix, reading_does_not_end_it, a_full_disk_keeps_what_is_done,
         read_only_targets_are_refused_before_anything_is_computed, tables_say_where_they_are_wrong, what_is_carried_keeps_its_digits, names_that_sqlite_takes_for_the_same_are_refused,
         entropy_is_that_of_the_structure, mistakes_are_explained,
         killed_and_begun_again_it_ends_with_the_same_bytes]

if __name__ == "__main__":
    failed = 0
    for test in TESTS:
        try:
            test()
            print("ok      " + test.__name__)
        except AssertionError as problem:
            failed += 1
            print(f"FAILED  {test.__name__}: {problem}")
    sys.exit(1 if failed else 0)
