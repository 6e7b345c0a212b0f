"""Where results go when the world does not cooperate: full disks, closed pipes, read-only folders, interrupts."""
import os
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


def a_terminal_sees_how_far_it_is():
    reader, writer = os.openpty()
    process = subprocess.Popen([KILN, "step", "(Mg,Zn)O", "--range", "300K:2300K:0.11K", "--solver", "nlopt", "--database", TOY],
                               stdout=subprocess.DEVNULL, stderr=writer)
    os.close(writer)
    seen = b""
    while b"of 18183 temperatures" not in seen:  # from the second second on; a run that ends before closes its side
        try:
            seen += os.read(reader, 1024)
        except OSError:
            break
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    os.close(reader)
    assert b"of 18183 temperatures" in seen, seen


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


TESTS = [full_disk_is_reported, closed_pipe_ends_quietly, help_into_a_closed_pipe_ends_quietly, no_progress_where_there_is_no_terminal, a_terminal_sees_how_far_it_is,
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
