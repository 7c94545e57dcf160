//! When something that failed is tried again: later each time, never all at once, never earlier than was asked for.

use std::time::Duration;

use super::trouble::Trouble;
use crate::domain::connection::DeliveryId;
use crate::domain::id::Digest;

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    /// How long to wait.
    pub(super) wait: Duration,
    /// Whether it is given up.
    pub(super) dead: bool,
}

/// The plan after the attempt of this number. What has to be taken back is never given up, and soon tried again whatever was in
/// its way: a site may have been under repair for that moment.
pub(super) fn plan(
    delivery: DeliveryId,
    attempt: u32,
    trouble: Trouble,
    takes_back: bool,
    asked: Option<Duration>,
) -> Plan {
    let dead = !takes_back && (!trouble.may_pass() || attempt >= MOST_ATTEMPTS);
    // what only a human can help is still tried a few times a day
    let wait = if takes_back || trouble.may_pass() { pause(attempt, spread(delivery, attempt)) } else { LONGEST };
    Plan { wait: wait.max(asked.unwrap_or_default().min(MOST_ASKED)), dead }
}

/// With the pauses between them, more than a day.
const MOST_ATTEMPTS: u32 = 16;
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// Whoever asks for more is tried daily.
const MOST_ASKED: Duration = Duration::from_secs(24 * 3600);

/// 5 seconds, and twice as long each time, from three quarters to five quarters of it.
fn pause(attempt: u32, spread: u8) -> Duration {
    let whole = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(LONGEST);
    whole * 3 / 4 + whole * u32::from(spread) / 510
}

/// As good as random, and the same when it is asked again.
fn spread(delivery: DeliveryId, attempt: u32) -> u8 {
    let [first, ..] = *Digest::of(format!("{} {attempt}", delivery.0).as_bytes()).as_bytes();
    first
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pauses_grow_within_their_bounds(id in 0_i64..1_000_000, attempt in 1_u32..100, asked in 0_u64..1_000_000) {
            let asked = Duration::from_secs(asked);
            let told = plan(DeliveryId(id), attempt, Trouble::Busy, true, Some(asked)).wait;
            let alone = plan(DeliveryId(id), attempt, Trouble::Busy, true, None).wait;
            prop_assert!(alone >= FIRST * 3 / 4 && alone <= LONGEST * 5 / 4);
            prop_assert_eq!(told, alone.max(asked.min(MOST_ASKED)));
            let later = plan(DeliveryId(id), attempt + 2, Trouble::Busy, true, None).wait;
            prop_assert!(later >= alone || later >= LONGEST * 3 / 4);
        }
    }

    #[test]
    fn what_has_to_be_taken_back_is_never_given_up() {
        for trouble in [Trouble::Unauthorized, Trouble::Slow] {
            assert!(!plan(DeliveryId(1), 1000, trouble, true, None).dead);
            assert!(plan(DeliveryId(1), 1, trouble, true, None).wait < 2 * FIRST);
            assert!(plan(DeliveryId(1), MOST_ATTEMPTS, trouble, false, None).dead);
        }
        assert!(plan(DeliveryId(1), 1, Trouble::Unauthorized, false, None).dead);
        assert!(!plan(DeliveryId(1), 1, Trouble::Slow, false, None).dead);
    }

    #[test]
    fn two_that_fail_together_are_not_tried_together() {
        let waits: std::collections::BTreeSet<_> =
            (0..50).map(|id| plan(DeliveryId(id), 8, Trouble::Busy, true, None).wait).collect();
        assert!(waits.len() > 30, "{}", waits.len());
    }
}
