"""What the workshop keeps: enrolled keys, and reports exactly as they came (SQLAlchemy over SQLite)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from agent.report.keys import PublicKey

FILE = "workshop.sqlite"


class _Base(DeclarativeBase):
    pass


class EnrolledKey(_Base):
    """A stick's public key. Times are ISO 8601 in UTC."""

    __tablename__ = "keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    enrolled_at: Mapped[str]
    revoked_at: Mapped[str | None]


class StoredReport(_Base):
    """A report as received, and what the list shows of it."""

    __tablename__ = "reports"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    """Counts up in the order of arrival, which no wrong clock disturbs."""
    report_id: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    received_at: Mapped[str]
    signer: Mapped[str]
    training: Mapped[bool]
    asset_tag: Mapped[str | None]
    machine: Mapped[str]
    grade: Mapped[str | None]
    provisional: Mapped[bool]
    drives: Mapped[int]
    drives_sanitized: Mapped[int]
    all_sanitized: Mapped[bool]
    search: Mapped[str]
    """Lower case: tag, lot, machine and serials."""
    body: Mapped[bytes] = mapped_column(deferred=True)


class StoredEntry(_Base):
    """An entry of a journal as received. Shown nowhere: for whoever must find out what became of a drive."""

    __tablename__ = "journal_entries"

    journal: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    signer: Mapped[str]
    received_at: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    body: Mapped[bytes] = mapped_column(deferred=True)


class ServedProfile(_Base):
    """A version of a profile, as it was given. None is ever deleted: a report names the one that made its grade."""

    __tablename__ = "profiles"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    title_fr: Mapped[str]
    title_en: Mapped[str]
    sha256: Mapped[str]
    added_at: Mapped[str]
    served_until: Mapped[str | None]
    """None: sticks get it. At most one of each name."""
    body: Mapped[bytes] = mapped_column(deferred=True)


