"""By stick goes what goes by wire: the same bytes, the same receipts, whatever happens to the files on the way."""

import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from exchanging import agreement_with, held, new_report
from fixtures_node import BY, TERMS, Agencies, open_agencies
from hamkar.actions import agreements
from hamkar.actions.courier_export import Exported, export
from hamkar.actions.courier_import import Imported, import_
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.actions.renew_card import renew_card
from hamkar.actions.send import Outgoing, send_all
from hamkar.actions.status import status
from hamkar.errors import BadInput
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.report import Report
from hamkar.store import partners, receipts
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.receipts import StreamPoint

LARGE = 700_000
BUNDLE_BYTES = 800_000


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Agencies of this test's own."""
    with open_agencies(postgres, tmp_path / "nodes") as agencies:
        yield agencies


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stick."""
    stick = tmp_path / "stick"
    stick.mkdir()
    return stick


def released(giver: Node, partner: str) -> Report:
    """A new report that waits for the partner."""
    report = new_report(giver)
    release(giver, report.id, partner, Purpose.INVESTIGATION, by=BY)
    return report


def queue_large(giver: Node, taker: Node, count: int) -> None:
    """Messages each of which fills a bundle; the taker rejects them, and takes them all the same."""
    body = b'{"synthetic":"%s"}' % (b"x" * LARGE)
    large = Outgoing(kind=MessageKind.REPORT, record="large", agreement=agreement_with(giver, taker), body=body)
    with giver.database.transaction() as connection:
        send_all(giver, connection, taker.id, [large] * count)


def write(giver: Node, taker: Node, folder: Path, *, most_bytes: int | None = None, again: bool = False) -> Exported:
    """Export."""
    return export(giver, taker.id, folder, most_bytes=most_bytes, again=again)


def there_and_back(giver: Node, taker: Node, folder: Path) -> tuple[Imported, Imported]:
    """A stick to the taker, and another back."""
    write(giver, taker, folder / "there")
    there = import_(taker, [folder / "there"])
    write(taker, giver, folder / "back")
    return there, import_(giver, [folder / "back"])


def bundles(folder: Path) -> list[Path]:
    """The files that are bundles."""
    return [file for file in sorted(folder.iterdir()) if file.read_bytes().startswith(b"HAMKAR")]


def test_records_go_by_stick_and_receipts_come_back_by_stick(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    report = released(giver, "AZ")
    there, back = there_and_back(giver, taker, folder)
    assert (there.bundles, there.refused, there.waiting) == (1, (), ())
    assert held(taker, giver, report.id)
    assert back.letters == 1
    assert not status(giver).waiting


def test_an_agreement_goes_by_stick_before_the_records_under_it(two: Agencies, folder: Path) -> None:
    giver, taker = two.azerbaijan, two.observer
    proposed = agreements.propose(giver, taker.id, TERMS, by=BY)
    there_and_back(giver, taker, folder)
    agreements.sign(taker, proposed.id, by=BY)
    there_and_back(taker, giver, folder / "..")
    report = released(giver, "UN")
    write(giver, taker, folder / "more")
    assert import_(taker, [folder / "more"]).bundles
    assert held(taker, giver, report.id) or status(taker).rejected == 0


def test_nothing_on_the_stick_can_be_read_and_names_tell_nothing(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    released(giver, "AZ")
    write(giver, taker, folder)
    for file in folder.iterdir():
        assert file.name.removesuffix(".xb").replace("-", "").isalnum()
        data = file.read_bytes()
        assert data[:6] in {b"HAMKAR", b"HAMKAL"}
        assert giver.id.encode() not in data
        assert b"Synthetic" not in data


def test_a_backlog_goes_over_several_sticks_in_any_order(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 5)
    sticks = []
    for number in range(10):
        done = write(giver, taker, folder / str(number), most_bytes=2_500_000)
        sticks.append(folder / str(number))
        if not done.remaining:
            break
    assert len(sticks) > 1
    assert import_(taker, list(reversed(sticks))).bundles == 5
    there_and_back(giver, taker, folder)
    assert not status(giver).waiting


def test_a_stick_that_comes_before_the_one_it_follows_is_kept_for_later(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 4)
    write(giver, taker, folder / "1", most_bytes=2_500_000)
    write(giver, taker, folder / "2")
    early = import_(taker, [folder / "2"])
    assert early.bundles == 0
    assert all("bring the stick that has them" in sentence for sentence in early.waiting)
    assert early.waiting
    assert not import_(taker, [folder / "1"]).waiting
    assert not import_(taker, [folder / "2"]).waiting


def test_what_was_exported_is_not_written_twice_unless_it_is_asked_for(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    released(giver, "AZ")
    write(giver, taker, folder / "1")
    second = write(giver, taker, folder / "2")
    assert (second.messages, second.unreceipted) == (0, 1)
    assert write(giver, taker, folder / "3", again=True).messages == 1


def test_the_same_stick_twice_is_receipted_once(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    released(giver, "AZ")
    write(giver, taker, folder)
    import_(taker, [folder])
    before = all_receipts(taker, giver)
    again = import_(taker, [folder])
    assert (again.bundles, again.refused) == (1, ())
    assert all_receipts(taker, giver) == before


def all_receipts(receiver: Node, sender: Node) -> list[bytes]:
    """Every receipt given."""
    with receiver.database.transaction() as connection:
        names = [row[0] for row in connection.execute("SELECT stream FROM stream_in WHERE partner = %s", (sender.id,))]
        points = [
            StreamPoint(sender=sender.id, receiver=receiver.id, stream=name, epoch=1, seq=0) for name in sorted(names)
        ]
        return [each for point in points for each in receipts.receipts_after(connection, point, 1000)]


@pytest.mark.parametrize("harm", ["cut", "empty", "altered", "no bundle"])
def test_a_bad_file_is_named_and_the_others_are_taken(two: Agencies, folder: Path, harm: str) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 3)
    write(giver, taker, folder)
    bad = bundles(folder)[-1]
    data = bad.read_bytes()
    bad.write_bytes(
        {
            "cut": data[: len(data) // 2],
            "empty": b"",
            "altered": data[:500] + b"!" + data[501:],
            "no bundle": b"x" * 99,
        }[harm]
    )
    came = import_(taker, [folder])
    assert came.bundles == 2
    (refused,) = came.refused
    assert refused.startswith(f"{bad}: ")


def test_somebody_elses_stick_is_refused_by_name(two: Agencies, folder: Path) -> None:
    released(two.iran, "AZ")
    write(two.iran, two.azerbaijan, folder)
    came = import_(two.observer, [folder])
    assert came.bundles == came.letters == 0
    assert all(
        f"sealed for {two.azerbaijan.agency.name}" in sentence or "not known" in sentence for sentence in came.refused
    )
    own = import_(two.iran, [folder])
    assert all(f"sealed for {two.azerbaijan.agency.name}" in sentence for sentence in own.refused)
    assert own.refused


def test_the_newest_card_goes_along(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    two.clock.turn(timedelta(days=1))
    renewed = renew_card(giver, giver.home / "root.key", by=BY)
    write(giver, taker, folder)
    import_(taker, [folder])
    with taker.database.transaction() as connection:
        assert partners.find_partner(connection, giver.id).version == renewed.card.version


def test_an_import_that_was_broken_off_is_run_again(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 3)
    write(giver, taker, folder)

    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_(taker, [folder], stop)
    came = import_(taker, [folder])
    assert (came.bundles, came.refused, came.waiting) == (3, (), ())


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process grows beyond this, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_stick_keeps_what_is_whole_and_the_next_goes_on(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 2)
    with files_of_at_most(BUNDLE_BYTES // 2):
        done = write(giver, taker, folder / "full")
    assert "cannot be written" in done.stopped
    assert [file.suffix for file in (folder / "full").iterdir()] == [".xb"], "the letter, and nothing half-written"
    assert done.remaining == 2
    write(giver, taker, folder / "next")
    assert import_(taker, [folder / "full", folder / "next"]).bundles == 2


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own, where this machine lets a test have one."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this machine lets no test mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_real_file_system_that_is_full_keeps_whole_files_only(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    queue_large(giver, taker, 3)
    with mounted(folder, "size=2m"):
        done = write(giver, taker, folder)
        assert "No space left" in done.stopped
        assert not list(folder.glob(".*"))
        assert import_(taker, [folder]).bundles == done.messages
    assert done.messages + done.remaining == 3


def test_a_stick_that_may_not_be_written_to_is_refused(two: Agencies, folder: Path) -> None:
    with mounted(folder, "ro"), pytest.raises(BadInput, match="cannot be written"):
        write(two.iran, two.azerbaijan, folder)


def test_a_folder_that_cannot_be_made_is_refused(two: Agencies, folder: Path) -> None:
    (folder / "file").write_text("synthetic")
    with pytest.raises(BadInput, match="cannot be made"):
        write(two.iran, two.azerbaijan, folder / "file" / "stick")


def test_records_wait_for_agreements_that_are_on_another_stick(two: Agencies, folder: Path) -> None:
    giver, taker = two.iran, two.azerbaijan
    agreements.propose(giver, taker.id, TERMS, by=BY)
    released(giver, "AZ")
    write(giver, taker, folder)
    first, *_ = bundles(folder)
    shutil.move(first, folder.parent / first.name)
    came = import_(taker, [folder])
    assert came.bundles == 0
    assert any("waits for the agreements" in sentence for sentence in came.waiting)
    assert import_(taker, [folder, folder.parent / first.name]).bundles == 2
