"""Whether the machine works: one module per check.

base           what every check gets and gives
processor, memory      run for long and may crash: child processes of the service
drive_health, battery  judge what the inventory already knows: pure functions
stress         the run of stress-ng that processor and memory share
registry       which checks a machine gets
runner         the parent's side of a child; __main__ is the child's
"""
