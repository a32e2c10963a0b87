"""`ordis key`: this stick's public key, made if need be, for enrolling it at the workshop."""

from agent.commands.options import Options
from agent.report import keys


def run(options: Options) -> int:
    folder = options.settings.keys(options.mode)
    options.settings.make_folder(options.mode)
    options.text(str(keys.load_or_make(folder, options.mode).public))
    return 0
