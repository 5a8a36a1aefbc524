"""Small files as Python's safetensors 0.8.0 writes them (PyTorch 2.13): python python_writes.py"""
import json, struct, torch
from safetensors.torch import save_file
torch.manual_seed(0)
tensors = {
    "b.weight": torch.tensor([[1.0, -2.5, 3.25], [0.1, 1e-30, -7.0]]),
    "a.weight": torch.tensor([0.5, 1.0, -65504.0]),
    "stage1.bn.running_mean": torch.zeros(0),
    "scalar": torch.tensor(3.5),
    "\u00fc \"quoted\\": torch.ones(1, 2, 1),
    "half": torch.tensor([1.0, -0.5, 65504.0, 6e-8, float("inf")], dtype=torch.float16),
    "brain": torch.tensor([1.0, -0.5, 3.38e38], dtype=torch.bfloat16),
    "count": torch.tensor(7, dtype=torch.int64),
    "mask": torch.tensor([True, False, True]),
}
save_file(tensors, "python.safetensors", metadata={"format": "pt"})
# What Millrace writes holds F32 alone; here is the same written by Python.
save_file({k: v for k, v in tensors.items() if v.dtype == torch.float32}, "python_f32.safetensors", metadata={"format": "pt"})
save_file({"x": torch.tensor([1.0])}, "python_bare.safetensors")
for f in ["python", "python_f32", "python_bare"]:
    b = open(f + ".safetensors", "rb").read(); n = struct.unpack("<Q", b[:8])[0]; print(n, b[8:8+n])
