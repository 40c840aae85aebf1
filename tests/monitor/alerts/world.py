"""A small registry and judgements to be told about; and a mail server that keeps what it gets."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.alerts.policy import record_changes
from settings import SHANGHAI
from storage import repositories
from storage.domain import Agency, ColumnRead, Obligation, Portal, Published, StatusLine
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import (
    AgencyKind,
    DateSource,
    Level,
    Reason,
    RunOutcome,
    Severity,
    Status,
)

DUE = date(2024, 1, 31)
NOW = datetime(2024, 2, 1, 9, 0, tzinfo=SHANGHAI)
CHECKED = datetime(2024, 2, 1, 3, 30, tzinfo=SHANGHAI)
NAMES = {"a-1": "云岭县水务局", "a-2": "云岭县竹溪镇人民政府"}
COLUMN = "http://www.yunling.example/nb/"


def seed(database: Database) -> None:
    """Two bodies that owe a report for 2023 (the second by a local date), one finished crawl."""
    agencies = (
        Agency("a-1", NAMES["a-1"], AgencyKind.DEPARTMENT, Level.COUNTY, "431223", portal="p-1"),
        Agency("a-2", NAMES["a-2"], AgencyKind.TOWNSHIP, Level.TOWNSHIP, "520101", portal="p-1"),
    )
    portal = Portal("p-1", "http://www.yunling.example/", "云岭县人民政府")
    with database.session() as s:
        import_registry(s, RegistryData(agencies, (portal,), ()))
        owed = [
            Obligation("a-1", 2023, DUE, "《政府信息公开条例》第四十九条", Severity.ERROR, DUE),
            Obligation("a-2", 2023, DUE, "县政务公开办通知", Severity.WARNING, None),
        ]
        repositories.save_obligations(s, owed)
        run = repositories.start_run(s, "p-1", CHECKED)
        repositories.finish_run(
            s,
            run,
            now=CHECKED,
            outcome=RunOutcome.HEALTHY,
            columns=(ColumnRead(COLUMN, "pager", 12, True),),
            problems=(),
            unresolved=(),
            candidates=12,
            reports_new=0,
            reports_changed=0,
            reports_gone=0,
            requests=3,
            bytes_=1000,
            seconds=1.0,
        )


def line(status: Status, agency: str = "a-1", **more: object) -> StatusLine:
    """A judged status, with what such a status has."""
    values: dict[str, object] = {
        "name": NAMES[agency],
        "year": 2023,
        "due": DUE,
        "basis": "《政府信息公开条例》第四十九条",
        "portal": "p-1",
        "checked_at": CHECKED,
    }
    if status in (Status.LATE, Status.ON_TIME, Status.DATE_UNCERTAIN):
        day = date(2024, 2, 5) if status is Status.LATE else date(2024, 1, 30)
        values["published"] = Published(day, DateSource.PAGE, None, CHECKED)
        values["url"] = "http://www.yunling.example/nb/7.html"
        values["title"] = "2023年政府信息公开\n工作年度报告"
        values["late_days"] = 5 if status is Status.LATE else None
    if status is Status.UNKNOWN:
        values["reason"] = Reason.UNREACHABLE
    return StatusLine(agency, status=status, **{**values, **more})  # type: ignore[arg-type]


def judge(database: Database, *lines: StatusLine, now: datetime = NOW) -> int:
    """What the judge does with its lines: store them, and let the alerts follow."""
    with database.session() as s:
        return record_changes(s, repositories.save_statuses(s, lines, now), now)


@dataclass
class Mailbox:
    """What an SMTP server received. ``refuse``: answers to give before it takes anything."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    password: str | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=good, handled=False)

    @property
    def titles(self) -> list[str]:
        return [str(message["Subject"]) for message in self.messages]

    @property
    def bodies(self) -> list[str]:
        return [str(message.get_content()) for message in self.messages]


class MailServer(Controller):
    """Listens on a free port; ``port`` is known once started."""

    def __init__(self, mailbox: Mailbox) -> None:
        login = {} if mailbox.password is None else {"auth_required": True}
        super().__init__(
            mailbox,
            hostname="127.0.0.1",
            port=0,
            authenticator=mailbox.authenticate,
            auth_require_tls=False,
            **login,
        )

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
