"""Who hears what becomes of tasks, and does nothing about it."""

from agent.schedule import Schedule, Task


class Unheard:
    """Satisfies agent.schedule.Observer."""

    def added(self, task: Task) -> None: ...

    def broke(self, task: Task, error: Exception) -> None: ...

    def stopped(self, task: Task) -> None: ...


def schedule_of(*tasks: Task) -> Schedule:
    schedule = Schedule(Unheard())
    schedule.add(tasks)
    return schedule
