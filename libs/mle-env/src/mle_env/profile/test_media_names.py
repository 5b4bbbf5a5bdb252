import pytest

from mle_env.profile.media_files import parts_of

COUNTED = [f"{shape}/{name}_{number:03d}.png" for shape in ("circle", "square", "star") for name, count in [("img", 40)] for number in range(count)]
CAUGHT_UP = [f"{shape}/{shape}{number}.png" for shape, count in (("circle", 40), ("square", 31)) for number in range(1, count + 1)]
FLAT = [f"{shape}_{number}.png" for shape, count in (("circle", 40), ("square", 31)) for number in range(1, count + 1)]
ONE_TWICE = [*COUNTED, "circle/img_003_.png"]
SESSIONS = [f"{word}/rec_{session}_{take}.wav" for word in ("yes", "no") for session in range(1, 7) for take in range(1 + (session + len(word)) % 4)]
SPARSE = [f"{word}/rec_{speaker}.wav" for word in ("yes", "no", "up", "down") for speaker in range(1, 61) if (speaker * len(word)) % 5 in (0, 2)]
CALLED = [f"{word}/speaker_{speaker}.wav" for word in ("yes", "no", "up", "down") for speaker in range(1, 21)]


@pytest.mark.parametrize("names", [COUNTED, CAUGHT_UP, ONE_TWICE])
def test_a_number_that_counts_the_files_of_each_folder_names_nothing(names):
    assert [part["of"] for part in parts_of(names, "", "")] == ["folder"]


def test_a_number_that_counts_the_files_of_each_class_names_nothing():
    assert [part["place"] for part in parts_of(FLAT, "", "")] == [0]


@pytest.mark.parametrize(("names", "place"), [(SESSIONS, 1), (SPARSE, 1), (CALLED, 1)])
def test_a_number_that_comes_in_several_files_of_a_folder_or_is_missing_in_some_or_is_called_someone_names_something(names, place):
    assert ("stem", place) in [(part["of"], part["place"]) for part in parts_of(names, "", "")]
