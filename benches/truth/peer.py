"""What deface (PyPI) finds in the pictures named on standard input, one path a line: a line of JSON each, on one core.

Its own defaults are used (threshold 0.2, the picture's own size), and its time is the processor's, without the decoding.
"""

import contextlib
import json
import os
import sys
import time

os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})

import imageio.v2 as iio  # noqa: E402
from deface.centerface import CenterFace  # noqa: E402

with contextlib.redirect_stdout(sys.stderr):
    centerface = CenterFace(in_shape=None, backend="onnxrt", override_execution_provider="CPUExecutionProvider")
for line in sys.stdin:
    picture = iio.imread(line.rstrip("\n"))[:, :, :3]
    begun = time.process_time()
    found, _ = centerface(picture, threshold=0.2)
    spent = (time.process_time() - begun) * 1000
    boxes = [[float(edge) for edge in box[:4]] for box in found]
    print(json.dumps({"boxes": boxes, "ms": spent}), flush=True)
