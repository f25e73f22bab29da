"""Draw the podcast's cover, 1,400 pixels square as the podcast apps want it: `python -m dev.podcast_cover`."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from dev.steps import ROOT

SIDE = 1400
GROUND, PINE, CLOUDBERRY, LINEN = (15, 52, 44), (165, 219, 200), (233, 162, 59), (246, 239, 226)
FONTS = ROOT / "static" / "dist" / "paper-fonts"


def main() -> None:
    image = Image.new("RGB", (SIDE, SIDE), GROUND)
    draw = ImageDraw.Draw(image, "RGBA")
    _leaf(draw, 300, (*PINE, 255))
    _leaf(draw, 590, (*CLOUDBERRY, 225))
    heading = ImageFont.truetype(FONTS / "source-serif-semibold.ttf", 150)
    text = ImageFont.truetype(FONTS / "source-sans-regular.ttf", 70)
    draw.text((SIDE / 2, 900), "Politiskt", LINEN, heading, "mm")
    draw.text((SIDE / 2, 1060), "ledarskap", LINEN, heading, "mm")
    draw.text((SIDE / 2, 1230), "En podd från SKR", LINEN, text, "mm")
    image.quantize(64, dither=Image.Dither.NONE).convert("RGB").save(
        ROOT / "static" / "src" / "img" / "podd.png", optimize=True
    )


def _leaf(draw: ImageDraw.ImageDraw, left: int, colour: tuple[int, ...]) -> None:
    draw.rounded_rectangle((left, 240, left + 510, 600), radius=140, fill=colour, corners=(True, False, True, False))


if __name__ == "__main__":
    main()
