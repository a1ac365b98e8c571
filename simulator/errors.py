"""The refusals of the Bot API, in the words of the real server."""


class ApiError(Exception):
    """An answer with ``ok: false``; raised anywhere while a call is handled."""

    def __init__(
        self, code: int, description: str, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to


class ControlError(Exception):
    """A request to the control API that makes no sense; the text says what does."""


def bad_request(reason: str) -> ApiError:
    """Return the 400 that starts with ``Bad Request:``."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return the 403 that means: this person cannot be reached."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Return the 409 of two readers of one queue."""
    return ApiError(409, f"Conflict: {reason}")


def migrated(to: int) -> ApiError:
    """Return the 400 that names the supergroup which a group has become."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=to)


def too_many_requests(retry_after: int) -> ApiError:
    """Return the 429 with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)
