"""Pillow and numpy: JPEG to a normalised 224 crop. Crops come as lines of stdin; prints CPU seconds a picture."""

import io
import sys
import time

import numpy as np
from PIL import Image

SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
SCALE = (1 / (255 * DEVIATION)).astype(np.float32)
SHIFT = (-MEAN / DEVIATION).astype(np.float32)


def one(data, top, left, height, width, flipped):
    image = Image.open(io.BytesIO(data))
    full = image.size
    for reduction in (8, 4, 2):
        if height >= reduction * SIDE and width >= reduction * SIDE:
            image.draft("RGB", (-(-full[0] // reduction), -(-full[1] // reduction)))
            break
    by = round(full[0] / image.size[0])
    right, bottom = min((left + width) / by, image.size[0]), min((top + height) / by, image.size[1])
    image = image.resize((SIDE, SIDE), Image.BILINEAR, box=(left / by, top / by, right, bottom))
    if flipped:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    out = np.asarray(image).astype(np.float32)
    out *= SCALE
    out += SHIFT
    return out


with open(sys.argv[1], "rb") as file:
    jpeg = file.read()
crops = [tuple(map(int, line.split())) for line in sys.stdin]
for crop in crops[:5]:
    one(jpeg, *crop)
start = time.thread_time()
for crop in crops:
    one(jpeg, *crop)
print((time.thread_time() - start) / len(crops))
