"""JPEG to a normalised 224 crop: input.py pillow|opencv PICTURE. Crops come as lines of stdin; prints CPU seconds a picture."""

import io
import sys
import time

import numpy as np

SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
SCALE = (1 / (255 * DEVIATION)).astype(np.float32)
SHIFT = (-MEAN / DEVIATION).astype(np.float32)


def reduction(height, width):
    """The strongest one that leaves the crop no smaller than the result."""
    return next((r for r in (8, 4, 2) if height >= r * SIDE and width >= r * SIDE), 1)


def pillow(data, top, left, height, width, flipped):
    image = Image.open(io.BytesIO(data))
    full = image.size
    reduced = reduction(height, width)
    if reduced > 1:
        image.draft("RGB", (-(-full[0] // reduced), -(-full[1] // reduced)))
    by = round(full[0] / image.size[0])
    right, bottom = min((left + width) / by, image.size[0]), min((top + height) / by, image.size[1])
    image = image.resize((SIDE, SIDE), Image.BILINEAR, box=(left / by, top / by, right, bottom))
    if flipped:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    out = np.asarray(image).astype(np.float32)
    out *= SCALE
    out += SHIFT
    return out


def opencv(data, top, left, height, width, flipped):
    by = reduction(height, width)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), DECODERS[by])
    image = image[top // by : -(-(top + height) // by), left // by : -(-(left + width) // by)]
    image = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    if flipped:
        image = cv2.flip(image, 1)
    out = cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.float32)
    cv2.multiply(out, (*SCALE.tolist(), 0), dst=out)
    cv2.add(out, (*SHIFT.tolist(), 0), dst=out)
    return out


if sys.argv[1] == "opencv":
    import cv2

    cv2.setNumThreads(1)
    DECODERS = {
        1: cv2.IMREAD_COLOR,
        2: cv2.IMREAD_REDUCED_COLOR_2,
        4: cv2.IMREAD_REDUCED_COLOR_4,
        8: cv2.IMREAD_REDUCED_COLOR_8,
    }
    one = opencv
else:
    from PIL import Image

    one = pillow
with open(sys.argv[2], "rb") as file:
    jpeg = file.read()
crops = [tuple(map(int, line.split())) for line in sys.stdin]
for crop in crops[:5]:
    one(jpeg, *crop)
start = time.thread_time()
for crop in crops:
    one(jpeg, *crop)
print((time.thread_time() - start) / len(crops))
