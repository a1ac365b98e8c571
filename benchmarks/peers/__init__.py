"""What Handvat is measured against: small bots as the documentation of their libraries teaches to write them.

Each runs as a program of its own in .venv-bench: `python -m benchmarks.peers.NAME URL TOKEN DIRECTORY`.
"""
