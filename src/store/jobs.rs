//! Work to be done, leased to workers: no job is lost, none is done by two at once, none is tried for ever.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use super::workers::{self, WorkerId};
use crate::audit::Event;
use crate::domain::id::PhotoId;
use crate::domain::time::Timestamp;

/// A job is taken at most so often, then given up: a photo that kills its worker must not kill workers for ever.
pub const MAX_ATTEMPTS: u32 = 5;

const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// A job's number.
pub type JobId = i64;

/// What is to be done with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Look inside and find faces quickly, so that people can start naming.
    InspectFast,
    /// Find faces thoroughly, so that the photo may leave.
    InspectThorough,
}

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// With which photo.
    pub photo: PhotoId,
    /// How often it was taken, this time included.
    pub attempt: u32,
}

/// What becomes of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It will be tried again, not before this moment.
    Again(Timestamp),
    /// It was given up.
    Dead,
}

/// How many jobs there are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct JobCounts {
    /// Waiting.
    pub queued: u64,
    /// With a worker.
    pub leased: u64,
    /// Done.
    pub done: u64,
    /// Given up.
    pub dead: u64,
}

impl Read<'_> {
    /// How many jobs there are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub fn job_counts(&self) -> Result<JobCounts, StoreError> {
        let counts = |row: &rusqlite::Row<'_>| {
            Ok(JobCounts { queued: row.get(0)?, leased: row.get(1)?, done: row.get(2)?, dead: row.get(3)? })
        };
        Ok(self.row(include_str!("jobs/counts.sql"), [], counts)?.unwrap_or_default())
    }

    /// The earliest moment at which a waiting job may be taken; nothing when none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_job_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "select min(not_before) from jobs where state = 'queued'";
        let next = self.row(sql, [], |row| row.get::<_, Option<At>>(0))?;
        Ok(next.flatten().map(|at| at.0))
    }

    /// The jobs that were given up, each with the code of its last failure.
    ///
    /// # Errors
    /// When the database fails.
    pub fn dead_jobs(&self) -> Result<Vec<(Job, String)>, StoreError> {
        let sql = "select id, kind, photo, attempts, last_error from jobs where state = 'dead' order by id";
        self.rows(sql, [], |row| Ok((job(row)?, row.get(4)?)))
    }
}

impl Write<'_> {
    /// Queues work unless the same is waiting or being done; work that was given up or is done starts afresh.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn enqueue(&self, kind: JobKind, photo: &PhotoId) -> Result<(), StoreError> {
        if self.photo(photo)?.is_none() {
            return Err(photos::missing(photo));
        }
        let revived = |job| Event::JobQueued { job, photo: photo.clone() };
        let dead = "select id from jobs where kind = ?1 and photo = ?2 and state = 'dead'";
        if let Some(job) = self.row(dead, (Json(kind), photo), |row| row.get::<_, JobId>(0))? {
            let sql = "update jobs set state = 'queued', attempts = 0, not_before = ?2 where id = ?1";
            self.change(sql, (job, At(self.now)), |_| revived(job))?;
            return Ok(());
        }
        self.change(include_str!("jobs/enqueue.sql"), (Json(kind), photo, kind as u8, At(self.now)), revived)?;
        Ok(())
    }

    /// Takes the next job for a worker, for at most so long: fast ones first, then in the order of queueing. Jobs whose worker is
    /// gone or late are freed before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease(&self, worker: &WorkerId, at_most: Duration) -> Result<Option<Job>, StoreError> {
        self.release_abandoned(worker)?;
        let Some(mut next) = self.row(include_str!("jobs/next.sql"), [At(self.now)], job)? else {
            return Ok(None);
        };
        next.attempt += 1;
        let leased = |_| Event::JobLeased { job: next.id, attempt: next.attempt };
        let sql = "update jobs set state = 'leased', attempts = ?2, worker = ?3, leased_until = ?4 where id = ?1";
        self.change(sql, (next.id, next.attempt, worker.as_str(), At(later(self.now, at_most))), leased)?;
        Ok(Some(next))
    }

    /// The work is done; to be called in the transaction that keeps its result.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is no longer this worker's, or the database fails.
    pub fn finish(&self, job: JobId, worker: &WorkerId) -> Result<(), StoreError> {
        let sql = "update jobs set state = 'done', worker = null, leased_until = null, last_error = null
                   where id = ?1 and worker = ?2";
        let done = self.change(sql, (job, worker.as_str()), |_| Event::JobFinished { job })?;
        done.map(drop).ok_or(StoreError::LeaseLost { job })
    }

    /// The work failed: it waits, longer each time, or is given up. `code` says why, in the program's own words.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is no longer this worker's, or the database fails.
    pub fn fail(&self, job: JobId, worker: &WorkerId, code: &'static str) -> Result<Failed, StoreError> {
        let sql = "select attempts from jobs where id = ?1 and worker = ?2";
        let attempts = self.row(sql, (job, worker.as_str()), |row| row.get(0))?.ok_or(StoreError::LeaseLost { job })?;
        self.set_free(job, attempts, code, pause(attempts))
    }

    /// Frees the jobs of workers that are gone (their lock file is free) or late (the lease is over).
    ///
    /// # Errors
    /// When the database fails.
    pub fn release_abandoned(&self, own: &WorkerId) -> Result<(), StoreError> {
        let leased = "select distinct worker from jobs where state = 'leased'";
        let holders = self.rows(leased, [], |row| row.get::<_, String>(0))?;
        let dead = |holder: &String| holder != own.as_str() && !workers::lives(&self.dir.join("workers"), holder);
        let dead: BTreeSet<String> = holders.into_iter().filter(dead).collect();
        let jobs = self.rows(
            "select id, attempts, worker, leased_until from jobs where state = 'leased' order by id",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, At>(3)?.0)),
        )?;
        for (job, attempts, holder, until) in jobs {
            if until <= self.now || dead.contains(&holder) {
                self.set_free(job, attempts, "worker_gone", Duration::ZERO)?;
            }
        }
        Ok(())
    }

    fn set_free(&self, job: JobId, attempts: u32, code: &str, wait: Duration) -> Result<Failed, StoreError> {
        if attempts >= MAX_ATTEMPTS {
            let sql =
                "update jobs set state = 'dead', worker = null, leased_until = null, last_error = ?2 where id = ?1";
            self.change(sql, (job, code), |_| Event::JobDied { job })?;
            return Ok(Failed::Dead);
        }
        let again = later(self.now, wait);
        let sql =
            "update jobs set state = 'queued', worker = null, leased_until = null, last_error = ?2, not_before = ?3
                   where id = ?1";
        let event = |_| if wait.is_zero() { Event::JobReleased { job } } else { Event::JobFailed { job } };
        self.change(sql, (job, code, At(again)), event)?;
        Ok(Failed::Again(again))
    }
}

/// 5, 10, 20, 40 seconds after the first, second, third, fourth failure.
fn pause(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(10))
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn job(row: &rusqlite::Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job { id: row.get(0)?, kind: row.get::<_, Json<_>>(1)?.0, photo: row.get(2)?, attempt: row.get(3)? })
}
