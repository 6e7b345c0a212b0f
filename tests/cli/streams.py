"""Where results go when the world does not cooperate: full disks, closed pipes, read-only folders, interrupts."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOY = os.path.join(HERE, "data", "toy.yaml")
KILN = os.path.abspath(sys.argv[1])


def kiln(*args, **options):
    return subprocess.Popen([KILN, *args, "--database", TOY], stderr=subprocess.PIPE, text=True, **options)


def full_disk_is_reported():
    with open("/dev/full", "w", encoding="ascii") as full:
        process = kiln("window", "(Mg,Zn)O", stdout=full)
        _, err = process.communicate()
    assert process.returncode == 3 and "standard output" in err, (process.returncode, err)


def closed_pipe_ends_quietly():
    for command in (["window", "(Mg,Zn)O"], ["step", "(Mg,Zn)O", "--range", "1000K:2000K:1K"]):
        reader, writer = os.pipe()
        os.close(reader)
        process = kiln(*command, stdout=writer)
        os.close(writer)
        _, err = process.communicate()
        assert process.returncode == -signal.SIGPIPE and err == "", (process.returncode, err)


def help_into_a_closed_pipe_ends_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen([KILN, "help", "window"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGPIPE and err == "", (process.returncode, err)


def no_progress_where_there_is_no_terminal():
    process = kiln("step", "(Mg,Zn)O", "--range", "300K:2300K:0.5K", "--format", "csv", stdout=subprocess.DEVNULL)
    _, err = process.communicate()
    assert process.returncode == 0 and err == "", (process.returncode, err)


SLOW = ["risk", "(Mg,Zn)O", "--at", "1750K", "--samples", "400000"]
LONG_DIAGRAM = ["diagram", "tpo2", "(Mg,Co,Mn,Fe)O", "--range", "800C:1500C"]  # of many charges, which is slow


def terminal(args, until=None, **options):
    """What a terminal sees of standard error, to the end or to `until`; the process."""
    reader, writer = os.openpty()
    process = subprocess.Popen([KILN, *args], stderr=writer, **options)
    os.close(writer)
    seen = b""
    while until is None or not re.search(until, seen):
        try:
            part = os.read(reader, 1024)
        except OSError:
            part = b""
        if not part:
            break
        seen += part
    if until is not None:
        process.send_signal(signal.SIGINT)
        while True:
            try:
                part = os.read(reader, 1024)
            except OSError:
                break
            if not part:
                break
            seen += part
    os.close(reader)
    return seen, process.wait(timeout=100)


def screen(seen):
    """The lines that stay when all is written."""
    return [line.split("\r")[-1].replace("\x1b[K", "") for line in seen.decode("utf-8").replace("\r\n", "\n").split("\n")]


def a_terminal_sees_how_far_it_is_and_at_the_end_nothing_of_it():
    seen, code = terminal([*SLOW, "--database", TOY], stdout=subprocess.DEVNULL)
    assert code == 0 and re.search(rb"kiln: \d+ of \d+ parts of the samples", seen), (code, seen)
    assert screen(seen) == [""], seen


def what_takes_no_second_shows_no_progress():
    seen, code = terminal(["step", "(Mg,Zn)O", "--range", "300K:2300K:10K", "--database", TOY], stdout=subprocess.DEVNULL)
    assert code == 0 and seen == b"", seen


def quiet_shows_no_progress():
    seen, code = terminal([*SLOW, "--quiet", "--database", TOY], stdout=subprocess.DEVNULL)
    assert code == 0 and seen == b"", seen


def a_screening_tells_its_rate_and_the_time_left():
    with tempfile.TemporaryDirectory() as folder:
        args = ["screen", "(*)O", "--from", "Mg,Zn", "--random", "100000000", "--samples", "0", "-o", "r.csv", "--database", TOY]
        seen, code = terminal(args, rb"kiln: \d+ of 100000000 rows, \d+/s, [\d.]+ (min|h) left", cwd=folder)
        assert code == 130 and screen(seen)[0].startswith("kiln: interrupted; what r.csv holds is kept"), (code, seen)
        assert sorted(os.listdir(folder)) == ["r.csv", "r.csv.state"]


def an_interrupted_diagram_says_how_far_it_was_and_leaves_nothing():
    for name in ("d.json", "d.svg"):
        with tempfile.TemporaryDirectory() as folder:
            seen, code = terminal([*LONG_DIAGRAM, "-o", name], rb"of 100 parts", cwd=folder)
            assert code == 130 and screen(seen) == ["kiln: interrupted", ""], (code, seen)
            assert os.listdir(folder) == []


def an_interrupted_figure_leaves_nothing():
    with tempfile.TemporaryDirectory() as folder:
        seen, code = terminal(["risk", "(Mg,Zn)O", "--at", "1750K", "--samples", "1000000", "-o", "r.svg", "--database", TOY], rb"of \d+ parts", cwd=folder)
        assert code == 130 and screen(seen) == ["kiln: interrupted", ""], (code, seen)
        assert os.listdir(folder) == []


def read_only_folder_is_left_alone():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        process = kiln("window", "(Mg,Zn)O", "-o", os.path.join(folder, "w.json"), stdout=subprocess.PIPE)
        _, err = process.communicate()
        if os.geteuid() != 0:  # root may write anywhere
            assert process.returncode == 3 and "cannot be written" in err, (process.returncode, err)
            assert os.listdir(folder) == []


def older_result_survives_a_failure():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "w.json")
        with open(path, "w", encoding="ascii") as file:
            file.write("older")
        process = kiln("window", "(Mg,Zn)O", "--at", "4000K", "-o", path, stdout=subprocess.PIPE)
        process.communicate()
        assert process.returncode == 6, process.returncode
        with open(path, encoding="ascii") as file:
            assert file.read() == "older"
        assert os.listdir(folder) == ["w.json"]


def interrupt_ends_with_130():
    with tempfile.TemporaryDirectory() as folder:
        process = kiln("step", "(Mg,Zn)O", "--range", "300K:2300K:0.11K", "--solver", "nlopt", "-o", "s.csv", cwd=folder, stdout=subprocess.PIPE)
        time.sleep(0.3)
        assert process.poll() is None, "it ended before it could be interrupted"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130 and "interrupted" in err, (process.returncode, err)
        assert os.listdir(folder) == []


def repeated_runs_are_identical():
    results = [kiln("window", "(Mg,Zn)O", "--format", "json", stdout=subprocess.PIPE).communicate()[0] for _ in range(2)]
    assert results[0] == results[1] and results[0]


TESTS = [full_disk_is_reported, closed_pipe_ends_quietly, help_into_a_closed_pipe_ends_quietly, no_progress_where_there_is_no_terminal, a_terminal_sees_how_far_it_is_and_at_the_end_nothing_of_it,
         what_takes_no_second_shows_no_progress, quiet_shows_no_progress, a_screening_tells_its_rate_and_the_time_left, an_interrupted_diagram_says_how_far_it_was_and_leaves_nothing,
         an_interrupted_figure_leaves_nothing,
         read_only_folder_is_left_alone, older_result_survives_a_failure,
         interrupt_ends_with_130, repeated_runs_are_identical]

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
