"""Times PyTorch on one thread: an update or an inference for each line read, in seconds.

usage: torch_step.py resnet20|resnet50|mobilenet|vgg11 train|train-bf16|infer BATCH
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Pointwise(nn.Conv2d):
    """A 1x1 convolution. PyTorch runs those of fewer than 16 images without oneDNN, twenty times
    slower; seen as more and smaller images, which in channels-last memory costs nothing, it does not.
    """

    def forward(self, x):
        n, _, h, w = x.shape
        if n >= 16:
            return super().forward(x)
        parts = next(k for k in range(-(-16 // n), h * w + 1) if h * w % k == 0)
        y = x.permute(0, 2, 3, 1).reshape(n * parts, 1, h * w // parts, -1).permute(0, 3, 1, 2)
        return super().forward(y).permute(0, 2, 3, 1).reshape(n, h, w, -1).permute(0, 3, 1, 2)


def conv_bn(cin, cout, kernel, stride=1):
    convolution = Pointwise if kernel == 1 and stride == 1 else nn.Conv2d
    return nn.Sequential(
        convolution(cin, cout, kernel, stride, (kernel - 1) // 2, bias=False), nn.BatchNorm2d(cout)
    )


class Block(nn.Module):
    def __init__(self, cin, layers, cout, stride):
        super().__init__()
        self.residual = nn.ModuleList(layers)
        changes = stride != 1 or cin != cout
        self.shortcut = conv_bn(cin, cout, 1, stride) if changes else nn.Identity()

    def forward(self, x):
        y = x
        for i, layer in enumerate(self.residual):
            y = layer(y)
            if i + 1 < len(self.residual):
                y = F.relu(y, inplace=True)
        return F.relu(y.add_(self.shortcut(x)), inplace=True)


def basic(cin, width, stride):
    return Block(cin, [conv_bn(cin, width, 3, stride), conv_bn(width, width, 3)], width, stride)


def bottleneck(cin, width, stride):
    layers = [conv_bn(cin, width, 1), conv_bn(width, width, 3, stride), conv_bn(width, 4 * width, 1)]
    return Block(cin, layers, 4 * width, stride)


def resnet(stem, block, expansion, stages, classes):
    cin, layers = stages[0][0], list(stem)
    for i, (width, count) in enumerate(stages):
        for j in range(count):
            layers.append(block(cin, width, 2 if i > 0 and j == 0 else 1))
            cin = width * expansion
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(cin, classes)]
    return nn.Sequential(*layers)


def depthwise(cin, stride):
    return nn.Sequential(
        nn.Conv2d(cin, cin, 3, stride, 1, groups=cin, bias=False), nn.BatchNorm2d(cin)
    )


def mobilenet(classes):
    widths = [32, 64, 128, 128, 256, 256] + [512] * 6 + [1024] * 2
    layers = [conv_bn(3, 32, 3, 2), nn.ReLU(inplace=True)]
    for i, (cin, cout) in enumerate(zip(widths, widths[1:])):
        layers += [depthwise(cin, 2 if i in (1, 3, 5, 11) else 1), nn.ReLU(inplace=True)]
        layers += [conv_bn(cin, cout, 1), nn.ReLU(inplace=True)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, classes)]
    return nn.Sequential(*layers)


def vgg11(classes):
    cin, layers = 3, []
    for width, count in [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)]:
        for _ in range(count):
            layers += [nn.Conv2d(cin, width, 3, padding=1), nn.ReLU(inplace=True)]
            cin = width
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for cin in (512 * 7 * 7, 4096):
        layers += [nn.Linear(cin, 4096), nn.ReLU(inplace=True), nn.Dropout()]
    return nn.Sequential(*layers, nn.Linear(4096, classes))


def build(name):
    if name == "mobilenet":
        return mobilenet(1000), 224, 1000
    if name == "vgg11":
        return vgg11(1000), 224, 1000
    if name == "resnet20":
        stem = [conv_bn(3, 16, 3), nn.ReLU(inplace=True)]
        return resnet(stem, basic, 1, [(16, 3), (32, 3), (64, 3)], 10), 32, 10
    stem = [conv_bn(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    stages = [(64, 3), (128, 4), (256, 6), (512, 3)]
    return resnet(stem, bottleneck, 4, stages, 1000), 224, 1000


def work(name, mode, batch, layout):
    """One update or inference of a network of its own, whose memory has this layout."""
    net, side, classes = build(name)
    net = net.to(memory_format=layout)
    images = torch.randn(batch, 3, side, side).to(memory_format=layout)
    labels = torch.randint(0, classes, (batch,))
    sgd = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def update():
        sgd.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode == "train-bf16"):
            loss = F.cross_entropy(net(images), labels)
        loss.backward()
        sgd.step()

    def infer():
        with torch.inference_mode():
            net(images)

    net.train(mode != "infer")
    return infer if mode == "infer" else update


def seconds(piece):
    start = time.perf_counter()
    piece()
    return time.perf_counter() - start


def fastest(pieces, times=3):
    """Which layout oneDNN is faster with differs between processors and precisions."""
    for piece in pieces:
        piece()  # its first run compiles kernels
    return min(pieces, key=lambda piece: min(seconds(piece) for _ in range(times)))


def main():
    name, mode, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(1)
    layouts = [torch.channels_last, torch.contiguous_format]
    piece = fastest([work(name, mode, batch, layout) for layout in layouts])
    for _ in sys.stdin:
        print(seconds(piece), flush=True)


if __name__ == "__main__":
    main()
