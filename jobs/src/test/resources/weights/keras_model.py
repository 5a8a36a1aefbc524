"""A model in the layout of Keras 2.3.1, written by h5py, and what Keras 3 (PyTorch's backend) answers
with the same layers and weights: KERAS_BACKEND=torch python keras_model.py"""
import json, h5py, keras, numpy as np
r = np.random.default_rng(3)
L = keras.layers
layers = [L.Conv2D(5, (5, 3), strides=2, padding="same", name="stem"), L.ReLU(max_value=6.0, name="six"),
    L.Conv2D(6, (2, 3), strides=(1, 2), activation="tanh", use_bias=False, name="tanh"), L.ReLU(name="plain"),
    L.BatchNormalization(axis=3, epsilon=1e-3, momentum=0.9, name="bn"), L.AveragePooling2D((2, 1), name="mean"),
    L.Dropout(0.5, name="drop"), L.GlobalMaxPooling2D(name="largest"),
    L.Dense(7, activation="sigmoid", use_bias=False, name="hidden"), L.BatchNormalization(name="flat_bn"),
    L.Dense(4, name="head"), L.Activation("softmax", name="softmax")]
model = keras.Sequential([keras.Input((13, 16, 2))] + layers)
for w in model.weights:
    v = r.normal(size=w.shape).astype("float32") * (0.4 if "kernel" in w.path else 0.5)
    w.assign(np.abs(v) + 0.5 if "variance" in w.path else v)
x = np.round(r.normal(size=(2, 13, 16, 2)), 3).astype("float32")
y = keras.ops.convert_to_numpy(model(x, training=False))
keep = {"Conv2D": ["name", "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias"],
    "ReLU": ["name", "max_value", "negative_slope", "threshold"], "BatchNormalization": ["name", "axis", "momentum", "epsilon", "center", "scale"],
    "AveragePooling2D": ["name", "pool_size", "strides", "padding", "data_format"], "Dropout": ["name", "rate", "noise_shape", "seed"],
    "GlobalMaxPooling2D": ["name", "data_format"], "Dense": ["name", "units", "activation", "use_bias"], "Activation": ["name", "activation"]}
said = []
for i, l in enumerate(layers):
    k = type(l).__name__
    c = {key: v for key, v in l.get_config().items() if key in keep[k]}
    c.update({"trainable": True, "dtype": "float32"}, **({"batch_input_shape": [None, 13, 16, 2]} if i == 0 else {}))
    said.append({"class_name": k, "config": c})
with h5py.File("keras2_more.h5", "w") as f:
    f.attrs["keras_version"] = "2.3.1"
    f.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"name": "more", "layers": said}})
    g = f.create_group("model_weights")
    for l in layers:
        h = g.create_group(l.name)
        for w in l.weights:
            h.create_dataset("%s/%s:0" % (l.name, w.name), data=keras.ops.convert_to_numpy(w))
json.dump({"keras": keras.__version__, "input_nhwc": [round(float(v), 3) for v in x.ravel()], "output": np.round(y.astype(float), 8).tolist()}, open("keras2_more.json", "w"))
print(keras.__version__, y, [s["config"] for s in said])
