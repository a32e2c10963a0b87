"""`ordis report certificate`: the PDF about one report or a lot; and `ordis report verify`, which knows its QR code."""

from pathlib import Path

from agent.commands import report
from agent.commands.options import Options
from agent.host.files import write_safely
from agent.model.message import say
from agent.model.problem import Problem
from agent.report import verify as verification
from agent.report.certificate.accept import Accepted, NotCertified, accept
from agent.report.certificate.claims import claims, machine_of
from agent.report.certificate.code import matches
from agent.report.certificate.content import Issuer
from agent.report.certificate.machine import repeats


def run(options: Options) -> int:
    """0 where every drive of every machine is certified, 1 where the PDF says that one is not."""
    # Not for `verify`: what makes PDFs takes half a second to load.
    from agent.report.certificate.pdf import certificate  # noqa: PLC0415

    if options.output.suffix.lower() != ".pdf":
        # Above all, -o with the name of a report, or of a device.
        raise Problem(say("{file} is no name for a PDF.", file=str(options.output)), say("Give a name ending in .pdf."))
    accepted = _accepted(options)
    issuer = Issuer(**options.settings.organisation.model_dump())
    _write(options.output, certificate(accepted, issuer, options.language))
    return _tell(options, accepted)


def verify(options: Options) -> int:
    """`ordis report verify`; with --code, 1 too where the code is not that of this report."""
    result = report.verify(options)
    if options.code is None:
        return result
    try:
        same = matches(options.code, verification.read(report.read(options.file)))
    except Problem:
        same = False
    options.line(
        say("The code is that of this report.")
        if same
        else say("The code is NOT that of this report: the certificate is about another one, or was forged.")
    )
    return result if same else 1


def _accepted(options: Options) -> list[Accepted]:
    try:
        return accept([(str(path), report.read(path)) for path in options.files], report.trusted(options))
    except NotCertified as problem:
        why = options.tell(problem.reason)
        reason = say("{file} cannot be certified. {why}", file=problem.file, why=why)
        raise NotCertified(problem.file, reason, problem.hint) from problem


def _write(path: Path, data: bytes) -> None:
    try:
        write_safely(path, data, mode=0o644)
    except OSError as error:
        raise Problem(
            say("{file} cannot be written: {error}.", file=str(path), error=error.strerror or str(error)),
            say("Give another place with -o, for example a folder of your own or another stick."),
        ) from error


def _tell(options: Options, accepted: list[Accepted]) -> int:
    reports = [item.report for item in accepted]
    good = all(found.complete for found in claims(reports))
    twice = len(options.files) - len(reports)
    if twice:
        options.line(say("Files about a report that was given already: {count}.", count=twice))
    machines = {machine_of(each) for each in reports}
    if len(machines) < len(reports):
        options.line(repeats(len(reports) - len(machines)))
    file = str(options.output)
    if reports[0].training:
        options.line(say("{file}: TRAINING, without value. It certifies no real drive.", file=file))
    elif good:
        options.line(say("{file}: every drive is certified.", file=file))
    else:
        options.line(say("{file}: NOT every drive is certified. Read it before you pass it on.", file=file))
    return 0 if good else 1
