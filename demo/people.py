"""Who has a phone in a demo, apart so that the demo starts without loading the bot."""

from __future__ import annotations

#: Olga lets certifying bodies and the secretariat in; without an operator nobody could try an audit.
OPERATOR = 1004
#: The people of the town, by their chat.
TOWN = {"Farah": 1011, "Quirine": 1012, "Karim": 1013, "Dewi": 1014, "Marga": 1015, "Thomas": 1016}
