"""What a server that listens does with good hosts, bad ones, and those that go away."""

import hashlib
import hmac
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2]
TOKEN = "5" * 64
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
LIMITS = {"wallMs": 30_000, "cpuSeconds": 30, "memoryMb": 2048, "processes": 64, "diskMb": 64, "logBytes": 65_536, "watchMemory": False}


class Client:
    """A host, or somebody who would like to be one."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")

    def say(self, text: bytes) -> None:
        self.socket.sendall(text)

    def hear(self) -> dict:
        try:
            line = self.file.readline()
        except ConnectionResetError:
            line = b""
        return json.loads(line) if line else {}

    def enter(self, token: str = TOKEN, holder: str = "first") -> dict:
        self.say(b"mle-smith/1 number\n")
        assert self.file.readline().decode().strip() == hmac.digest(DIGEST.encode(), b"mle-smith/1 number", "sha256").hex()
        self.say(f"{token} {holder}\n".encode())
        return self.hear()

    def put(self, path: str, content: bytes) -> None:
        self.say(json.dumps({"path": path, "bytes": len(content)}).encode() + b"\n" + content)

    def order(self, text: str, name: str = "job", **more: object) -> None:
        self.put("main.py", text.encode())
        order = {"id": name, "run": {"script": "main.py"}, "environment": {}, "outputs": ["out"], "limits": LIMITS, **more}
        self.say(json.dumps({"order": order}).encode() + b"\n")

    def answer(self) -> tuple[dict, str, dict[str, bytes]]:
        header = self.hear()
        log = self.file.read(header["logBytes"])
        self.file.read(header["resultBytes"])
        return header, log.decode(), {file["path"]: self.file.read(file["bytes"]) for file in header["outputs"]}

    def acknowledge(self, name: str = "job") -> dict:
        self.say(json.dumps({"ack": name}).encode() + b"\n")
        return self.hear()

    def rest(self) -> bytes:
        """What comes until the other end ends it."""
        try:
            return self.file.read()
        except ConnectionResetError:
            return b""

    def close(self) -> None:
        self.file.close()
        self.socket.close()


class Running:
    """A server in a process of its own, below a folder."""

    def __init__(self, root: Path, **settings: str) -> None:
        environment = {"MLE_ENV_PORT": "0", "MLE_ENV_DOOR": DIGEST, "MLE_ENV_LIFE_SECONDS": "60", "PYTHONHASHSEED": "1", **settings}
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-s", str(SOURCES / "mle_env/server/listen.py"), str(SOURCES), str(root)],
            env=environment,
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split()[-1])

    def client(self) -> Client:
        return Client(self.port)

    def ended(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read().strip()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    servers: list[Running] = []

    def begin(**settings: str) -> Running:
        servers.append(Running(tmp_path, **settings))
        return servers[-1]

    yield begin
    for server in servers:
        server.process.kill()
        server.process.wait()


def test_serves_one_job_after_another(start: Callable[..., Running]) -> None:
    host = start().client()
    assert host.enter()["state"] == "empty"
    for number in ("one", "two"):
        host.put("data/a.txt", number.encode())
        host.order('print(open("/input/data/a.txt".replace("/input", __file__[:-8])).read()); open("out", "w").write("x")', number)
        header, log, files = host.answer()
        assert (header["id"], header["exitCode"], log, files) == (number, 0, f"{number}\n", {"out": b"x"})
        assert host.acknowledge(number) == {"clean": True}


@pytest.mark.parametrize("token", ["", "6" * 64, TOKEN + "x", DIGEST])
def test_lets_nobody_in_without_the_token(start: Callable[..., Running], token: str) -> None:
    server = start()
    assert server.client().enter(token) == {}
    assert server.client().enter()["state"] == "empty"


def test_reads_nothing_before_the_token(start: Callable[..., Running]) -> None:
    server = start()
    for begin in (b'{"path": "x", "bytes": 1}\nx', b"x" * 1000, b"mle-smith/1 a\nmle-smith/1 b\n", b"GET / HTTP/1.1\r\n\r\n"):
        stranger = server.client()
        stranger.say(begin)
        assert stranger.rest() == b""
    assert server.client().enter()["state"] == "empty"
    assert os.listdir(server.root / "input") == []


def test_takes_a_host_in_while_strangers_wait(start: Callable[..., Running]) -> None:
    server = start()
    strangers = [server.client() for _ in range(40)]
    assert server.client().enter()["state"] == "empty"
    del strangers


def test_forgets_inputs_that_were_cut(start: Callable[..., Running]) -> None:
    server = start()
    host = server.client()
    host.enter()
    host.put("whole.txt", b"whole")
    host.say(b'{"path": "half.txt", "bytes": 100}\nhalf')
    host.close()
    host = server.client()
    assert host.enter()["state"] == "empty"
    host.order("import os\nprint(os.listdir(os.path.dirname(os.path.abspath(__file__))))")
    assert host.answer()[1] == "['main.py']\n"


@pytest.mark.parametrize("path", ["../out", "/etc/x", "a//b", "a/./b", "", "a\0b", "main.py/x", "main.py"])
def test_refuses_inputs_that_are_no_plain_paths(start: Callable[..., Running], path: str) -> None:
    server = start()
    host = server.client()
    host.enter()
    host.put("main.py", b"")
    host.put(path, b"x")
    assert "refused" in host.hear()
    assert server.client().enter()["state"] == "empty"


def test_takes_no_inputs_beside_others_that_it_cannot_remove(start: Callable[..., Running]) -> None:
    server = start()
    # What no server can empty: a file in the place of the folder.
    os.rmdir(server.root / "input")
    (server.root / "input").touch()
    host = server.client()
    host.enter()
    assert host.hear() == {"refused": "inputs of an earlier job cannot be removed"}
    os.unlink(server.root / "input")
    os.mkdir(server.root / "input")
    host = server.client()
    assert host.enter()["state"] == "empty"
    host.order("print(1)")
    assert host.answer()[1] == "1\n"


def test_gives_its_answer_to_whoever_comes_after_the_host_died(start: Callable[..., Running]) -> None:
    server = start()
    host = server.client()
    host.enter()
    host.order("import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\nopen('out', 'w').write('done')")
    host.close()
    successor = server.client()
    assert {**successor.enter(), "gaps": []} | {"machine": ""} == {"state": "running", "id": "job", "jobs": 1, "machine": "", "gaps": []}
    (server.root / "output/go").touch()
    assert successor.answer()[2] == {"out": b"done"}


def test_keeps_its_answer_until_it_is_acknowledged(start: Callable[..., Running]) -> None:
    server = start()
    host = server.client()
    host.enter()
    # More than the buffers of both ends hold, so that the cut is in the middle.
    host.order("open('out', 'wb').write(b'x' * 40_000_000)")
    host.hear()
    host.close()
    for _ in range(2):
        successor = server.client()
        assert successor.enter()["state"] == "answered"
        assert len(successor.answer()[2]["out"]) == 40_000_000
    assert successor.acknowledge("another") == {}
    last = server.client()
    assert last.enter()["state"] == "answered"
    last.answer()
    assert last.acknowledge() == {"clean": True}
    assert os.listdir(server.root / "output") == []


def test_a_later_host_takes_the_place_of_an_earlier_one(start: Callable[..., Running]) -> None:
    server = start()
    first, second = server.client(), server.client()
    first.enter()
    assert second.enter(holder="second")["state"] == "empty"
    assert first.rest() == b""
    assert server.client().enter()["state"] == "taken"
    second.order("print(1)")
    assert second.answer()[1] == "1\n"


def test_lives_on_when_one_that_it_sends_away_is_gone(start: Callable[..., Running]) -> None:
    server = start()
    first, second = server.client(), server.client()
    first.enter()
    second.enter(holder="second")
    for _ in range(20):
        gone = server.client()
        gone.say(b"mle-smith/1 number\n")
        gone.file.readline()
        # Closed with a reset: whatever is sent to it then is an error.
        gone.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.kill(server.process.pid, signal.SIGSTOP)
        gone.say(f"{TOKEN} first\n".encode())
        gone.close()
        os.kill(server.process.pid, signal.SIGCONT)
    second.order("print(1)")
    assert second.answer()[1] == "1\n"


def test_gives_a_job_nothing_of_its_own_surroundings(start: Callable[..., Running]) -> None:
    host = start(KUBERNETES_SERVICE_HOST="10.0.0.1").client()
    host.enter()
    host.order("import os\nprint(sorted(os.environ), os.environ['PYTHONHASHSEED'])\nfor number in os.listdir('/proc/self/fd'): print(number)")
    _, log, _ = host.answer()
    names, *descriptors = log.splitlines()
    assert "KUBERNETES" not in names and "MLE_ENV" not in names and names.endswith("] 1")
    assert set(descriptors) <= {"0", "1", "2", "3", "4"}


def test_a_job_cannot_change_its_inputs(start: Callable[..., Running]) -> None:
    host = start().client()
    host.enter()
    host.put("data/a.txt", b"x")
    host.order(
        "import os\nfor path in ('a.txt', 'b.txt'):\n"
        "    try: os.open(os.path.join(os.path.dirname(__file__), 'data', path), os.O_WRONLY | os.O_CREAT); print('written')\n"
        "    except OSError: print('refused')"
    )
    assert host.answer()[1] == "refused\nrefused\n"


def test_a_job_meets_nothing_that_one_before_did_to_its_inputs(start: Callable[..., Running]) -> None:
    host = start().client()
    host.enter()
    for number in ("one", "two"):
        host.put("data/a.txt", b"as it is")
        host.order(
            "import os\nroot = os.path.join(os.path.dirname(__file__), 'data')\npath = os.path.join(root, 'a.txt')\n"
            "print(oct(os.stat(root).st_mode & 0o777), oct(os.stat(path).st_mode & 0o777), open(path).read())\n"
            "os.chmod(path, 0o666)\nos.chmod(root, 0)",
            number,
        )
        assert host.answer()[1] == "0o555 0o444 as it is\n"
        assert host.acknowledge(number) == {"clean": True}


def test_counts_the_processor_time_of_processes_that_a_job_left(start: Callable[..., Running]) -> None:
    host = start().client()
    host.enter()
    # The one that works has nobody who waits for it but the server.
    host.order(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        while time.process_time() < 1: pass\n"
        "        open('done', 'w')\n"
        "        time.sleep(60)\n"
        "    os._exit(0)\n"
        "while not os.path.exists('done'): time.sleep(0.01)"
    )
    assert host.answer()[0]["cpuSeconds"] >= 1


def test_puts_a_job_under_the_filter_that_its_order_has(start: Callable[..., Running]) -> None:
    import base64
    import struct

    # Whatever is called: load the number, getppid (110, 173) answers EPERM, all else goes on.
    program = b"".join(struct.pack("HBBI", *row) for row in [(0x20, 0, 0, 0), (0x15, 1, 0, 110), (0x15, 0, 1, 173), (6, 0, 0, 0x50001), (6, 0, 0, 0x7FFF0000)])
    host = start().client()
    host.enter()
    host.order("import ctypes\nprint(ctypes.CDLL(None).getppid())", seccomp=base64.b64encode(program).decode())
    assert host.answer()[1] == "-1\n"


def test_ends_after_its_job_where_it_is_for_one(start: Callable[..., Running]) -> None:
    server = start(MLE_ENV_ONCE="1")
    host = server.client()
    host.enter()
    host.order("print(1)")
    host.answer()
    host.acknowledge()
    assert server.ended() == "its job is done"


def test_ends_when_nobody_comes_and_when_its_time_is_over(start: Callable[..., Running]) -> None:
    assert start(MLE_ENV_IDLE_SECONDS="0.2").ended() == "nobody came"
    server = start(MLE_ENV_LIFE_SECONDS="0.5")
    host = server.client()
    host.enter()
    assert server.ended() == "its time is over"


def test_ends_no_process_but_its_own_where_it_is_no_process_1(start: Callable[..., Running]) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    host = start().client()
    host.enter()
    host.order("print(1)")
    host.answer()
    assert bystander.poll() is None
    bystander.send_signal(signal.SIGKILL)
    bystander.wait()
    ended = subprocess.run(
        [sys.executable, str(SOURCES / "mle_env/server/listen.py"), str(SOURCES)],
        env={"MLE_ENV_PORT": "0", "MLE_ENV_DOOR": DIGEST, "MLE_ENV_LIFE_SECONDS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "must be process 1" in ended.stderr
