"""Files that the standards frown upon and people have, and what Pillow makes of them: python3 make_odd.py (Pillow 12.3, numpy)."""

import io
import struct
import zlib

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


def encode(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def without(jpeg, marker):
    """The file less the segments of a marker."""
    out, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        size = struct.unpack(">H", jpeg[at + 2:at + 4])[0] + 2
        if jpeg[at + 1] != marker:
            out += jpeg[at:at + size]
        at += size
    return out + jpeg[at:]


def tiff(kind, value, before=b""):
    entries = before + struct.pack("<HHI", 0x0112, kind, 1) + struct.pack("<HH" if kind == 3 else "<I", *([value, 0] if kind == 3 else [value]))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries) // 12) + entries + b"\0\0\0\0"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(colour, depth, raw, extra=b"", width=19, height=13):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)) + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


small = photo(13, 19)
plain = encode(small, "JPEG", quality=85)
progressive = encode(small, "JPEG", quality=85, progressive=True)
cmyk = encode(small.convert("CMYK"), "JPEG", quality=90)
picture = encode(small, "PNG")
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
profile = tiff(3, 8).hex().encode()
rows = b"".join(b"\0" + row.tobytes() for row in np.asarray(small))
indices = b"".join(b"\0" + row.tobytes() for row in np.asarray(small.convert("L")) // 16)
exif = chunk(b"eXIf", tiff(3, 6))
odd = {
    "exif-long.jpg": plain[:2] + segment(0xE1, b"Exif\0\0" + tiff(4, 6)) + plain[2:],
    "exif-lost.jpg": plain[:2] + segment(0xE1, b"Exif\0\0" + tiff(3, 3, struct.pack("<HHII", 0x9286, 7, 0xFFFFFFFF, 0xFFFFFF00))) + plain[2:],
    "exif-behind-frame.jpg": plain[:plain.index(b"\xff\xda")] + segment(0xE1, b"Exif\0\0" + tiff(3, 5)) + plain[plain.index(b"\xff\xda"):],
    "xmp.jpg": plain[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp) + plain[2:],
    "exif-before-xmp.jpg": plain[:2] + segment(0xE1, b"Exif\0\0" + tiff(3, 3)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp) + plain[2:],
    "empty-comment.jpg": plain[:2] + segment(0xFE, b"") + plain[2:],
    "stray-before-end.jpg": plain[:-2] + b"\0\0\xff\xd9",
    "stray-text-before-end.jpg": plain[:-2] + b"camera maker note " * 9 + b"\xff\xd9",
    "comment-before-end.jpg": plain[:-2] + segment(0xFE, b"made by hand") + b"\xff\xd9",
    "stray-before-segment.jpg": plain[:20] + b"\0\1\2" + plain[20:],
    "stray-before-end-progressive.jpg": progressive[:-2] + b"\0\0\xff\xd9",
    "stray-before-segment-progressive.jpg": progressive[:20] + b"\0\1\2" + progressive[20:],
    "no-end.jpg": plain[:-2],
    "cmyk-no-adobe.jpg": without(cmyk, 0xEE),
    "exif-late.png": picture[:-12] + exif + picture[-12:],
    "xmp.png": picture[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp) + picture[33:],
    "xmp-packed.png": picture[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0de\0f\0" + zlib.compress(xmp)) + picture[33:],
    "exif-profile.png": picture[:33] + chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n      %d\n" % (len(profile) // 2) + profile + b"\n")) + picture[33:],
    "surplus.png": png(2, 8, rows + bytes(500)),
    "no-end.png": picture[:-12],
    "no-checksum.png": png(2, 8, rows).replace(chunk(b"IDAT", zlib.compress(rows)), chunk(b"IDAT", zlib.compress(rows)[:-4])),
    "palette-beyond.png": png(3, 8, indices, chunk(b"PLTE", bytes(range(27)))),
}
for name, data in odd.items():
    with open(name, "wb") as out:
        out.write(data)
    whole = io.BytesIO(plain) if name == "no-end.jpg" else name  # Pillow reads it or not, by the bytes it has buffered
    image = ImageOps.exif_transpose(Image.open(whole)).convert("RGB")
    image.save(f"{name}.expected.png")
