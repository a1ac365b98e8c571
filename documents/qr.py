"""The QR code of an invitation link, to hang in the canteen or to show on a screen."""

from __future__ import annotations

import io

import segno

_MODULE_PIXELS = 10


def qr_png(url: str) -> bytes:
    """Return a QR code as PNG, black on white, with error correction for a worn print.

    Raises:
        ValueError: the text is too long for a QR code (more than about 2,300 characters).
    """
    picture = io.BytesIO()
    segno.make_qr(url, error="m").save(picture, kind="png", scale=_MODULE_PIXELS, border=4)
    return picture.getvalue()
