"""What a machine is worth, in sentences for a volunteer: why, what would raise it, uses, systems, footprint."""

from collections.abc import Callable
from itertools import takewhile

from agent.model.grade import Advice, Footprint, Grade, SystemFit
from agent.model.message import Message, say
from agent.model.words import GradeLetter, Suitability
from agent.report.naming import GRADE, SUITABILITY

Tell = Callable[[Message], str]


def because(grade: Grade, tell: Tell) -> str:
    """ "Grade C because: 4 GB of memory (B needs 6 GB)." with what decides it, and only that."""
    reasons = " ".join(tell(reason) for reason in _deciding(grade))
    match grade.letter:
        case GradeLetter.HOLD:
            return tell(say("On hold because: {reasons}", reasons=reasons))
        case GradeLetter.PARTS:
            return tell(say("For parts because: {reasons}", reasons=reasons))
        case GradeLetter.RECYCLE:
            return tell(say("For recycling because: {reasons}", reasons=reasons))
        case GradeLetter.A:
            return tell(say("Grade A: nothing that was tested speaks against it."))
    return tell(say("Grade {letter} because: {reasons}", letter=grade.letter.value, reasons=reasons))


def besides(grade: Grade) -> list[Message]:
    """The other reasons: what else is not the best, what was not tested, what could not be read."""
    deciding = _deciding(grade)
    return [reason for reason in grade.reasons if reason not in deciding]


def _deciding(grade: Grade) -> list[Message]:
    if grade.letter is not GradeLetter.HOLD:
        return [axis.reason for axis in grade.axes if axis.letter is grade.letter]
    of_axes = [message for axis in grade.axes for message in (axis.reason, axis.missing)]
    return list(takewhile(lambda reason: reason not in of_axes, grade.reasons))


def advised(advice: Advice, tell: Tell) -> str:
    """ "With one 4 GB DDR4 SO-DIMM in the free slot: B." """
    letter = tell(GRADE[advice.letter])
    if advice.at_best:
        letter = tell(say("at best {letter}", letter=letter))
    *some, last = (tell(repair.what) for repair in advice.repairs)
    if not some:
        return tell(say("With {one}: {letter}.", one=last, letter=letter))
    return tell(say("With {one}, and {other}: {letter}.", one=", ".join(some), other=last, letter=letter))


def effort(advice: Advice, tell: Tell) -> str:
    """ "About 8 euros and 10 minutes." """
    if not advice.euros:
        return tell(say("About {minutes} minutes, no parts.", minutes=advice.minutes))
    return tell(say("About {euros} euros and {minutes} minutes.", euros=advice.euros, minutes=advice.minutes))


def suited(grade: Grade, tell: Tell) -> str:
    """The uses in one line."""
    names = [tell(use.name) for use in grade.uses if use.suitable]
    if not names:
        return tell(say("Suitable uses: none for now."))
    return tell(say("Suitable for: {uses}.", uses=", ".join(names)))


def system_line(system: SystemFit, tell: Tell) -> str:
    """ "Windows 11: no. The processor is not on Microsoft's list." """
    said = say("{system}: {fit}.", system=system.name, fit=tell(SUITABILITY[system.fit]))
    return " ".join([tell(said), *(tell(reason) for reason in system.reasons)])


def systems_in_short(grade: Grade, tell: Tell) -> str:
    """ "Windows 11: no. Linux: Ubuntu 24.04 LTS, and what asks for less." The first system is Windows."""
    windows, *linux = grade.systems
    said = [tell(say("{system}: {fit}.", system=windows.name, fit=tell(SUITABILITY[windows.fit])))]
    if fit := next((system.name for system in linux if system.fit is Suitability.YES), None):
        said.append(tell(say("Linux: {system}, and what asks for less.", system=fit)))
    else:
        said.append(tell(say("Linux: not certain.")))
    return " ".join(said)


def looks(grade: Grade, tell: Tell) -> str | None:
    """Both categories of the R2v3 REC in one line; the looks as "5/9", never as C5 beside a grade C."""
    parts = []
    if grade.functional_category:
        parts.append(tell(say("functional category {category} (R2v3)", category=grade.functional_category)))
    if looks := (grade.cosmetic_category or "").removeprefix("C"):
        parts.append(tell(say("aspect {category}/{best}", category=looks, best=9)))
    return ", ".join(parts) or None


def footprint_lines(footprint: Footprint, tell: Tell) -> list[str]:
    """What is avoided, and who says so."""
    said = [tell(say("Making a new one emits {kg} kg of CO2 equivalent.", kg=round(footprint.manufacture_kg)))]
    if footprint.yearly_kg is not None:
        said.append(
            tell(
                say(
                    "Each year with it instead of a new one avoids {kg} kg of CO2 equivalent.",
                    kg=round(footprint.yearly_kg),
                )
            )
        )
    return [*said, tell(say("Source: {source}", source=footprint.source))]


def power_lines(grade: Grade, tell: Tell) -> list[str]:
    """What was measured."""
    return [
        tell(say("{what}: {watts} W (measured)", what=tell(power.what), watts=power.watts)) for power in grade.power
    ]
