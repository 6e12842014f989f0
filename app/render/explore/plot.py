"""The plot of the explorer: its numbers as the spec of a picture, and the picture finished."""

import datetime as dt
from dataclasses import replace

from app.render.charts import bars
from app.render.charts.frame import Frame, Spec, spec_of
from app.render.charts.looks import DARK, LIGHT
from app.render.charts.picture import Follows, finished
from app.render.explore.numbers import Numbers


def frame_of(width: int, only: str, printed: str, *, dark: bool = False, day: dt.date) -> Frame:
    """How a plot is drawn.

    Args:
        width: in pixels.
        only: what the list is narrowed by, in words.
        printed: the line below.
        dark: whether it is for dark surroundings.
        day: as of which it is.
    """
    return Frame(
        width=width,
        look=DARK if dark else LIGHT,
        day=day,
        subtitle=f"Only {only}." if only else "",
        printed=printed,
    )


def plot_spec(numbers: Numbers, frame: Frame) -> Spec:
    """The spec of a plot, with its data in it."""
    undated = f"{numbers.undated:,} with no certain year are not drawn." if numbers.undated else ""
    subtitle = " ".join(filter(None, (frame.subtitle, undated)))
    frame = replace(frame, title=numbers.title, subtitle=subtitle)
    made = [bars.Counted(bar.label, bar.counts, bar.is_rest) for bar in numbers.bars]
    plot = bars.draw(made, numbers.series, frame, years=numbers.is_years)
    return spec_of(frame, plot, {"values": []})


def plot_height(numbers: Numbers, frame: Frame) -> int:
    """How high the picture is, in pixels."""
    spec = plot_spec(numbers, frame)
    height: int = spec["padding"]["top"] + spec["height"] + spec["padding"]["bottom"]
    return height


def plot_picture(svg: str, numbers: Numbers, frame: Frame, *, follows: Follows) -> str:
    """The picture that the renderer drew, with patterns, a name and the numbers in words."""
    return finished(
        bars.hatched(svg, frame),
        name="plot",
        title=numbers.title,
        description=f"{frame.subtitle} {numbers.summary}".strip(),
        follows=follows,
    )
