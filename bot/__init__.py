"""The running process; the only package that knows Telegram and the time."""
