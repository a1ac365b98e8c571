"""Markup: offsets count UTF-16 units, and HTML survives a round trip."""

import pytest

from simulator.entities import parse_html, to_html, trimmed, with_detected


def test_offsets_count_utf16_units() -> None:
    """An emoji is two units; a phone that counts otherwise draws bold in the wrong place."""
    text, entities = parse_html("👍 <b>goed</b>")

    assert text == "👍 goed"
    assert entities == [{"type": "bold", "offset": 3, "length": 4}]


@pytest.mark.parametrize(
    "html",
    [
        "<b>a<i>b</i></b>c",
        '<a href="https://x.nl/?a=1&amp;b=2">link</a>',
        "<blockquote>citaat\n<u>regel</u></blockquote>",
        "P&amp;O &lt;3",
        "<tg-spoiler>geheim</tg-spoiler> <code>x</code> <pre>y\nz</pre> <s>weg</s>",
        "👩‍👩‍👧 <b>gezin</b> 🇳🇱",
    ],
)
def test_html_survives_a_round_trip(html: str) -> None:
    assert to_html(*parse_html(html)) == html


def test_a_language_belongs_to_its_block() -> None:
    _, entities = parse_html('<pre><code class="language-python">x</code></pre>')

    assert entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


def test_white_space_around_a_text_goes() -> None:
    assert trimmed("  <b> ", [{"type": "bold", "offset": 0, "length": 4}]) == (
        "<b>",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


def test_links_and_commands_are_recognised() -> None:
    found = with_detected("/menu of https://t.me/handvat_bot?start=abc, mail a@b.nl", [])

    assert [e["type"] for e in found] == ["bot_command", "url", "email"]
    assert found[1]["length"] == len("https://t.me/handvat_bot?start=abc")
