"""The files of a council and of the server: what is promised of their keys, and how faults in them are told."""

import re
from pathlib import Path

import pytest

from tests.acceptance.client import send
from tests.acceptance.mails import a_mail
from tests.acceptance.sink import Sink
from tests.acceptance.world import REGISTER, Folder, Serving, configuration, free_port, listener

EXAMPLES = Path(__file__).parent / "contract"
"""The three examples of the published interface, word for word."""

DEFAULTS = """
mode = "enforce"
join_seconds = 0
[footer]
template = "CC Councillor {name}"
position = "own-text"
[disclosure]
unalterable = "notice"
notify_outsiders = false
[unread]
attachment = "flag"
encrypted = "flag"
language = "flag"
[detection]
needless_holds = 0.01
[enquiries]
answer_days = 15
unit = "calendar"
[elections]
periods = []
"""
OTHERS = """
mode = "monitor"
join_seconds = 30
[footer]
template = "Copy: {name}"
position = "end"
[disclosure]
unalterable = "wrap"
notify_outsiders = true
[unread]
attachment = "hold"
encrypted = "hold"
language = "hold"
[detection]
needless_holds = 0.05
[enquiries]
answer_days = 10
unit = "working"
[elections]
periods = [{ from = 2027-03-20, until = 2027-05-06 }]
[rules.silent-copy]
action = "hold"
words = "Our own words."
[rules.obligation]
action = "refuse"
unless = ["authority"]
options = {}
[rules.instruction]
action = "off"
"""


def one_council(
    folder: Folder, protocol: str = "", register: str = REGISTER, more: str = "", doors: str = ""
) -> Folder:
    folder.council("stotfold", protocol=protocol, register=register)
    doors = doors or listener("relay", 10025, "127.0.0.1:10026")
    folder.write("gatekeeper.toml", configuration(doors, "stotfold", more=more))
    return folder


def test_the_published_examples_load_and_judge_as_published(folder: Folder) -> None:
    texts = {name: (EXAMPLES / f"{name}.toml").read_text() for name in ("gatekeeper", "register", "protocol")}
    folder.write("gatekeeper.toml", texts["gatekeeper"])
    folder.write("councils/stotfold/register.toml", texts["register"])
    folder.write("councils/stotfold/protocol.toml", texts["protocol"])
    checked = folder.run("register", "check")
    assert (checked.status, checked.err) == (0, "")
    jane = "jane.smith@stotfold.example"
    (folder.path / "m.eml").write_bytes(
        a_mail(
            jane, ["r@else.example"], "On behalf of the council I confirm that we will resurface the car park in April."
        )
    )
    words = ("--sender", jane, "--recipient", "r@else.example", "--recipient", "ann.jones@stotfold.example", "--json")
    document = folder.run("check", "m.eml", *words).json
    assert (document["verdict"], document["sender"]["person"]) == ("hold", "j-smith")
    assert set(document["sender"]["roles"]) == {"councillor", "chair"}
    assert (document["disclosed"], document["footer"]) == (["a-jones"], "CC Councillor Ann Jones")
    assert "Stotfold, Correspondence 3" in [finding["clause"] for finding in document["findings"]]


def test_what_is_left_out_is_what_the_defaults_say(folder: Folder) -> None:
    one_council(folder)
    short = folder.run("protocol", "show", "--json").lines
    folder.council("stotfold", protocol=DEFAULTS)
    assert folder.run("protocol", "show", "--json").lines == short
    actions = {row["rule"]: row["action"] for row in short}
    assert actions["silent-copy"] == "disclose"
    assert actions["obligation"] == actions["instruction"] == actions["financial-authority"] == "hold"


def test_every_key_of_a_protocol_is_taken_and_written_back(folder: Folder) -> None:
    one_council(folder, protocol=OTHERS)
    rows = {row["rule"]: row for row in folder.run("protocol", "show", "--json").lines}
    assert (rows["silent-copy"]["action"], rows["silent-copy"]["words"]) == ("hold", "Our own words.")
    assert (rows["obligation"]["action"], rows["obligation"]["mode"]) == ("refuse", "monitor")
    written = folder.run("protocol", "export")
    assert written.status == 0
    folder.write("councils/stotfold/protocol.toml", written.out)
    again = {row["rule"]: row for row in folder.run("protocol", "show", "--json").lines}
    assert again == rows
    for line in ("join_seconds = 30", 'unalterable = "wrap"', "needless_holds = 0.05", "answer_days = 10"):
        assert line in written.out


CONTACTS = "press complainant minister principal-council principal-ward-councillor authorised-recipient".split()
CHANNELS = (
    "monitoring-officer whistleblowing grievance police auditor ombudsman information-commissioner mp trade-union legal"
).split()
ROLES = (
    "councillor officer proper-officer deputy-proper-officer mayor deputy-mayor signatory monitoring-officer auditor "
    "acting-proper-officer"
).split()


