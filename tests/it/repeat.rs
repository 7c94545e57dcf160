//! A machine's repeated request does nothing twice.
#![cfg(test)]

use eyelid::domain::id::Digest;
use eyelid::store::{Answered, Repeat};

use super::site::{Running, now};

#[test]
fn a_key_is_for_one_request_and_its_answer_comes_again() {
    let site = Running::start();
    let actor = site.actor();
    let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
    let at = |minutes: i64| now().checked_add(jiff::Span::new().minutes(minutes)).unwrap();
    let take = |minutes, digest| site.store.write(&actor, at(minutes), |w| w.take_key("k", digest)).unwrap();
    assert_eq!(take(0, &one), Repeat::First);
    assert_eq!(take(1, &one), Repeat::Working);
    assert_eq!(take(1, &other), Repeat::Other);
    assert_eq!(take(16, &one), Repeat::First, "the first was cut short");
    let answer = Answered { status: 201, kind: Some("application/json".into()), body: Some(b"{}".to_vec()) };
    site.store.write(&actor, at(16), |w| w.keep_answer("k", &answer)).unwrap();
    assert_eq!(take(60, &one), Repeat::Answered(answer));
    assert_eq!(take(60, &other), Repeat::Other);
    assert_eq!(take(26 * 60, &other), Repeat::First, "a day later the key is free");
}
