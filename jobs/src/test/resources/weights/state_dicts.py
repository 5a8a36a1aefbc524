"""Names of the tensors in the state dicts of torchvision and timm, as SHA-256 of lines
"name\n" in order of names, without num_batches_tracked.
Made with: python state_dicts.py > state_dicts.json (torchvision 0.29, timm 1.0; no weights are loaded)."""
import hashlib, json, torch
torch.library.register_fake = lambda *a, **k: lambda f: f  # names need no operators
import torchvision.models, timm

def said(model):
    lines = [k + "\n" for k, v in sorted(model.state_dict().items()) if not k.endswith("num_batches_tracked")]
    return {"tensors": len(lines), "sha256": hashlib.sha256("".join(lines).encode()).hexdigest()}

table = {"versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__}, "torchvision": {}, "timm": {}}
with torch.device("meta"):
    for n in [18, 34, 50, 101, 152]:
        table["torchvision"]["resnet%d" % n] = said(getattr(torchvision.models, "resnet%d" % n)())
        for f in ["", "d"] + (["c"] if n >= 50 else []):
            name = "resnet%d%s" % (n, f)
            try: table["timm"][name] = said(timm.create_model(name))
            except Exception as e: print(name, e, file=__import__("sys").stderr)
    for n in [11, 13, 16, 19]:
        for bn in ["", "_bn"]:
            table["torchvision"]["vgg%d%s" % (n, bn)] = said(getattr(torchvision.models, "vgg%d%s" % (n, bn))())
            table["timm"]["vgg%d%s" % (n, bn)] = said(timm.create_model("vgg%d%s" % (n, bn)))
    for n in ["100", "125"]:
        table["timm"]["mobilenetv1_" + n] = said(timm.create_model("mobilenetv1_" + n))
print(json.dumps(table, indent=1))
if __import__("os").environ.get("SHOW"):
    import sys
    for k, v in timm.create_model("vgg11_bn").state_dict().items(): print(k, list(v.shape), file=sys.stderr)