def test_every_kind_of_contact_role_and_agreement_is_known(folder: Folder) -> None:
    more = [f'[[contact]]\nkind = "{k}"\nname = "N{k}"\naddresses = ["{k}@x.example"]\n' for k in CONTACTS]
    more += [
        f'[[contact]]\nkind = "safe-channel"\nchannel = "{c}"\nname = "N{c}"\naddresses = ["s-{c}@x.example"]\n'
        for c in CHANNELS
    ]
    roles = [f'{{{{ role = "{role}", from = 2025-01-01 }}}}' for role in ROLES]
    roles += [
        f'{{{{ role = "{role}", body = "{body}", from = 2025-01-01 }}}}'
        for role in ("chair", "vice-chair", "committee-member")
        for body in ("planning", "council")
    ]
    roles.append('{{ role = "spokesperson", topic = "allotments", from = 2025-01-01, until = 2025-01-01 }}')
    for number, role in enumerate(roles):
        address = f'addresses = ["p{number}@{{d}}"]'
        more.append(f'[[person]]\nid = "p{number}"\nname = "P Q{number}"\n{address}\nappointments = [{role}]\n')
    for kind, other in (("direct-channel", "p-planner"), ("consent", "a-jones"), ("authority", "anyone")):
        more.append(f'[[agreement]]\nkind = "{kind}"\nmember = "j-smith"\nwith = "{other}"\nfrom = 2026-01-01\n')
    one_council(folder, register=REGISTER + "\n".join(more))
    checked, shown, exported = folder.run_each(
        ("register", "check"), ("register", "show", "--json"), ("register", "export")
    )
    assert (checked.status, checked.err) == (0, "")
    people = {row["person"]: row for row in shown.lines}
    assert people["p0"]["roles"] == ["councillor"]
    assert exported.out.count("[[contact]]") == 4 + len(CONTACTS) + len(CHANNELS)


BAD_SERVER = """
[store]
url = "oracle://x/y"
colour = "blue"

[[listener]]
name = "relay"
address = "127.0.0.1"
next_hop = "127.0.0.1:99999"
trusted = ["127.0.0.0/33"]
direction = "sideways"
bare_newline = "keep"
max_size = "big"
xclient = ["nobody at all"]

[web]
address = "here"

[[council]]
id = "stotfold"
register = "councils/stotfold/register.toml"
"""
SERVER_FAULTS = {
    "store.url": "",
    "store.colour": "",
    "listener[0].address": "",
    "listener[0].next_hop": "",
    "listener[0].trusted[0]": "",
    "listener[0].direction": "outgoing",
    "listener[0].bare_newline": "normalise",
    "listener[0].max_size": "52428800",
    "listener[0].xclient[0]": "",
    "web.address": "",
    "council[0].protocol": "",
}

BAD_REGISTER = """
[council]
name = "Stotfold"
domains = ["not a domain"]
timezone = "Europe/Stotfold"

[[person]]
id = "a"
name = "A One"
addresses = ["one@stotfold.example", "no address"]
telephone = "1"
appointments = [
  { role = "councilor", from = 2023-05-09 },
  { role = "councillor", from = 2026-05-09, until = 2025-05-09 },
]

[[person]]
id = "a"
name = "B Two"
addresses = ["one@stotfold.example"]
appointments = [{ role = "councillor", from = 2023-05-09 }]

[[person]]
id = "c"
name = "C Three"
addresses = ["three@stotfold.example"]
appointments = [{ role = "officer", from = 2023-05-09 }]

[[person]]
id = "d"
name = "D Four"
addresses = ["Three@stotfold.example"]
appointments = [{ role = "officer", from = 2024-05-09 }]

[[group]]
address = "g@stotfold.example"
name = "G"
members = ["h@stotfold.example", "zed"]

[[group]]
address = "h@stotfold.example"
name = "H"
members = ["g@stotfold.example"]

[[contact]]
kind = "newspaper"
name = "The Comet"
addresses = []
domains = []

[[contact]]
kind = "safe-channel"
channel = "pigeon"
name = "P"
addresses = ["p@x.example"]

[[agreement]]
kind = "consent"
member = "nobody"
with = "a"
from = 2026-01-10
until = 2026-01-09
"""
REGISTER_FAULTS = {
    "council.domains[0]": "",
    "council.timezone": "",
    "person[0].addresses[1]": "",
    "person[0].telephone": "",
    "person[0].appointments[0].role": "councillor",
    "person[0].appointments[1].until": "",
    "person[1].id": "",
    "person[3].addresses": "",
    "group[0].members[1]": "",
    "contact[0].kind": "press",
    "contact[1].channel": "",
    "agreement[0].member": "",
    "agreement[0].until": "",
}

