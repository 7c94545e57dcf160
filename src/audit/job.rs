//! What can happen to the work that waits, told in ids.

use serde::{Deserialize, Serialize};

use crate::domain::id::PhotoId;

/// A change of a job; written as every event is, with its kind under `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JobEvent {
    /// Work was queued, or queued again after it was given up.
    JobQueued {
        /// The job.
        job: i64,
        /// The photo it works on.
        photo: PhotoId,
    },
    /// A worker took a job.
    JobLeased {
        /// The job.
        job: i64,
        /// How often it was taken, this time included.
        attempt: u32,
    },
    /// A job's worker is gone, or took too long; the job waits again.
    JobReleased {
        /// The job.
        job: i64,
    },
    /// A job is done.
    JobFinished {
        /// The job.
        job: i64,
    },
    /// A job failed and will be tried again.
    JobFailed {
        /// The job.
        job: i64,
    },
    /// A job was given up; a human has to look.
    JobDied {
        /// The job.
        job: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;

    #[test]
    fn a_job_stands_in_the_chain_as_every_event_does() {
        let text = r#"{"event":"job_leased","job":7,"attempt":2}"#;
        let event = Event::Job(JobEvent::JobLeased { job: 7, attempt: 2 });
        assert_eq!(serde_json::to_string(&event).unwrap(), text);
        assert_eq!(serde_json::from_str::<Event>(text).unwrap(), event);
        let other = Event::HeadCounted { photo: PhotoId::of(&crate::domain::id::Digest::of(b"a")), count: 3 };
        assert_eq!(serde_json::from_str::<Event>(&serde_json::to_string(&other).unwrap()).unwrap(), other);
        assert!(serde_json::from_str::<Event>(r#"{"event":"nothing_known"}"#).is_err());
    }
}
