import gzip
import io
import tarfile
import zipfile

import pytest

from mle_env.readers.archives import UnsafeArchive, unpacked


def folders(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "scratch").mkdir()
    return tmp_path / "raw", tmp_path / "scratch"


def tar_with(path, member, content=b""):
    with tarfile.open(path, "w:gz") as archive:
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))


def test_an_archive_is_a_folder_of_its_name_and_other_files_stay(tmp_path):
    raw, scratch = folders(tmp_path)
    (raw / "README.md").write_text("about")
    with zipfile.ZipFile(raw / "data.zip", "w") as archive:
        archive.writestr("inner/t.csv", "a,b\n1,2\n")
    with gzip.open(raw / "more.csv.gz", "wt") as file:
        file.write("c\n")
    found = unpacked(raw, ["data.zip", "more.csv.gz"], scratch)
    assert (found / "data.zip/inner/t.csv").read_text() == "a,b\n1,2\n"
    assert (found / "more.csv.gz/more.csv").read_text() == "c\n" and (found / "README.md").read_text() == "about"


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:\\out.csv", "..\\out.csv"])
def test_a_member_that_would_lie_outside_is_refused(tmp_path, name):
    raw, scratch = folders(tmp_path)
    with zipfile.ZipFile(raw / "data.zip", "w") as archive:
        archive.writestr(name, "a\n")
    with pytest.raises(UnsafeArchive, match="outside"):
        unpacked(raw, ["data.zip"], scratch)
    assert not list(tmp_path.rglob("out.csv"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    raw, scratch = folders(tmp_path)
    member = tarfile.TarInfo("t.csv")
    member.type, member.linkname = kind, "/etc/passwd"
    tar_with(raw / "data.tar.gz", member)
    with pytest.raises(UnsafeArchive, match="link or a device"):
        unpacked(raw, ["data.tar.gz"], scratch)


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path):
    raw, scratch = folders(tmp_path)
    with zipfile.ZipFile(raw / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"0" * 200_000_000)
    with pytest.raises(UnsafeArchive, match="far more than its size"):
        unpacked(raw, ["data.zip"], scratch)
    assert sum(path.stat().st_size for path in scratch.rglob("*") if path.is_file()) <= 1_000 * max((raw / "data.zip").stat().st_size, 1_024) + 2**20


def test_a_password_and_a_torn_archive_are_told(tmp_path):
    raw, scratch = folders(tmp_path)
    with zipfile.ZipFile(raw / "data.zip", "w") as archive:
        archive.writestr("t.csv", "a\n")
    data = bytearray((raw / "data.zip").read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    (raw / "data.zip").write_bytes(data)
    with pytest.raises(UnsafeArchive, match="password"):
        unpacked(raw, ["data.zip"], scratch)
    (raw / "torn.tar.gz").write_bytes(gzip.compress(b"x" * 5_000)[:40])
    with pytest.raises(UnsafeArchive, match="damaged"):
        unpacked(raw, ["torn.tar.gz"], scratch)


def test_a_name_that_comes_twice_is_refused(tmp_path):
    raw, scratch = folders(tmp_path)
    with zipfile.ZipFile(raw / "data.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.csv", "a,b\n1,2\n")
        archive.writestr("a.csv", "a,b\n3,4\n")
    with pytest.raises(UnsafeArchive, match="twice"):
        unpacked(raw, ["data.zip"], scratch)


def test_a_fault_names_no_place_of_this_machine(tmp_path):
    raw, scratch = folders(tmp_path)
    with zipfile.ZipFile(raw / "data.zip", "w") as archive:
        archive.writestr("a" * 300 + ".csv", "a\n")
    with pytest.raises(UnsafeArchive) as error:
        unpacked(raw, ["data.zip"], scratch)
    assert str(tmp_path) not in str(error.value)