BAD_PROTOCOL = """
mode = "watch"
join_seconds = -1
colour = "blue"
[rules.silent-copy]
action = "dislcose"
volume = 11
[rules.silent-copies]
action = "hold"
[footer]
template = "CC Councillor {nom}"
position = "top"
[disclosure]
unalterable = "shout"
notify_outsiders = "no"
[unread]
attachment = "maybe"
[detection]
needless_holds = 2
[enquiries]
answer_days = 0
unit = "lunar"
[elections]
periods = [{ from = 2027-05-06, until = 2027-03-20 }]
"""
PROTOCOL_FAULTS = {
    "mode": "enforce",
    "join_seconds": "",
    "colour": "",
    "rules.silent-copy.action": "disclose",
    "rules.silent-copy.volume": "",
    "rules.silent-copies": "silent-copy",
    "footer.template": "{name}",
    "footer.position": "own-text",
    "disclosure.unalterable": "notice",
    "disclosure.notify_outsiders": "false",
    "unread.attachment": "flag",
    "detection.needless_holds": "",
    "enquiries.answer_days": "",
    "enquiries.unit": "calendar",
    "elections.periods[0].until": "",
}


def assert_told(err: str, file: str, faults: dict[str, str]) -> None:
    """Each fault has a line with the file, the key and the remedy; a circle of groups may be told at either group."""
    lines = [line for line in err.splitlines() if file in line]
    for key, remedy in faults.items():
        found = [line for line in lines if f"{key}:" in line]
        assert found, f"{key} is not named in:\n{err}"
        assert remedy in found[0]
        assert re.search(r"\b(write|put|remove|give|take|keep|add|choose|use|correct)\b", found[0]), found[0]
    assert "Traceback" not in err


def test_every_fault_of_the_servers_file_is_told_at_once(folder: Folder) -> None:
    one_council(folder)
    folder.write("gatekeeper.toml", BAD_SERVER)
    done = folder.run("serve")
    assert (done.status, done.out) == (2, "")
    assert_told(done.err, "gatekeeper.toml", SERVER_FAULTS)


def test_every_fault_of_a_register_and_a_protocol_is_told_at_once(folder: Folder) -> None:
    one_council(folder, protocol=BAD_PROTOCOL)
    folder.write("councils/stotfold/register.toml", BAD_REGISTER)
    for done in folder.run_each(("serve",), ("register", "check")):
        assert (done.status, done.out) == (2, "")
        assert_told(done.err, "register.toml", REGISTER_FAULTS)
        assert_told(done.err, "protocol.toml", PROTOCOL_FAULTS)
        assert re.search(r"register\.toml: group\[[01]\]", done.err)
    assert not list(folder.path.glob("var/*.db"))


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("councils/stotfold/register.toml", "[council\n", "register.toml"),
        ("councils/stotfold/protocol.toml", 'pack = "barchester"\n', "stotfold"),
        ("gatekeeper.toml", "", "listener"),
    ],
    ids=["no TOML", "no such pack", "an empty file"],
)
def test_a_file_that_says_nothing_of_use_never_starts(folder: Folder, name: str, text: str, word: str) -> None:
    one_council(folder)
    folder.write(name, text)
    done = folder.run("serve")
    assert (done.status, done.out) == (2, "")
    assert name.rsplit("/", maxsplit=1)[-1] in done.err
    assert word in done.err
    assert "Traceback" not in done.err


def test_wrong_usage_is_two_and_help_is_nought(folder: Folder) -> None:
    one_council(folder)
    option, command, helped = folder.run_each(
        ("queue", "list", "--no-such-option"), ("no-such-command",), ("queue", "release", "--help")
    )
    assert (option.status, command.status) == (2, 2)
    assert helped.status == 0
    assert all(word in helped.out for word in ("--by", "--without", "--disclose"))


def test_the_check_address_answers_by_mail_and_stands_alone(folder: Folder) -> None:
    sink, port = Sink(), free_port()
    one_council(
        folder,
        more='[addresses]\ncheck = "check@gatekeeper.stotfold.example"\nnotices = "notices@stotfold.example"\n',
        doors=listener("relay", port, sink.address),
    )
    serving = Serving(folder, [port])
    jane, check = "jane.smith@stotfold.example", "check@gatekeeper.stotfold.example"
    text = "I confirm on behalf of the council that we will resurface the car park by the end of April."
    door = f"127.0.0.1:{port}"
    mixed = send(door, jane, ["r@else.example", check], a_mail(jane, [check], text))
    assert (mixed.code, mixed.text[:5]) == (550, "5.5.1")
    assert send(door, jane, [check], a_mail(jane, ["r@else.example"], text, subject="A draft")).code == 250
    (answer,) = sink.notices(jane, "A draft")
    assert "Stotfold, Correspondence 3" in " ".join(answer.text.split())
    assert "notices@stotfold.example" in answer.parsed["From"]
    assert folder.run("queue", "list", "--json", "--all").out == ""
    assert serving.close() == 0
    sink.close()
