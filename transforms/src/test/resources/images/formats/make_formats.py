"""Images of other formats and what Pillow makes of them: python3 make_formats.py (Pillow 12.3, numpy; cwebp 1.2.4, ImageMagick 6.9)."""

import os
import subprocess

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


def run(*command):
    subprocess.run(command, check=True)


small = photo(21, 27)
blocks = Image.fromarray(np.kron(np.random.default_rng(2).integers(0, 256, (8, 10, 3)), np.ones((4, 4, 1))).astype(np.uint8))
alpha = Image.fromarray(np.dstack([np.asarray(small), np.asarray(small)[:, :, 0]]))
exif = Image.Exif()
exif[0x0112] = 6
small.save("small.tmp.png")
blocks.save("blocks.tmp.png")

for quality in (5, 60, 100):
    small.save(f"q{quality}.webp", quality=quality)
    blocks.save(f"blocks-q{quality}.webp", quality=quality)
small.save("exif6.webp", quality=70, exif=exif)
alpha.save("alpha.webp", quality=70)
small.save("animated.webp", save_all=True, append_images=[small.rotate(180)], quality=70)
small.save("lossless.webp", lossless=True, method=6, quality=100)
small.quantize(7).convert("RGB").save("lossless-palette.webp", lossless=True)
alpha.save("lossless-alpha.webp", lossless=True, exact=True)
photo(1, 1).save("tiny.webp", quality=70)
for name, options in {
    "simple-filter": "-nostrong -f 60", "sharp-filter": "-strong -f 100 -sharpness 7", "no-filter": "-f 0 -q 50",
    "one-segment": "-f 40 -sharpness 4 -segments 1", "segments": "-segments 4 -sns 100 -q 30", "partitions": "-partition_limit 100 -q 20",
    "lossless-fast": "-lossless -z 0", "lossless-best": "-lossless -z 9",
}.items():
    run("cwebp", "-quiet", *options.split(), "blocks.tmp.png", "-o", name + ".webp")

small.quantize(200).save("colours.gif")
small.quantize(3).save("three.gif")
small.convert("L").save("grey.gif")
small.quantize(16).save("transparent.gif", transparency=3)
small.quantize(64).save("interlaced.gif", interlace=1)
small.save("animated.gif", save_all=True, append_images=[small.rotate(180)])
run("convert", "small.tmp.png", "-page", "50x40+5+7", "-colors", "40", "placed.gif")

for mode in ("1", "L", "P", "RGB", "RGBA"):
    small.convert(mode).save(f"mode-{mode}.bmp")
small.quantize(12).save("four-bits.bmp")
for name, options, form in [
    ("runs-8", "-colors 200 -compress RLE", "BMP3"), ("runs-4", "-colors 12 -type Palette -compress RLE", "BMP3"),
    ("os2", "", "BMP2"), ("565", "-define bmp:subtype=RGB565", "BMP"), ("555", "-define bmp:subtype=RGB555", "BMP"),
]:
    run("convert", "small.tmp.png", *options.split(), f"{form}:{name}.bmp")

for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "LA"):
    small.convert(mode).save(f"mode-{mode}.tif")
for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
    small.save(f"{packing}.tif", compression=packing)
small.save("exif6.tif", exif=exif)
for name, options in {
    "two-bits": "-colorspace gray -depth 2 -define quantum:polarity=min-is-white", "four-bits": "-colorspace gray -depth 4 -compress Zip",
    "palette-4": "-colors 14 -type Palette -depth 4", "strips": "-define tiff:rows-per-strip=5 -compress RLE",
    "rgb16": "-depth 16 -compress LZW -define tiff:predictor=2", "rgb16-big": "-depth 16 -compress Zip -define tiff:endian=msb -define tiff:predictor=2",
    "planes": "-interlace plane -compress LZW", "tiles": "-define tiff:tile-geometry=16x32 -compress Zip",
    "tiles-planes": "-interlace plane -define tiff:tile-geometry=16x16 -compress none", "bits-reversed": "-define tiff:fill-order=lsb",
    "multiplied": "-alpha on -channel A -evaluate set 50% +channel -define tiff:alpha=associated",
}.items():
    run("convert", "small.tmp.png", *options.split(), f"TIFF:{name}.tif")

for name in sorted(os.listdir(".")):
    if name.split(".")[-1] in ("webp", "gif", "bmp", "tif"):
        image = Image.fromarray(np.asarray(ImageOps.exif_transpose(Image.open(name)).convert("RGB")))
        image.save(name + ".expected.png")

os.remove("small.tmp.png")
os.remove("blocks.tmp.png")