class Gap(Exception):
    """The entry does not follow those that are kept already; `status` and `error` are those of the answer."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error


@dataclass(frozen=True)
class Page:
    reports: Sequence[StoredReport]
    number: int
    """From 1 on."""
    last: int
    total: int


class Store:
    """One folder with the database in it. Safe to use from several threads; `close` when done."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError when the folder cannot be made, sqlalchemy's OperationalError when it cannot be used."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._engine = _engine(folder / FILE)
        _Base.metadata.create_all(self._engine)
        self._session = sessionmaker(self._engine, expire_on_commit=False)

    def close(self) -> None:
        self._engine.dispose()

    def enrol(self, key: PublicKey, name: str | None) -> EnrolledKey:
        """Accept a key from now on, also one revoked before; a name given replaces the old one."""
        with self._session.begin() as session:
            enrolled = session.get(EnrolledKey, str(key))
            if enrolled is None:
                enrolled = EnrolledKey(key=str(key), name=None, enrolled_at=now())
                session.add(enrolled)
            enrolled.revoked_at = None
            enrolled.name = name or enrolled.name
            return enrolled

    def revoke(self, key: PublicKey) -> bool:
        """Accept nothing from this key any more; what it delivered stays. False when the key is not enrolled."""
        with self._session.begin() as session:
            enrolled = session.get(EnrolledKey, str(key))
            if enrolled is None:
                return False
            enrolled.revoked_at = enrolled.revoked_at or now()
            return True

    def key(self, text: str) -> EnrolledKey | None:
        with self._session() as session:
            return session.get(EnrolledKey, text)

    def enrolled(self) -> Sequence[EnrolledKey]:
        with self._session() as session:
            return session.scalars(select(EnrolledKey).order_by(EnrolledKey.enrolled_at, EnrolledKey.key)).all()

    def add(self, report: StoredReport) -> tuple[StoredReport, bool]:
        """Store a report. Where its id is stored already, that one comes back, and False."""
        try:
            with self._session.begin() as session:
                session.add(report)
            return report, True
        except IntegrityError:
            stored = self.report(report.report_id)
            if stored is None:
                raise  # not the id, then
            return stored, False

    def report(self, report_id: str) -> StoredReport | None:
        with self._session() as session:
            return session.scalar(select(StoredReport).where(StoredReport.report_id == report_id))

    def body(self, report_id: str) -> bytes | None:
        """The bytes as received."""
        with self._session() as session:
            return session.scalar(select(StoredReport.body).where(StoredReport.report_id == report_id))

    def append(self, entry: StoredEntry, limit: int) -> tuple[StoredEntry, bool]:
        """Keep an entry; once this returns, it survives a power cut. Where its number is kept already, that one comes
        back, and False. Raises Gap: it is not the next one, is of another key, or the journal has `limit` bytes."""
        try:
            with self._session.begin() as session:
                mine = select(
                    func.count(), func.coalesce(func.sum(StoredEntry.size), 0), func.max(StoredEntry.signer),
                    func.min(StoredEntry.signer),
                ).where(StoredEntry.journal == entry.journal)  # fmt: skip
                count, size, *signers = session.execute(mine).one()
                if count and set(signers) != {entry.signer}:
                    raise Gap(409, "conflict", "The journal was begun with another key.")
                # After counting: several may come at once, and each sees what the others have added meanwhile.
                if (kept := session.get(StoredEntry, (entry.journal, entry.number))) is not None:
                    return kept, False
                if entry.number != count:
                    raise Gap(409, "gap", f"The next entry of this journal is {count}.")
                if size + entry.size > limit:
                    raise Gap(413, "too_large", f"A journal has at most {limit} bytes.")
                session.add(entry)
            return entry, True
        except IntegrityError:
            with self._session() as session:
                kept = session.get(StoredEntry, (entry.journal, entry.number))
            if kept is None:
                raise  # not the number, then
            return kept, False

    def entries(self, journal: str) -> list[bytes]:
        """The entries of a journal as they were received, in order."""
        with self._session() as session:
            found = select(StoredEntry.body).where(StoredEntry.journal == journal).order_by(StoredEntry.number)
            return list(session.scalars(found))

    def serve(self, profile: ServedProfile) -> None:
        """From now on sticks get this one, and no other of its name."""
        with self._session.begin() as session:
            self._retire(session, profile.name)
            session.add(profile)

    def serve_no_more(self, name: str) -> bool:
        """False where none of this name is served."""
        with self._session.begin() as session:
            return self._retire(session, name)

    @staticmethod
    def _retire(session: Session, name: str) -> bool:
        current = select(ServedProfile).where(ServedProfile.name == name, ServedProfile.served_until.is_(None))
        found = session.scalars(current).all()
        for one in found:
            one.served_until = now()
        return bool(found)

    def profiles(self, *, all_versions: bool = False) -> Sequence[ServedProfile]:
        """Those that are served, by name; or all that ever were, the newest first."""
        wanted = select(ServedProfile).order_by(ServedProfile.number.desc())
        if not all_versions:
            wanted = select(ServedProfile).where(ServedProfile.served_until.is_(None)).order_by(ServedProfile.name)
        with self._session() as session:
            return session.scalars(wanted).all()

    def profile(self, name: str) -> bytes | None:
        """The one of this name that is served, as it was given."""
        wanted = select(ServedProfile.body).where(ServedProfile.name == name, ServedProfile.served_until.is_(None))
        with self._session() as session:
            return session.scalar(wanted)

    def profile_version(self, sha256: str) -> bytes | None:
        """Whichever it was that has this digest."""
        with self._session() as session:
            return session.scalar(select(ServedProfile.body).where(ServedProfile.sha256 == sha256).limit(1))

    def page(self, wanted: str, number: int, size: int) -> Page:
        """Reports that contain every word of `wanted`, newest first, `size` to a page."""
        found = [StoredReport.search.contains(word, autoescape=True) for word in wanted.lower().split()[:8]]
        with self._session() as session:
            total = session.scalar(select(func.count()).select_from(StoredReport).where(*found)) or 0
            last = max(1, -(-total // size))
            number = min(max(number, 1), last)
            newest = select(StoredReport).where(*found).order_by(StoredReport.number.desc())
            return Page(session.scalars(newest.limit(size).offset((number - 1) * size)).all(), number, last, total)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # A receipt lets the stick forget: what it confirms must survive a power cut, which NORMAL does not promise.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine
