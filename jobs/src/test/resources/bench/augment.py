"""Pillow and torchvision: times one operation on one picture, on one thread, for each line read.

usage: augment.py RGB HEIGHT WIDTH; a line is NAME COUNT, the answer is CPU seconds of one operation.
"""

import sys
import time

import numpy as np
import torch
from PIL import Image, ImageEnhance
from torchvision.transforms import RandAugment
from torchvision.transforms import functional as F
from torchvision.transforms.v2 import functional as F2

torch.set_num_threads(1)
torch.manual_seed(1)
path, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, "rb") as file:
    pixels = np.frombuffer(file.read(), np.uint8).reshape(height, width, 3)
image = Image.fromarray(pixels)
tensor = torch.from_numpy(pixels.copy()).permute(2, 0, 1).contiguous()
shift = torch.tensor([-3.3, -3.2, -3.1]).view(3, 1, 1)
rand_augment = RandAugment(2, 9)

OPERATIONS = {
    "horizontal_flip": lambda: image.transpose(Image.FLIP_LEFT_RIGHT),
    "rotate_90": lambda: image.transpose(Image.ROTATE_90),
    "rotate": lambda: image.rotate(17, Image.BILINEAR),
    "random_scale": lambda: image.resize((int(width * 0.8), int(height * 0.8)), Image.BILINEAR),
    "brightness": lambda: ImageEnhance.Brightness(image).enhance(1.2),
    "contrast": lambda: ImageEnhance.Contrast(image).enhance(1.2),
    "saturation": lambda: ImageEnhance.Color(image).enhance(1.2),
    "hue": lambda: F.adjust_hue(image, 0.1),
    "pca_lighting": lambda: (tensor + shift).round_().clamp_(0, 255).to(torch.uint8),
    "grayscale": lambda: F.to_grayscale(image, 3),
    "gaussian_blur": lambda: F.gaussian_blur(image, [7, 7], [1.1, 1.1]),
    "gaussian_noise": lambda: F2.gaussian_noise(tensor, 0.0, 0.05, True),
    "rand_augment": lambda: rand_augment(image),
    "random_erasing": lambda: F.erase(tensor, 30, 40, 100, 80, torch.zeros(1, dtype=torch.uint8)),
}

for line in sys.stdin:
    name, count = line.split()
    operation = OPERATIONS[name]
    operation()
    start = time.thread_time()
    for _ in range(int(count)):
        operation()
    print((time.thread_time() - start) / int(count), flush=True)
