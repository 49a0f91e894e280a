"""Where a node's database lies, who may enter, and what is said where it cannot lie there."""

import os
from pathlib import Path

import pytest

from hamkar.errors import NotReady
from hamkar.store.postgres.account import Account
from hamkar.store.postgres.place import find_place

pytestmark = pytest.mark.usefixtures("as_root")


def test_root_puts_the_data_apart_and_leaves_a_link_in_the_nodes_folder(folder: Path, home: Path) -> None:
    place = find_place(home, account="nobody", apart=folder / "apart")
    assert (home / "postgres").readlink() == place.folder
    assert place.folder.parent == folder / "apart"
    assert (folder / "apart").stat().st_mode & 0o777 == 0o755
    assert (place.folder.stat().st_mode & 0o777, place.folder.owner()) == (0o700, "nobody")


def test_the_modes_of_parents_are_never_touched(folder: Path, home: Path) -> None:
    before = {path: path.stat().st_mode for path in (folder, home, folder.parent)}
    find_place(home, account="nobody", apart=folder / "apart")
    assert {path: path.stat().st_mode for path in before} == before


def test_a_node_that_moves_keeps_its_database(folder: Path, home: Path) -> None:
    before = find_place(home, apart=folder / "apart")
    assert find_place(home.rename(folder / "moved"), apart=folder / "apart") == before


def test_a_new_node_at_the_path_of_an_earlier_one_does_not_get_its_database(folder: Path, home: Path) -> None:
    earlier = find_place(home, apart=folder / "apart")
    (home / "postgres").unlink()
    assert find_place(home, apart=folder / "apart").folder not in {earlier.folder, home}
    assert earlier.folder.is_dir()


def test_a_plain_users_database_is_served_by_its_owner_even_when_root_asks(home: Path, nobody: Account) -> None:
    (home / "postgres").mkdir(mode=0o700)
    os.chown(home / "postgres", nobody.uid, nobody.gid)
    place = find_place(home)
    assert (place.folder, place.account) == (home / "postgres", nobody)


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(folder: Path, nobody: Account) -> None:
    home = folder / ("long" * 25)
    (home / "postgres").mkdir(mode=0o700, parents=True)
    os.chown(home / "postgres", nobody.uid, nobody.gid)
    place = find_place(home)
    assert len(os.fsencode(place.sockets / ".s.PGSQL.5432")) <= 107
    assert (place.sockets.stat().st_mode & 0o777, place.sockets.owner()) == (0o700, "nobody")
    assert find_place(home) == place
    place.sockets.rmdir()


def test_a_socket_folder_that_somebody_else_made_first_is_refused(folder: Path, nobody: Account) -> None:
    home = folder / "with,comma"
    (home / "postgres").mkdir(mode=0o700, parents=True)
    os.chown(home / "postgres", nobody.uid, nobody.gid)
    sockets = find_place(home).sockets
    sockets.chmod(0o777)
    with pytest.raises(NotReady, match=f"The socket folder {sockets} is not private"):
        find_place(home)
    sockets.rmdir()


def test_a_missing_node_is_named(folder: Path) -> None:
    with pytest.raises(NotReady, match=r"The node's folder .*/absent does not exist"):
        find_place(folder / "absent", apart=folder / "apart")


def test_a_file_in_the_way_is_named(folder: Path, home: Path) -> None:
    (folder / "apart").touch()
    with pytest.raises(NotReady, match=r"/apart.* cannot be used \(File exists\)"):
        find_place(home, apart=folder / "apart")


def test_an_account_that_does_not_exist_is_named(folder: Path, home: Path) -> None:
    with pytest.raises(NotReady, match="There is no account ghost to run PostgreSQL: add it with"):
        find_place(home, account="ghost", apart=folder / "apart")


def test_root_itself_is_no_account_for_the_server(folder: Path, home: Path) -> None:
    with pytest.raises(NotReady, match="PostgreSQL does not run as root, and root is root"):
        find_place(home, account="root", apart=folder / "apart")


def test_a_folder_of_roots_is_refused(home: Path) -> None:
    (home / "postgres").mkdir()
    with pytest.raises(NotReady, match="belongs to root, as whom PostgreSQL does not run"):
        find_place(home)


def test_a_folder_of_another_account_than_the_one_named_is_refused(folder: Path, home: Path) -> None:
    find_place(home, account="nobody", apart=folder / "apart")
    with pytest.raises(NotReady, match=r"belongs to account number \d+, not to daemon"):
        find_place(home, account="daemon")


def test_a_folder_open_to_others_is_refused(folder: Path, home: Path) -> None:
    find_place(home, apart=folder / "apart").folder.chmod(0o755)
    with pytest.raises(NotReady, match="is open to other accounts: close it with `chmod 700"):
        find_place(home)


def test_a_link_that_leads_nowhere_is_named(home: Path) -> None:
    (home / "postgres").symlink_to(home / "gone")
    with pytest.raises(NotReady, match=r"/gone, cannot be used \(No such file or directory\)"):
        find_place(home)
