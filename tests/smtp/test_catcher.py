"""The small next hop for trying out."""

from pathlib import Path

from gatekeeper.smtp.catcher import catch
from tests.smtp.dialogue import SENDS, a_stage, closed


async def test_what_is_relayed_is_caught_as_files_and_the_oldest_go(tmp_path: Path) -> None:
    said: list[str] = []
    server = await catch("127.0.0.1", 0, tmp_path / "mail", keep=2, say=said.append)
    port = server.sockets[0].getsockname()[1]
    talk = SENDS.replace("S: 250 2.1.0 sender ok", "S: 250 ...").replace("S: 250 2.1.5 recipient ok", "S: 250 ...")
    async with a_stage(next_hop_port=port, check=False) as stage:
        for number in (1, 2, 3):
            await stage.talk(talk + f"S: 250 2.0.0 Caught as {number}\nC: QUIT\nS: 221 ...")
    await closed(server)
    assert sorted(p.name for p in (tmp_path / "mail").iterdir()) == ["000002.eml", "000003.eml"]
    assert (tmp_path / "mail" / "000003.eml").read_bytes() == b"Subject: x\r\n\r\nhello\r\n"
    assert said[0] == "000001.eml: a@b.example to c@d.example, 21 octets"


async def test_catching_goes_on_counting_where_it_left_off(tmp_path: Path) -> None:
    (tmp_path / "000041.eml").write_bytes(b"")
    server = await catch("127.0.0.1", 0, tmp_path, say=lambda line: None)
    talk = SENDS.replace("S: 250 2.1.0 sender ok", "S: 250 ...").replace("S: 250 2.1.5 recipient ok", "S: 250 ...")
    async with a_stage(next_hop_port=server.sockets[0].getsockname()[1], check=False) as stage:
        await stage.talk(talk + "S: 250 2.0.0 Caught as 42")
    await closed(server)
