"""Times PyTorch's DistributedDataParallel over gloo: two processes of one thread train ResNet-20. For each line
read they make some updates; prints their seconds.

usage: torch_ddp.py BATCH UPDATES
"""
import datetime
import os
import subprocess
import sys
import tempfile
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel
from torch_step import build


def follow(batch, updates):
    """The same number of updates each time that the first process says so."""
    train = trainer(batch)
    go = torch.ones(1)
    while True:
        dist.broadcast(go, 0)
        if go.item() == 0:
            return
        for _ in range(updates):
            train()
        dist.barrier()


def lead(batch, updates):
    train = trainer(batch)
    for line in sys.stdin:
        start = time.perf_counter()
        dist.broadcast(torch.ones(1), 0)
        for _ in range(updates):
            train()
        dist.barrier()
        print(time.perf_counter() - start, flush=True)
    dist.broadcast(torch.zeros(1), 0)


def trainer(batch):
    torch.manual_seed(1)
    net, side, classes = build("resnet20")
    net = DistributedDataParallel(net.to(memory_format=torch.channels_last), gradient_as_bucket_view=True)
    images = torch.randn(batch, 3, side, side).to(memory_format=torch.channels_last)
    labels = torch.randint(0, classes, (batch,))
    sgd = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def update():
        sgd.zero_grad(set_to_none=True)
        F.cross_entropy(net(images), labels).backward()
        sgd.step()

    return update


def main():
    batch, updates = int(sys.argv[1]), int(sys.argv[2])
    rank = int(os.environ.get("RANK", "0"))
    torch.set_num_threads(1)
    meeting = os.environ.get("MEETING") or os.path.join(tempfile.mkdtemp(), "meeting")
    second = None
    if rank == 0:
        environment = dict(os.environ, RANK="1", MEETING=meeting)
        second = subprocess.Popen([sys.executable, *sys.argv], env=environment, stdin=subprocess.DEVNULL)
    dist.init_process_group(
        "gloo", init_method="file://" + meeting, rank=rank, world_size=2, timeout=datetime.timedelta(hours=2)
    )
    (lead if rank == 0 else follow)(batch, updates)
    dist.destroy_process_group()
    if second is not None:
        second.wait()


main()
