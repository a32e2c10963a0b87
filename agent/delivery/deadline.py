"""A limit to what has none of its own: name resolution, a server that answers one byte at a time."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_Result = TypeVar("_Result")


def within(seconds: float, work: Callable[[], _Result]) -> _Result:
    """The result of `work`, or its exception. Raises TimeoutError after `seconds`; the work is then left behind.

    A daemon thread, since a pool would wait for it when the program ends.
    """
    future: Future[_Result] = Future()

    def carry_out() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            future.set_exception(error)

    Thread(target=carry_out, daemon=True, name="ordis-delivery").start()
    return future.result(seconds)
