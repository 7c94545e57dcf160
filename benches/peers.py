#!/usr/bin/env python3
"""Time Eyelid against its peers on the same pictures, in turn in one run, and print medians and ratios.

Times are the processor's, user and system, so that a shared machine spoils them less. Faces are hidden with the fast tier,
which finds at least as many as deface does (`cargo bench --bench truth` counts them), and with the thorough one, the default.

usage: benches/peers.py [PICTURE...] [--runs N]        (pictures of the demo school when none is named)

Peers that are not on the machine are said and left out. To have them all:
  apt-get install libvips-tools mat2 libimage-exiftool-perl; pip install deface onnx onnxruntime
Every command is a whole process on one processor, from its start to its end; a warm-up run of each is not counted.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EYELID = ROOT / "target" / "release" / "eyelid"


def jobs(pictures, out):
    """What is compared: task -> {program: (command, files the command may change)}."""
    names = [str(p) for p in pictures]
    eyelid = [str(EYELID), "scrub", "-o", str(out / "eyelid")]
    return {
        "strip metadata": {
            "eyelid": eyelid + ["--faces", "none", *names],
            "exiftool": ["exiftool", "-q", "-all=", "-o", str(out / "exiftool") + "/", *names],
            "mat2": ["mat2", *[str(out / "mat2" / p.name) for p in pictures]],
        },
        "hide every face": {
            "eyelid": [*eyelid, "--tier", "fast", *names],
            "eyelid thorough": eyelid + names,
            "deface": ["deface", "--backend", "onnxrt", *[str(out / "deface" / p.name) for p in pictures]],
        },
        "resize to 1024": {
            "eyelid": eyelid + ["--faces", "none", "--max-px", "1024", *names],
            "vipsthumbnail": ["vipsthumbnail", *names, "--size", "1024x1024", "--rotate",
                              "-o", str(out / "vips") + "/%s.jpg[strip]"],
        },
    }


def fresh(out, pictures):
    """Every run starts from the same files: results of the run before are gone, copies are new."""
    shutil.rmtree(out, ignore_errors=True)
    for folder in ("eyelid", "exiftool", "mat2", "deface", "vips"):
        (out / folder).mkdir(parents=True)
    for picture in pictures:
        for folder in ("mat2", "deface"):
            shutil.copy(picture, out / folder / picture.name)


def spent():
    """Seconds that the ended children kept a processor busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command):
    begun = spent()
    done = subprocess.run(["taskset", "-c", "0", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    seconds = spent() - begun
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no message"])[-1])
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    pictures = chosen.pictures or sorted((ROOT / "fixtures/school").rglob("photos/**/*.[jJ][pP][gG]"))[:6]
    if not EYELID.exists():
        sys.exit(f"{EYELID} is missing: run cargo build --release first")
    if len({p.name for p in pictures}) != len(pictures):
        sys.exit("two pictures have the same file name: the peers would overwrite one with the other")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        print(f"{len(pictures)} pictures, {os.cpu_count()} processors, each command on one, median of {chosen.runs} runs")
        for task, programs in jobs(pictures, out).items():
            times = {}
            for run in range(chosen.runs + 1):
                for name, command in programs.items():
                    if times.get(name) is None and name in times:
                        continue
                    if shutil.which(command[0]) is None:
                        times[name] = None
                        print(f"  {name} is not on this machine and is left out of: {task}")
                        continue
                    fresh(out, pictures)
                    try:
                        seconds = timed(command)
                    except RuntimeError as error:
                        times[name] = None
                        print(f"  {name} failed and is left out of: {task} ({error})")
                        continue
                    times.setdefault(name, [])
                    if run:
                        times[name].append(seconds)
            ours = statistics.median(times["eyelid"]) if times.get("eyelid") else None
            print(task)
            for name, seconds in times.items():
                if not seconds:
                    continue
                median = statistics.median(seconds)
                ratio = f"{median / ours:6.2f} x eyelid" if ours else ""
                print(f"  {name:16} {median:8.3f} s  ({min(seconds):.3f} to {max(seconds):.3f})  {ratio}")


if __name__ == "__main__":
    main()
