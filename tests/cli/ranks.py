"""kiln-mpi: the same bytes from any number of processes, one voice, and what becomes of the job when a process dies."""
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOY = os.path.join(HERE, "data", "toy.yaml")
KILN, KILN_MPI, MPIRUN = (os.path.abspath(path) for path in sys.argv[1:4])
LAUNCH = [MPIRUN, "--allow-run-as-root", "--oversubscribe", "--mca", "btl_vader_single_copy_mechanism", "none"]
SAMPLED = ["risk", "(Mg,Zn)O", "--at", "1750K", "--samples", "1000", "--format", "json", "--database", TOY]


def run(ranks, *args):
    return subprocess.run([*LAUNCH, "-n", str(ranks), KILN_MPI, *args], capture_output=True, text=True, timeout=300, check=False)


def any_number_of_processes_gives_the_same_bytes():
    alone = subprocess.run([KILN, *SAMPLED], capture_output=True, text=True, check=True).stdout
    for ranks in (1, 2, 3):
        together = run(ranks, *SAMPLED)
        assert together.returncode == 0, together.stderr
        assert together.stdout == alone, f"{ranks} processes answer otherwise"


def without_a_launcher_it_is_kiln():
    alone = subprocess.run([KILN, *SAMPLED], capture_output=True, text=True, check=True).stdout
    assert subprocess.run([KILN_MPI, *SAMPLED], capture_output=True, text=True, check=True).stdout == alone


def a_wrong_option_is_said_once():
    wrong = run(3, "risk", "(Mg,Zn)O", "--at", "1750", "--database", TOY)
    assert wrong.returncode == 2, (wrong.returncode, wrong.stderr)
    assert wrong.stderr.count("expected a temperature with its unit") == 1, wrong.stderr


def the_exit_code_is_that_of_the_answer():
    no = run(2, *SAMPLED, "--require", "0.9999999")
    assert no.returncode == 1 and no.stdout.startswith("{"), (no.returncode, no.stderr)


def processes_of(parent):
    """Those that a launcher has started, from /proc."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(name))
    return found


def a_process_that_dies_ends_the_job_with_a_word():
    slow = ["risk", "(Mg,Zn)O", "--at", "1750K", "--samples", "1000000", "--database", TOY]
    job = subprocess.Popen([*LAUNCH, "-n", "2", KILN_MPI, *slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(processes_of(job.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(processes_of(job.pid)[-1], signal.SIGKILL)
    out, err = job.communicate(timeout=120)
    assert job.returncode != 0 and out == "", (job.returncode, out)
    assert "signal 9" in err or "Killed" in err, err


STUDY = """study: two metals
defaults: {verb: window, formula: "(Mg,Zn)O", database: DATABASE, sweep: {product: {range: ["1000K:2000K", "1200K:2000K"], seed: [1, 2, 3]}}}
cases:
  good: {}
  refused: {phase: nosuch}
"""


def folder(path):
    """Names and bytes of the files of a folder."""
    return {name: open(os.path.join(path, name), "rb").read() for name in sorted(os.listdir(path))}


def a_study_has_the_same_results():
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "metals.yaml"), "w", encoding="utf-8") as file:
            file.write(STUDY.replace("DATABASE", TOY))
        study = ["study", os.path.join(place, "metals.yaml"), "--output"]
        alone = subprocess.run([KILN, *study, os.path.join(place, "alone")], capture_output=True, text=True, check=False)
        assert alone.returncode == 7, alone.stderr
        expected = folder(os.path.join(place, "alone"))
        assert sum(name.startswith("good") for name in expected) == 6, sorted(expected)
        for ranks in (2, 3):
            together = run(ranks, *study, os.path.join(place, str(ranks)))
            assert together.returncode == 7 and together.stdout == alone.stdout, (together.returncode, together.stderr)
            assert folder(os.path.join(place, str(ranks))) == expected
            again = run(ranks, "rerun", os.path.join(place, str(ranks), "manifest.json"))
            assert again.returncode == 0 and "12 of 12 cases are what they were" in again.stdout, (again.stdout, again.stderr)


def a_screening_that_is_killed_goes_on_with_other_ranks():
    screen = ["screen", "(*)O", "--from", "Mg,Zn", "--random", "30000", "--samples", "0", "--database", TOY, "--output"]
    with tempfile.TemporaryDirectory() as place:
        alone, shared = os.path.join(place, "alone.csv"), os.path.join(place, "shared.csv")
        subprocess.run([KILN, *screen, alone], capture_output=True, check=True)
        for ranks in (2, 3):
            job = subprocess.Popen([*LAUNCH, "-n", str(ranks), KILN_MPI, *screen, shared], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
            deadline = time.monotonic() + 60
            before = os.path.getsize(shared) if os.path.exists(shared) else 0
            while not (os.path.exists(shared) and os.path.getsize(shared) > before + 100000) and time.monotonic() < deadline:
                time.sleep(0.01)
            for process in processes_of(job.pid):
                os.kill(process, signal.SIGKILL)
            job.wait(timeout=60)
            assert job.returncode != 0, "it ended before it could be killed"
        done = run(2, *screen, shared)
        assert done.returncode == 0 and "went on from row" in done.stderr, (done.returncode, done.stderr)
        with open(alone, "rb") as one, open(shared, "rb") as other:
            assert one.read() == other.read(), "rows differ"


def an_interrupt_of_one_process_is_the_job_s():
    screen = ["screen", "(*)O", "--from", "Mg,Zn", "--random", "100000000", "--samples", "0", "--database", TOY, "--output", "r.csv"]
    with tempfile.TemporaryDirectory() as place:
        job = subprocess.Popen([*LAUNCH, "-n", "2", KILN_MPI, *screen], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        rows, deadline = os.path.join(place, "r.csv"), time.monotonic() + 60
        while not (os.path.exists(rows) and os.path.getsize(rows) > 10000) and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(max(processes_of(job.pid)), signal.SIGINT)  # that of rank 1, which was started last
        _, err = job.communicate(timeout=120)
        assert job.returncode == 130 and "what r.csv holds is kept" in err, (job.returncode, err)


TESTS = [any_number_of_processes_gives_the_same_bytes, without_a_launcher_it_is_kiln, a_wrong_option_is_said_once,
         the_exit_code_is_that_of_the_answer, a_process_that_dies_ends_the_job_with_a_word, an_interrupt_of_one_process_is_the_job_s, a_study_has_the_same_results,
         a_screening_that_is_killed_goes_on_with_other_ranks]

if __name__ == "__main__":
    for test in TESTS:
        test()
        print("ok      " + test.__name__)
