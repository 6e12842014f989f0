"""Vega-Lite → SVG and PNG, in a process of its own.

The renderer holds Python's lock while it draws, some tenths of a second: in a thread of the server
everybody else would wait. So the server starts this file as a program, and gives it one line of
JSON a picture; the answer is the number of bytes in a line, and the bytes. A negative number is an
error, in words. The program ends when its input does, so it never outlives the server.
"""

import json
import signal
import sys
from typing import Any

import vl_convert


def paint(spec: dict[str, Any], form: str, scale: float) -> bytes:
    """A picture; whatever the spec refers to must be in it, for nothing is fetched."""
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=[]))


def main() -> None:
    """Serve pictures until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        try:
            body, sign = paint(**asked), 1
        except Exception as error:  # noqa: BLE001 - told to the server, which logs it
            body, sign = str(error).encode(), -1
        sys.stdout.buffer.write(b"%d\n" % (sign * len(body)))
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
