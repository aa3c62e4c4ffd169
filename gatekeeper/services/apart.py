"""A message with protected and other recipients: the two are served apart."""

from collections.abc import Mapping, Sequence

from gatekeeper.core.envelope import Submission
from gatekeeper.core.reply import Reply
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Outlet
from gatekeeper.services.protected import Protected, ServedBefore


class Apart:
    """One try of one message. `channels`: protected recipient, its path as in the envelope -> channel. `rest`: the
    other recipients. `was_tried`: serving the protected ones was begun, whatever came of it."""

    def __init__(
        self,
        submission: Submission,
        channels: Mapping[bytes, str],
        outlet: Outlet,
        *,
        protected: Protected,
        served: ServedBefore,
        trace: bytes,
    ) -> None:
        self.channels = dict(channels)
        self.rest = tuple(p for p in submission.rcpt_to if p.raw not in channels)
        self.was_tried = False
        self._submission = submission
        self._outlet = outlet
        self._protected = protected
        self._served = served
        self._trace = trace

    async def serve(self) -> None:
        """Serve the protected recipients that were not served by an earlier try. Raises `TryAgain` where the next hop
        does not take it for all of them."""
        self.was_tried = True
        submission = self._submission
        council = self._protected.council(submission)
        protected = [p for p in submission.rcpt_to if p.raw in self.channels]
        served = await self._served.among(council, submission, protected) if council else frozenset()
        waiting = [p for p in protected if p.raw not in served]
        if not waiting:
            return
        sent = await self._outlet.send_apart(waiting, (self._trace, submission.raw))
        if sent.final is None or not sent.final.is_positive:
            raise TryAgain("The next mail server did not take the message for a protected channel.")
        done = [p for p, r in zip(waiting, sent.recipients, strict=True) if r.is_positive]
        self._protected.count(submission, {p.raw: self.channels[p.raw] for p in done})
        if council:
            await self._served.add(council, submission, done)
        if len(done) < len(waiting):
            raise TryAgain("The next mail server did not take every protected recipient.")

    async def send_rest(self, content: Sequence[bytes]) -> Reply:
        """Send to all of the others or to none, so that the client's next try gives nobody a second copy. The reply to
        the final dot, or the first permanent refusal: that one no later try would mend. Raises `TryAgain`."""
        sent = await self._outlet.send_apart(self.rest, content, all_or_none=True)
        if sent.final is not None:
            return sent.final
        for answer in sent.recipients:
            if not answer.is_positive and not answer.is_transient:
                return answer
        raise TryAgain("The next mail server did not take the other recipients again.")
