//! Whether anybody can tell who is hidden: `cargo bench --bench hiding`.
//!
//! Each of 23 rendered people has two portraits; an attacker has one of each and looks for the person who is hidden in the
//! other. *Naive*: the known portrait is as it was taken. *Same treatment*: the attacker hides it the same way first.
//! Printed is how often the nearest is the right one, with its 95 % interval; one in 23 is chance, and what lies above that by
//! 3.29 deviations (one in a thousand by chance) is marked.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints and stops at the first thing that is wrong"
)]

mod attack;
#[path = "../truth/faces.rs"]
#[expect(dead_code, reason = "only the reading is wanted here")]
mod faces;

use std::path::{Path, PathBuf};

use attack::{ATTACKS, Hiding, Published, Staged, interval, people, rank_one};
use clap::Parser;
use eyelid::domain::channel::Style;
use eyelid::domain::head::Cover;
use eyelid::vision::Embedder;
use serde_json::{Value, json};

/// Prints how often each attack names the right person, for every style and for ways that are not offered.
#[derive(Parser)]
struct Args {
    /// Also write the figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Handed over by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

const WAYS: &[(&str, Hiding)] = &[
    ("not hidden", Hiding::Nothing),
    ("ordinary blur (not offered)", Hiding::Gaussian),
    ("mean of the head itself (not offered)", Hiding::OwnMean),
    ("smooth, head", Hiding::Painted(Style::Smooth, Cover::Head)),
    ("fill, head", Hiding::Painted(Style::Fill([96, 104, 112]), Cover::Head)),
    ("blur, head", Hiding::Painted(Style::Blur, Cover::Head)),
    ("smooth, body", Hiding::Painted(Style::Smooth, Cover::Body)),
    ("fill, body", Hiding::Painted(Style::Fill([96, 104, 112]), Cover::Body)),
    ("blur, body", Hiding::Painted(Style::Blur, Cover::Body)),
];

fn main() {
    let args = Args::parse();
    let embedder = Embedder::shared().expect("weights that are those of the manifest");
    let people = people(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school"));
    println!(
        "{} people, chance {:.3}; rank-1, from 0 to 1, and its 95 % interval",
        people.len(),
        1.0 / people.len() as f64
    );
    let bare = published(&people, Hiding::Nothing);
    let mut rows = Vec::new();
    for (way, hiding) in WAYS {
        println!("\n{way:40} naive                     same treatment");
        let hidden = published(&people, *hiding);
        for (attack, numbers) in ATTACKS {
            let of = |all: &[[Published; 2]], which: usize| -> Vec<Vec<f32>> {
                all.iter().map(|two| numbers(&two[which], embedder)).collect()
            };
            let probes = [of(&hidden, 0), of(&hidden, 1)];
            let naive = rank_one(&probes[0], &of(&bare, 1)) + rank_one(&probes[1], &of(&bare, 0));
            let same = rank_one(&probes[0], &probes[1]) + rank_one(&probes[1], &probes[0]);
            println!("  {attack:38} {}   {}", told(naive, people.len()), told(same, people.len()));
            rows.push(row(way, attack, naive, same, people.len()));
        }
    }
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&rows).expect("figures")).expect("a writable file");
    }
}

fn published(people: &[[Staged; 2]], hiding: Hiding) -> Vec<[Published; 2]> {
    people.iter().map(|[one, other]| [one.publish(hiding), other.publish(hiding)]).collect()
}

fn told(hits: f64, people: usize) -> String {
    let all = 2.0 * people as f64;
    let (low, high) = interval(hits, all, 1.96);
    // with so many looks some leave the 95 % interval by chance
    let better = if interval(hits, all, 3.29).0 > 1.0 / people as f64 { "!" } else { " " };
    format!("{:.3} ({low:.3} to {high:.3}){better}", hits / all)
}

fn row(way: &str, attack: &str, naive: f64, same: f64, people: usize) -> Value {
    let all = 2.0 * people as f64;
    json!({ "way": way, "attack": attack, "naive": naive / all, "same_treatment": same / all, "chance": 1.0 / people as f64 })
}
