"""Makes the images of this folder and what Pillow makes of them: python3 make.py (Pillow 9.4, numpy)."""

import io
import struct

import numpy as np
from PIL import Image, ImageOps


def photo(height, width, seed=1):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [
        110 + 90 * np.sin(0.07 * (x + 3 * c)) + 60 * np.cos(0.05 * y * (c + 1))
        + 40 * (2 * x > 3 * y) + rng.normal(0, 6, (height, width))
        for c in range(3)
    ]
    return Image.fromarray(np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8))


def jpeg(name, image, **options):
    image.save(name + ".jpg", quality=options.pop("quality", 85), **options)


jpeg("grey", photo(61, 83).convert("L"))
jpeg("s444", photo(61, 83), subsampling=0)
jpeg("s422", photo(61, 83), subsampling=1)
jpeg("s420", photo(64, 96), subsampling=2)
jpeg("s420-odd", photo(61, 83), subsampling=2)
jpeg("s420-tiny", photo(3, 1), subsampling=2)
jpeg("s422-restart", photo(45, 70), subsampling=1, restart_marker_rows=1)
jpeg("s420-optimised", photo(61, 83), subsampling=2, optimize=True, quality=97)
jpeg("progressive", photo(61, 83), subsampling=2, progressive=True)
jpeg("cmyk", photo(20, 30).convert("CMYK"))


def png(name, width, height, depth, colour, rows, extra=b"", interlaced=0):
    """A PNG by hand, for kinds that Pillow does not write; rows of each pass, filter 0."""
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(b"\0" + row for row in rows)
    with open(name + ".png", "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)))
        out.write(extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def expect(name, image):
    for mode, suffix in (("RGB", "rgb"), ("L", "grey")):
        image.convert(mode).save(f"{name}.{suffix}.expected.png")


small = photo(13, 19)
pixels = np.asarray(small)
kinds = {
    "bilevel": small.convert("1"),
    "palette": small.quantize(200),
    "palette4": small.quantize(13),
    "alpha": Image.fromarray(np.dstack([pixels, pixels[:, :, 0]])),
    "grey-alpha": Image.fromarray(np.dstack([pixels[:, :, 1], pixels[:, :, 0]]), "LA"),
}
for name, image in kinds.items():
    image.save(name + ".png")
    expect(name, Image.open(name + ".png"))

kinds["palette"].save("palette-transparent.png", transparency=bytes(range(200)))
expect("palette-transparent", Image.open("palette-transparent.png"))

wide = (pixels.astype(">u2") << 8 | 0x5A).astype(">u2")
png("rgb16", 19, 13, 16, 2, [row.tobytes() for row in wide])
expect("rgb16", small)
png("grey16", 19, 13, 16, 0, [row[:, 0].tobytes() for row in wide])
expect("grey16", Image.fromarray(pixels[:, :, 0]))
adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
png("interlaced", 19, 13, 8, 2, [pixels[y, x::dx].tobytes() for x, y0, dx, dy in adam7 for y in range(y0, 13, dy)], interlaced=1)
expect("interlaced", small)

for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg(f"exif{orientation}", small, exif=exif, subsampling=0)
for name in ["progressive", "cmyk", *(f"exif{orientation}" for orientation in range(1, 9))]:
    for mode, suffix in (("RGB", "rgb"), ("L", "grey")):  # draft: luma as stored, not from RGB
        image = Image.open(name + ".jpg")
        image.draft(mode, image.size)
        upright = ImageOps.exif_transpose(image)
        if image.mode == "CMYK":
            upright = upright.convert("RGB").convert(mode)
        upright.save(f"{name}.{suffix}.expected.png")

source = photo(61, 83)
source.save("resize.png")
for top, left, height, width, h, w in [
    (0, 0, 61, 83, 24, 24), (0, 0, 61, 83, 20, 27), (0, 0, 61, 83, 100, 131), (5, 7, 40, 33, 32, 32),
    (20, 30, 9, 11, 32, 32), (0, 0, 61, 83, 61, 30), (0, 0, 61, 83, 7, 5), (60, 82, 1, 1, 4, 4),
]:
    crop = source.crop((left, top, left + width, top + height))
    crop.resize((w, h), Image.BILINEAR).save(f"resize-{top}-{left}-{height}-{width}-{h}-{w}.expected.png")
