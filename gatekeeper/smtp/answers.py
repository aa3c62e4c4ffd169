"""Replies of the conversation itself (RFC 5321 section 4.2.4), and what EHLO offers."""

from gatekeeper.core.reply import reply
from gatekeeper.smtp.connection import Offers

GO_AHEAD = reply(354, "End data with <CR><LF>.<CR><LF>")
START_TLS = reply(220, "2.0.0 Ready to start TLS")
RECIPIENT_OK = reply(250, "2.1.5 OK")
CANNOT_VERIFY = reply(252, "2.0.0 Cannot verify, send some mail and see")
HELP = reply(214, "2.0.0 This is gatekeeper, a relay for the council's own mail servers")
BYE = reply(221, "2.0.0 Bye")
TOO_SLOW = reply(421, "4.4.2 Waited too long, closing")
TOO_MANY = reply(421, "4.7.0 Too many errors or idle commands, closing")
TOO_BUSY = reply(421, "4.3.2 Too many connections, please try again later")
CLOSING = reply(421, "4.3.2 Closing for maintenance, please try again later")
TOO_MANY_RECIPIENTS = reply(452, "4.5.3 Too many recipients in one message")
UNKNOWN = reply(500, "5.5.2 Command not recognised")
BAD_LINE = reply(500, "5.5.2 Not a command line: too long, or a line end other than CR LF")
NO_NAME = reply(501, "5.5.4 HELO and EHLO need the name of your host")
NO_ARGUMENT = reply(501, "5.5.4 This command takes no argument")
BAD_ARGUMENT = reply(501, "5.5.4 Argument missing or malformed")
BAD_MAIL = reply(501, "5.1.7 Say MAIL FROM:<address>, with parameters after it")
BAD_RCPT = reply(501, "5.1.3 Say RCPT TO:<address>, with parameters after it")
NOT_IMPLEMENTED = reply(502, "5.5.1 Command not implemented")
HELLO_FIRST = reply(503, "5.5.1 Say HELO or EHLO first")
MAIL_FIRST = reply(503, "5.5.1 Say MAIL first")
IN_TRANSACTION = reply(503, "5.5.1 Not within a mail transaction")
NO_TLS = reply(503, "5.5.1 TLS is not available, or already in use")
NO_RECIPIENTS = reply(554, "5.5.1 No valid recipients")
NOT_SYNCHRONISED = reply(554, "5.5.0 Wait for the reply to this command before sending more")

_PASSED_ON = ("8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")
_XCLIENT = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"


def extensions(offers: Offers | None, *, max_size: int, with_tls: bool, with_xclient: bool) -> list[str]:
    """What both we and this next hop support. Where the next hop is down (`None`) that is all we know: MAIL will say
    451, and a client must not take a missing extension for a reason to give its message up."""
    words = ["PIPELINING"]
    if offers is None or offers.size is not None:
        theirs = offers.size if offers else 0
        words.append(f"SIZE {min(max_size, theirs) if theirs else max_size}")
    words.extend(word for word in _PASSED_ON if offers is None or word in offers)
    if with_tls:
        words.append("STARTTLS")
    if with_xclient:
        words.append(_XCLIENT)
    return words
