"""What only a person can try: one module per manual check, each pure.

base           what a module gets and gives
registry       which of them a machine gets
layouts, keys, pointer     what the keyboard's and the touchpad's events mean
__main__       the live aids, as child processes of the service

A module has `ID`, `TITLE`, `LOADS`, `applies(inventory)` and `proceed(replies, around)`, which says what comes next: a
question, why the last answer cannot count, or the result. The screen needs nothing but the question (ManualCheck).
"""
