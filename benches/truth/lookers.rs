//! Those who look for faces: Eyelid's tiers on each engine, and deface in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use eyelid::domain::geometry::Rect;
use eyelid::vision::{Detector, Pixels, Tier};
use serde::Deserialize;

use crate::tally::Seen;

/// Somebody who looks for faces.
pub(crate) enum Looker {
    Ours { detector: Detector, tier: Tier },
    Deface(Peer),
}

impl Looker {
    /// What it finds in a picture; deface reads the file itself.
    pub(crate) fn look(&mut self, path: &Path, pixels: &Pixels) -> Seen {
        match self {
            Self::Ours { detector, tier } => {
                let begun = processor_ms();
                let found = detector.detect(pixels, *tier).expect("a working engine");
                let ms = processor_ms() - begun;
                let part = |maybe| found.iter().filter(|face| face.maybe == maybe).map(|face| face.rect).collect();
                Seen { sure: part(false), maybe: part(true), ms }
            }
            Self::Deface(peer) => peer.look(path),
        }
    }
}

/// Milliseconds that all threads of this process kept a core busy: unlike the wall's, they do not grow when the machine
/// is shared. Linux counts them in hundredths of a second; elsewhere 0.
pub(crate) fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// deface, fed with paths.
pub(crate) struct Peer {
    child: Child,
    paths: ChildStdin,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Answer {
    boxes: Vec<[f32; 4]>,
    ms: f64,
}

impl Peer {
    /// Starts deface in this Python, when it is there.
    pub(crate) fn start(python: &Path) -> Option<Self> {
        let has_it =
            Command::new(python).args(["-c", "import deface, onnx, onnxruntime"]).stderr(Stdio::null()).status();
        has_it.ok().filter(std::process::ExitStatus::success)?;
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/truth/peer.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a Python");
        let (paths, answers) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Some(Self { child, paths, answers: BufReader::new(answers) })
    }

    fn look(&mut self, path: &Path) -> Seen {
        writeln!(self.paths, "{}", path.display()).expect("deface runs");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("deface answers");
        let answer: Answer = serde_json::from_str(&line)
            .expect("deface answers with boxes; run benches/truth/peer.py by hand to see why it does not");
        let sure = answer.boxes.into_iter().map(Rect::from).collect();
        Seen { sure, maybe: Vec::new(), ms: answer.ms }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // it ends with its input; a hung one must not outlive the bench
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}
