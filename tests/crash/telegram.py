"""A local Telegram in a process of its own, driven without an event loop."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode, urlsplit

Body = dict[str, Any]


class LocalTelegram:
    """People's phones, through the control API of the simulator. A context manager."""

    def __init__(self, token: str, *, webhook_pace: float = 1.0) -> None:
        self._token = token
        self._pace = webhook_pace
        self.url = ""

    def __enter__(self) -> LocalTelegram:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--no-limits", "--token", self._token]
        command += ["--webhook-pace", str(self._pace)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the simulator does not start"
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait()

    def add_person(self, chat: int, name: str) -> None:
        """Let somebody have a phone."""
        self._post("people", {"id": chat, "first_name": name})

    def types(self, chat: int, words: str) -> int:
        """Send a text or command and return the id of its message."""
        return int(self._post(f"people/{chat}/text", {"text": words})["message_id"])

    def edits(self, chat: int, message: int, words: str) -> None:
        """Change an own message."""
        self._post(f"people/{chat}/edit", {"message_id": message, "text": words})

    def taps(self, chat: int, message: int, data: str) -> None:
        """Tap on a message, whether or not it has that button by now."""
        self._post(f"people/{chat}/forge", {"message_id": message, "data": data})

    def sends_photo(self, chat: int, picture: bytes) -> None:
        """Send a picture."""
        boundary = "crash-rehearsal"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nphoto\r\n--{boundary}\r\n'
            'Content-Disposition: form-data; name="file"; filename="foto.png"\r\nContent-Type: image/png\r\n\r\n'
        )
        body = head.encode() + picture + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        self._ask("POST", f"people/{chat}/files", body, headers)

    def messages(self, chat: int, since: int = 0) -> tuple[int, list[Body]]:
        """Return the chat's version and the messages that changed after a version."""
        view = self._get(f"chats/{chat}", since=since)
        return int(view["version"]), list(view["messages"])

    def messages_of_the_bot(self, chat: int) -> list[int]:
        """Return the ids of all messages that the bot sent to a chat, in order."""
        return sorted(message["id"] for message in self.messages(chat)[1] if message["from"] == "bot")

    def calls(self, after: int) -> list[Body]:
        """Return what the bot called after call number `after`, oldest first."""
        return list(self._get("calls", after=after))

    def pending(self) -> int:
        """Return how many updates the bot has not confirmed."""
        return int(self._get("stats")["pending"])

    def add_fault(self, kind: str, **details: Any) -> None:
        """Switch on trouble; the kinds are those of simulator/faults.py."""
        self._post("faults", {"kind": kind, **details})

    def clear_faults(self) -> int:
        """Switch all trouble off and return how often an answer was lost."""
        listed = self._get("faults")["faults"]
        self._ask("DELETE", "faults")
        return sum(fault["struck"] for fault in listed if fault["kind"] == "drop_after")

    def _get(self, path: str, **query: Any) -> Any:
        return self._ask("GET", f"{path}?{urlencode(query)}")

    def _post(self, path: str, body: Body) -> Any:
        return self._ask("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _ask(self, verb: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        self._connection.request(verb, f"/control/{path}", body, headers or {})
        response = self._connection.getresponse()
        value = json.loads(response.read())
        assert response.status == 200, value
        return value
