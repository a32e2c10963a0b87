"""`ordis deliver`: send the reports that wait on the stick."""

from agent.commands.options import Options
from agent.delivery.outbox import DeliveryOutcome, deliver_all
from agent.delivery.spool import Spool
from agent.delivery.where import Found, find_workshop
from agent.delivery.workshop import page_address
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.settings import parse_workshop_url


def run(options: Options) -> int:
    """0 where nothing waits any more. Real and training reports alike, unless --training picks the latter."""
    workshop = options.settings.workshop
    found = Found(parse_workshop_url(options.workshop)) if options.workshop else find_workshop(options.settings)
    if (url := found.url) is None:
        raise Problem(
            found.remark or say("No workshop is named, so there is nowhere to send the reports to."),
            say("Write its address into ordis.toml ([workshop] url = …), or give --workshop URL."),
        )
    if found.remark is not None:
        options.line(found.remark)
    modes = [Mode.TRAINING] if options.mode is Mode.TRAINING else list(Mode)
    outcomes = [
        outcome for mode in modes for outcome in deliver_all(Spool(options.settings.spool(mode)), url, workshop.ca_file)
    ]
    for outcome in outcomes:
        _describe(options, outcome, url)
    if not outcomes:
        options.line(say("No report is waiting."))
    waiting = sum(outcome.receipt is None for outcome in outcomes)
    options.event("result", delivered=len(outcomes) - waiting, waiting=waiting)
    return 2 if waiting else 0


def _describe(options: Options, outcome: DeliveryOutcome, url: str) -> None:
    name = str(outcome.report_id or outcome.path.name)
    if outcome.receipt is not None:
        page = page_address(url, outcome.receipt)
        options.event("delivered", report_id=name, url=page)
        options.line(say("{report}: delivered, {page}", report=name, page=page))
    if outcome.problem is not None:
        options.event("waiting", report_id=name, problem=options.tell(outcome.problem), retry=outcome.retry)
        options.line(say("{report}: {problem}", report=name, problem=options.tell(outcome.problem)))
        if outcome.hint is not None:
            options.text(f"    {options.tell(outcome.hint)}")
