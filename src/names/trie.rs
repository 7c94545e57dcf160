//! Finds many names in one walk over a text.

use std::collections::HashMap;

use super::line::{Joint, Line};

/// Between the words of a name; a text may write anything that joins words there, or nothing.
const JOINT: char = ' ';

/// A set of names, each one or more folded words, numbered in the order of first insertion.
#[derive(Clone, Default)]
pub(super) struct Trie {
    edges: HashMap<(u32, char), u32>,
    ends: HashMap<u32, u32>,
    nodes: u32,
    names: u32,
}

impl Trie {
    /// The number of the name of these words, the next free one when it is new.
    pub(super) fn insert(&mut self, words: &[String]) -> u32 {
        let mut node = 0;
        for (at, word) in words.iter().enumerate() {
            for ch in (at > 0).then_some(JOINT).into_iter().chain(word.chars()) {
                node = *self.edges.entry((node, ch)).or_insert_with(|| {
                    self.nodes += 1;
                    self.nodes
                });
            }
        }
        *self.ends.entry(node).or_insert_with(|| {
            self.names += 1;
            self.names - 1
        })
    }

    /// Calls `visit(end, name)` for every name that stands at glyph `from`, whatever follows it; one that begins within a
    /// run of letters must end before the next blank. The cost is bounded by the longest name, not by the text.
    pub(super) fn walk(&self, line: &Line, from: usize, visit: &mut dyn FnMut(usize, u32)) {
        let crosses = line.edge(from);
        let (mut states, mut next, mut at) = (vec![0], Vec::new(), from);
        loop {
            let mut jointed = at > from;
            if line.letter(at).is_none() {
                match line.joint(at).filter(|(_, joint)| crosses || *joint == Joint::Soft) {
                    Some((after, Joint::Soft)) => at = after,
                    Some((after, Joint::Hard)) => {
                        states = states.iter().filter_map(|state| self.step(*state, JOINT)).collect();
                        (at, jointed) = (after, false);
                    }
                    None => return,
                }
            }
            let Some(letter) = line.letter(at) else { return };
            next.clear();
            for state in &states {
                next.extend(self.step(*state, letter));
                if jointed {
                    next.extend(self.step(*state, JOINT).and_then(|joint| self.step(joint, letter)));
                }
            }
            if next.is_empty() {
                return;
            }
            std::mem::swap(&mut states, &mut next);
            at += 1;
            states.iter().filter_map(|state| self.ends.get(state)).for_each(|name| visit(at, *name));
        }
    }

    fn step(&self, state: u32, ch: char) -> Option<u32> {
        self.edges.get(&(state, ch)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::fold::Reading;

    fn ends(words: &[&str], text: &str) -> Vec<usize> {
        let mut trie = Trie::default();
        trie.insert(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut ends = Vec::new();
        trie.walk(&Line::new(text, Reading::Bare), 0, &mut |end, _| ends.push(end));
        ends
    }

    #[test]
    fn words_may_be_joined_by_anything_or_nothing_but_split_only_where_the_name_is() {
        for text in ["o'brien smith", "OBrienSmith", "obriensmith", "o brien-smith", "o_brien_smith", "O'Brien–Smith"]
        {
            assert_eq!(ends(&["o", "brien", "smith"], text).len(), 1, "{text}");
        }
        for text in ["o'bri en smith", "o brien", "o, brien smith", "o'brienxsmith"] {
            assert_eq!(ends(&["o", "brien", "smith"], text).len(), 0, "{text}");
        }
        assert_eq!(ends(&["obrien"], "O'Brien"), [7]);
        assert_eq!(ends(&["goodall"], "good all").len(), 0);
    }
}
