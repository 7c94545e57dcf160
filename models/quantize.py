"""CenterFace in whole numbers of eight bits, for rebuild.py.

Needs the packages `onnxruntime` (its quantizer), `numpy`, `onnx` and `pillow`. The ranges of the activations are those that
the photos of the synthetic school give, rounded outward to two digits, so that another processor or another JPEG decoder
comes to the same file.

Weights have seven bits (`reduce_range`): with eight, processors without VNNI add two products up in sixteen bits and cut the
sum off, without a word. The first convolution, the first depthwise one and the four answers stay in floating point.
"""

import json
import math
import tempfile
from pathlib import Path

import numpy
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorsData, create_calibrator
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
from PIL import Image

SCHOOL = Path(__file__).parent.parent / "fixtures/school"
KINDS = ["Conv", "Add", "Relu"]
EXACT = ["363", "365", "366", "368", "536", "537", "538", "539", "540"]
# the school's photos at the sizes at which faces stand before the network
SCALES = [0.4, 0.64, 1.0, 1.3]
TALL, WIDE = 448, 640


def quantized(exact):
    """The network of these bytes, quantized; the bytes of an ONNX file."""
    model = onnx.version_converter.convert_version(onnx.load_from_string(exact), 13)
    model.graph.ClearField("value_info")
    for node in model.graph.node:
        node.name = node.output[0]
    quantizer = QDQQuantizer(
        model, True, True, QuantType.QInt8, QuantType.QUInt8, ranges(model), [], EXACT, KINDS, {}
    )
    quantizer.quantize_model()
    return quantizer.model.model.SerializeToString(deterministic=True)


def ranges(model):
    with tempfile.TemporaryDirectory() as folder:
        plain, widened = Path(folder) / "plain.onnx", Path(folder) / "widened.onnx"
        onnx.save(model, plain)
        calibrator = create_calibrator(plain, KINDS, str(widened), calibrate_method=CalibrationMethod.MinMax)
        calibrator.set_execution_providers(["CPUExecutionProvider"])
        calibrator.collect_data(Photos(model.graph.input[0].name))
        found = calibrator.compute_data()
    ends = {name: [float(numpy.ravel(end)[0]) for end in data.range_value] for name, data in found.items()}
    both = {name: (min(outward(low), 0.0), max(outward(high), 0.0)) for name, (low, high) in ends.items()}
    return TensorsData(CalibrationMethod.MinMax, {name: tuple(map(numpy.float32, ends)) for name, ends in both.items()})


def outward(value):
    """Away from nought to two digits."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return math.copysign(math.ceil(abs(value) / unit) * unit, value)


class Photos(CalibrationDataReader):
    """The middle of every photo of the school, at one of the scales in turn."""

    def __init__(self, name):
        paths = [path for path in json.loads((SCHOOL / "truth.json").read_text()) if path.startswith("photos/")]
        self.inputs = iter([{name: self.input(path, at)} for at, path in enumerate(paths)])

    def input(self, path, at):
        photo = Image.open(SCHOOL / path).convert("RGB")
        scale = SCALES[at % len(SCALES)]
        photo = photo.resize([round(side * scale) for side in photo.size], Image.Resampling.BILINEAR)
        left, top = max(photo.width - WIDE, 0) // 2, max(photo.height - TALL, 0) // 2
        part = numpy.zeros((TALL, WIDE, 3), numpy.float32)
        crop = numpy.asarray(photo)[top : top + TALL, left : left + WIDE]
        part[: crop.shape[0], : crop.shape[1]] = crop
        return numpy.ascontiguousarray(part.transpose(2, 0, 1)[None])

    def get_next(self):
        return next(self.inputs, None)
