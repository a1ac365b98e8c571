"""Several real processes behind a balancer and a webhook, killed and started at random while a crowd goes on.

    balancer.py   passes updates to the replicas in turn, as the one in front of a real installation would
    crowd.py      what thousands of people do, one burst per chat at a time, from the diaries of tests/crash
    fleet.py      the replicas: begun, killed, stopped and replaced; their memory and processor time
    soak.py       one run: feed, kill, finish, compare
    result.py     what was found and measured

`python -m tests.soak` (`make soak`) is the long version; docs/reliability.md has its results.
"""
