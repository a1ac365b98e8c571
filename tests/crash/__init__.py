"""The bot is really killed, with SIGKILL, and afterwards everything has to be there, once and in order.

    telegram.py   a local Telegram in a process of its own
    diary.py      what people do on their phones, and what must stand in the database afterwards
    zygote.py     a process that has imported everything, and forks a real bot per life
    seams.py      the places where a life can end, such as between a commit and what follows it
    mutants.py    bots with a known fault, which the rehearsal has to notice
    plans.py      how each life goes, by the seed
    rehearsal.py  feeds people's doings in bursts, ends lives, and lets the last one finish
    checks.py     compares database and chats with the diaries
    result.py     what was found, on one line and as JSON

`python -m tests.crash` is the long version; docs/reliability.md has its results.
"""
