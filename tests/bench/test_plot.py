from xml.etree import ElementTree

from voicebot.bench.plot import VALUES, bars

SVG = "{http://www.w3.org/2000/svg}"


def widths(picture: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in ElementTree.fromstring(picture).findall(f"{SVG}rect")][1:]


def test_the_longest_bar_fills_the_picture_and_the_others_are_in_proportion() -> None:
    assert widths(bars("Words wrong", {"sphinx <en>": 8.0, "whisper & co": 2.0}, " %")) == [
        VALUES,
        VALUES / 4,
    ]


def test_nothing_to_draw_is_a_picture_as_well() -> None:
    assert widths(bars("Nothing", {}, "")) == []
    assert widths(bars("Zero", {"none": 0.0}, "")) == [0.0]
