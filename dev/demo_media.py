"""Make the demo's films and episodes from their scripts: `python -m dev.demo_media`.

Needs what no user of the portal needs, so it is no requirement of ours: `pip install av espeakng-loader pillow numpy`.
The files are small and committed; this is how they came to be. A computer's voice (eSpeak NG) reads each line; a line
is a caption.
"""

from __future__ import annotations

import ctypes
import math
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import espeakng_loader
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent.parent / "portal" / "demo" / "data" / "media"
FONTS = FOLDER.parents[3] / "static" / "dist" / "paper-fonts"
RATE = 22050
PAUSE = 0.6
WIDTH, HEIGHT, FPS = 640, 360, 10
GROUND, INK, PINE, CLOUDBERRY = (250, 246, 239), (26, 41, 38), (23, 73, 63), (233, 162, 59)


@dataclass(frozen=True)
class Line:
    text: str
    start: float
    end: float


class Voice:
    """eSpeak NG's Swedish voice, as samples."""

    def __init__(self) -> None:
        self._library = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
        retrieval = 1
        rate = self._library.espeak_Initialize(retrieval, 0, espeakng_loader.get_data_path().encode(), 0)
        if rate != RATE:
            sys.exit(f"eSpeak NG speaks at {rate} Hz, expected {RATE}.")
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetVoiceByName(b"sv")
        slower = 150
        self._library.espeak_SetParameter(1, slower, 0)
        self._parts: list[np.ndarray] = []

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if count:
            self._parts.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return 0

    def say(self, text: str) -> np.ndarray:
        self._parts = []
        data = text.encode()
        utf8 = 1
        self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, utf8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate(self._parts)


def spoken(voice: Voice, texts: list[str]) -> tuple[np.ndarray, list[Line]]:
    """All lines one after the other, and when each is said."""
    silence = np.zeros(int(RATE * PAUSE), dtype=np.int16)
    parts, lines, at = [silence], [], PAUSE
    for text in texts:
        samples = voice.say(text)
        lines.append(Line(text, at, at + len(samples) / RATE))
        parts += [samples, silence]
        at += len(samples) / RATE + PAUSE
    return np.concatenate(parts), lines


def captions(lines: list[Line]) -> str:
    blocks = [f"{stamp(line.start)} --> {stamp(line.end)}\n{line.text}" for line in lines]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def stamp(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"


def leaf(draw: ImageDraw.ImageDraw, left: float, colour: tuple[int, int, int]) -> None:
    """The mark of the portal: a shape with two opposite corners round."""
    box = (left, 130, left + 170, 250)
    draw.rounded_rectangle(box, radius=46, fill=colour, corners=(True, False, True, False))


def picture(at: float, total: float) -> Image.Image:
    """Two leaves that come together and part, the word DEMO, and how far it has come."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    apart = 60 + 50 * math.cos(2 * math.pi * at / 8)
    leaf(draw, WIDTH / 2 - 85 - apart, PINE)
    leaf(draw, WIDTH / 2 - 85 + apart, CLOUDBERRY)
    draw.text((WIDTH / 2, 66), "Demofilm", INK, ImageFont.truetype(FONTS / "source-serif-semibold.ttf", 46), "mm")
    small = ImageFont.truetype(FONTS / "source-sans-regular.ttf", 21)
    draw.text((WIDTH / 2, 296), "Gjord av portalen själv. Inte SKR:s film.", INK, small, "mm")
    draw.rectangle((40, 332, WIDTH - 40, 338), fill=(220, 207, 185))
    draw.rectangle((40, 332, 40 + (WIDTH - 80) * min(at / total, 1), 338), fill=PINE)
    return image


def frames(samples: np.ndarray) -> Iterator[av.AudioFrame]:
    size = 1024
    for start in range(0, len(samples), size):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + size], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def write_sound(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libmp3lame", rate=RATE, layout="mono", bit_rate=32_000)
        for frame in [*frames(samples), None]:
            file.mux(stream.encode(frame))


def write_film(path: Path, samples: np.ndarray) -> None:
    total = len(samples) / RATE
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS, options={"crf": "30", "preset": "veryslow", "tune": "animation"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = file.add_stream("aac", rate=RATE, layout="mono", bit_rate=32_000)
        for number in range(int(total * FPS) + 1):
            file.mux(video.encode(av.VideoFrame.from_image(picture(number / FPS, total))))
        file.mux(video.encode(None))
        for frame in [*frames(samples), None]:
            file.mux(audio.encode(frame))


def main() -> None:
    scripts = tomllib.loads((FOLDER / "scripts.toml").read_text("utf-8"))
    voice = Voice()
    durations: list[str] = []
    for kind, ending, write in (("films", ".mp4", write_film), ("episodes", ".mp3", write_sound)):
        for slug, script in scripts[kind].items():
            samples, lines = spoken(voice, script["lines"])
            write(FOLDER / f"{slug}{ending}", samples)
            (FOLDER / f"{slug}.vtt").write_text(captions(lines), "utf-8")
            durations.append(f"{slug} = {len(samples) / RATE:.2f}")
    header = "# How long each file is, in seconds: not every machine can read it from the file.\n"
    (FOLDER / "durations.toml").write_text(header + "\n".join(durations) + "\n", "utf-8")
    picture(0, 1).save(FOLDER / "demofilm.png", optimize=True)


if __name__ == "__main__":
    main()
