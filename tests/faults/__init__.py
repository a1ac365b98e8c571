"""What else can go wrong: every fault strikes while people are at work, and afterwards everything is compared.

    way.py        the way to PostgreSQL, which can be cut, blocked or made slow
    strikes.py    the faults: how each begins and how it ends
    test_*.py     short versions, and what happens in one chat only

`python -m tests.faults NAME` is one row of the table in docs/reliability.md.
"""
