//! Work to be done, leased to workers: no job is lost, none is done by two at once, none is tried for ever.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use super::photos;
use super::workers::{self, WorkerId};
use crate::audit::{Event, JobEvent};
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
    /// Compare its faces with the templates of those whose gate is open.
    Match,
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

impl Read {
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

    /// How many photos wait to be looked into for the first time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn photos_waiting(&self) -> Result<u64, StoreError> {
        let sql = "select count(*) from jobs where state = 'queued' and priority = ?1";
        Ok(self.row(sql, [JobKind::InspectFast as u8], |row| row.get(0))?.unwrap_or_default())
    }

    /// Whether this work waits or is being done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_queued(&self, kind: JobKind, photo: &PhotoId) -> Result<bool, StoreError> {
        let sql = "select 1 from jobs where kind = ?1 and photo = ?2 and state in ('queued', 'leased')";
        Ok(self.row(sql, (Json(kind), photo), |_| Ok(()))?.is_some())
    }

    /// How many pictures are out on a channel now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn released_count(&self) -> Result<u64, StoreError> {
        let sql = "select count(*) from releases where withdrawn_at is null";
        Ok(self.row(sql, [], |row| row.get(0))?.unwrap_or_default())
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
        let revived = |job| Event::Job(JobEvent::JobQueued { job, photo: photo.clone() });
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
        let leased = |_| Event::Job(JobEvent::JobLeased { job: next.id, attempt: next.attempt });
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
        let done = self.change(sql, (job, worker.as_str()), |_| Event::Job(JobEvent::JobFinished { job }))?;
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
        let jobs = self.rows(
            "select id, attempts, worker, leased_until from jobs where state = 'leased' order by id",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, At>(3)?.0)),
        )?;
        let holders = jobs.iter().map(|(_, _, holder, _)| holder.as_str());
        let dead = workers::dead(&self.dir.join("workers"), own, holders);
        for (job, attempts, holder, until) in &jobs {
            if *until <= self.now || dead.contains(holder.as_str()) {
                self.set_free(*job, *attempts, "worker_gone", Duration::ZERO)?;
            }
        }
        Ok(())
    }

    fn set_free(&self, job: JobId, attempts: u32, code: &str, wait: Duration) -> Result<Failed, StoreError> {
        if attempts >= MAX_ATTEMPTS {
            let sql =
                "update jobs set state = 'dead', worker = null, leased_until = null, last_error = ?2 where id = ?1";
            self.change(sql, (job, code), |_| Event::Job(JobEvent::JobDied { job }))?;
            return Ok(Failed::Dead);
        }
        let again = later(self.now, wait);
        let sql =
            "update jobs set state = 'queued', worker = null, leased_until = null, last_error = ?2, not_before = ?3
                   where id = ?1";
        let event = |_| {
            if wait.is_zero() {
                Event::Job(JobEvent::JobReleased { job })
            } else {
                Event::Job(JobEvent::JobFailed { job })
            }
        };
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::thread;

    use proptest::prelude::*;

    use super::super::sample::{at, photo, store, write};
    use super::super::{Store, Worker};
    use super::*;

    const LEASE: Duration = Duration::from_secs(100);

    fn lease(store: &Store, seconds: i64, worker: &Worker) -> Option<Job> {
        write(store, seconds, |w| w.lease(worker.id(), LEASE))
    }

    #[test]
    fn the_fast_look_at_every_photo_comes_first() {
        let (_dir, store) = store();
        for bytes in ["a", "b"] {
            let photo = photo(&store, bytes);
            for kind in [JobKind::InspectThorough, JobKind::InspectFast, JobKind::InspectFast] {
                write(&store, 0, |w| w.enqueue(kind, &photo));
            }
        }
        let worker = store.sign_on().unwrap();
        let kinds: Vec<_> = std::iter::from_fn(|| lease(&store, 0, &worker)).map(|job| job.kind).collect();
        use JobKind::{InspectFast as Fast, InspectThorough as Thorough};
        assert_eq!(kinds, [Fast, Fast, Thorough, Thorough]);
    }

    #[test]
    fn a_job_whose_worker_is_gone_is_free_at_once_and_the_late_result_is_refused() {
        let (_dir, store) = store();
        let photo = photo(&store, "a");
        write(&store, 0, |w| w.enqueue(JobKind::InspectFast, &photo));
        let (first, second) = (store.sign_on().unwrap(), store.sign_on().unwrap());
        let job = lease(&store, 1, &first).unwrap();
        assert_eq!(lease(&store, 1, &second), None, "its worker lives");
        let gone = first.id().clone();
        drop(first);
        let again = lease(&store, 1, &second).unwrap();
        assert_eq!((again.id, again.attempt), (job.id, 2));
        let late: Result<(), StoreError> =
            store.write(&super::super::sample::actor(), at(1), |w| w.finish(job.id, &gone));
        assert!(matches!(late, Err(StoreError::LeaseLost { .. })));
        write(&store, 1, |w| w.finish(job.id, second.id()));
        assert_eq!(store.read(Read::job_counts).unwrap(), JobCounts { done: 1, ..JobCounts::default() });
    }

    #[test]
    fn a_photo_that_kills_its_workers_is_given_up_and_can_be_queued_again() {
        let (_dir, store) = store();
        let photo = photo(&store, "a");
        write(&store, 0, |w| w.enqueue(JobKind::InspectFast, &photo));
        for attempt in 1..=MAX_ATTEMPTS {
            let worker = store.sign_on().unwrap();
            assert_eq!(lease(&store, 1, &worker).map(|job| job.attempt), Some(attempt));
        }
        let worker = store.sign_on().unwrap();
        assert_eq!(lease(&store, 1, &worker), None);
        let dead = store.read(Read::dead_jobs).unwrap();
        assert_eq!(dead.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>(), ["worker_gone"]);
        write(&store, 2, |w| w.enqueue(JobKind::InspectFast, &photo));
        assert_eq!(lease(&store, 2, &worker).map(|job| job.attempt), Some(1));
    }

    #[test]
    fn many_threads_never_get_the_same_job() {
        let (dir, store) = store();
        for number in 0..40 {
            let photo = photo(&store, &number.to_string());
            write(&store, 0, |w| w.enqueue(JobKind::InspectFast, &photo));
        }
        let other = Store::open(dir.path(), at(0)).unwrap();
        let leased: Vec<JobId> = thread::scope(|scope| {
            let stores = [&store, &other, &store, &other, &store, &other];
            let work = |store: &'_ Store| {
                let worker = store.sign_on().unwrap();
                let jobs = std::iter::from_fn(|| {
                    let job = lease(store, 1, &worker)?;
                    write(store, 1, |w| w.finish(job.id, worker.id()));
                    Some(job.id)
                });
                jobs.collect::<Vec<_>>()
            };
            let threads: Vec<_> = stores.map(|store| scope.spawn(move || work(store))).into_iter().collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(leased.len(), 40);
        assert_eq!(leased.iter().collect::<BTreeSet<_>>().len(), 40);
    }

    #[derive(Debug, Clone)]
    enum Act {
        Enqueue(usize, bool),
        Lease(usize),
        Finish(usize, usize),
        Fail(usize, usize),
        Wait(i64),
        Die(usize),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            3 => (0..3usize, any::<bool>()).prop_map(|(photo, fast)| Act::Enqueue(photo, fast)),
            4 => (0..3usize).prop_map(Act::Lease),
            2 => (0..3usize, 0..6usize).prop_map(|(worker, job)| Act::Finish(worker, job)),
            3 => (0..3usize, 0..6usize).prop_map(|(worker, job)| Act::Fail(worker, job)),
            2 => (1..130i64).prop_map(Act::Wait),
            1 => (0..3usize).prop_map(Act::Die),
        ];
        prop::collection::vec(act, 1..50)
    }

    /// The rules in the plainest words: a list of jobs, walked from the front.
    #[derive(Debug, Clone, PartialEq)]
    enum Is {
        Queued(i64),
        Leased { worker: usize, until: i64 },
        Done,
        Dead,
    }

    struct Naive {
        jobs: Vec<(usize, bool, u32, Is)>,
        alive: [bool; 3],
    }

    impl Naive {
        fn enqueue(&mut self, photo: usize, fast: bool, now: i64) {
            for job in &mut self.jobs {
                if (job.0, job.1) == (photo, fast) && job.3 != Is::Done {
                    if job.3 == Is::Dead {
                        (job.2, job.3) = (0, Is::Queued(now));
                    }
                    return;
                }
            }
            self.jobs.push((photo, fast, 0, Is::Queued(now)));
        }

        fn lease(&mut self, worker: usize, now: i64) -> Option<(usize, u32)> {
            for job in &mut self.jobs {
                if let Is::Leased { worker: holder, until } = job.3
                    && (until <= now || !self.alive[holder])
                {
                    job.3 = if job.2 == MAX_ATTEMPTS { Is::Dead } else { Is::Queued(now) };
                }
            }
            for fast in [true, false] {
                for (place, job) in self.jobs.iter_mut().enumerate() {
                    if job.1 == fast && matches!(job.3, Is::Queued(from) if from <= now) {
                        job.2 += 1;
                        job.3 = Is::Leased { worker, until: now + 100 };
                        return Some((place, job.2));
                    }
                }
            }
            None
        }

        fn end(&mut self, worker: usize, place: usize, failed: bool, now: i64) -> bool {
            let Some(job) = self.jobs.get_mut(place) else { return false };
            if !matches!(job.3, Is::Leased { worker: holder, .. } if holder == worker) {
                return false;
            }
            let pauses = [0, 5, 10, 20, 40];
            job.3 = match (failed, job.2) {
                (false, _) => Is::Done,
                (true, MAX_ATTEMPTS) => Is::Dead,
                (true, attempts) => Is::Queued(now + pauses[attempts as usize]),
            };
            true
        }

        fn counts(&self) -> JobCounts {
            let count = |wanted: fn(&Is) -> bool| self.jobs.iter().filter(|job| wanted(&job.3)).count() as u64;
            JobCounts {
                queued: count(|is| matches!(is, Is::Queued(_))),
                leased: count(|is| matches!(is, Is::Leased { .. })),
                done: count(|is| *is == Is::Done),
                dead: count(|is| *is == Is::Dead),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn jobs_go_as_the_plain_rules_say(acts in acts()) {
            let (_dir, store) = store();
            let photos = ["a", "b", "c"].map(|bytes| photo(&store, bytes));
            let mut naive = Naive { jobs: Vec::new(), alive: [true; 3] };
            // worker ids are never used again: a dead one's successor is another worker
            let mut workers: Vec<Option<Worker>> = (0..3).map(|_| store.sign_on().ok()).collect();
            let ids: Vec<WorkerId> = workers.iter().flatten().map(|worker| worker.id().clone()).collect();
            let mut numbers: BTreeMap<usize, JobId> = BTreeMap::new();
            let mut now = 0;
            for act in acts {
                match act {
                    Act::Enqueue(photo, fast) => {
                        let kind = if fast { JobKind::InspectFast } else { JobKind::InspectThorough };
                        write(&store, now, |w| w.enqueue(kind, &photos[photo]));
                        naive.enqueue(photo, fast, now);
                    }
                    Act::Lease(worker) => {
                        let Some(living) = &workers[worker] else { continue };
                        let job = lease(&store, now, living);
                        let expected = naive.lease(worker, now);
                        prop_assert_eq!(job.as_ref().map(|job| job.attempt), expected.map(|(_, attempt)| attempt));
                        if let (Some(job), Some((place, _))) = (job, expected) {
                            prop_assert_eq!(*numbers.entry(place).or_insert(job.id), job.id);
                        }
                    }
                    Act::Finish(worker, place) | Act::Fail(worker, place) => {
                        let failed = matches!(act, Act::Fail(..));
                        let number = numbers.get(&place).copied().unwrap_or(-1);
                        let actor = super::super::sample::actor();
                        let ended = store.write(&actor, at(now), |w| match failed {
                            true => w.fail(number, &ids[worker], "test").map(drop),
                            false => w.finish(number, &ids[worker]),
                        });
                        prop_assert_eq!(ended.is_ok(), naive.end(worker, place, failed, now));
                    }
                    Act::Wait(seconds) => now += seconds,
                    Act::Die(worker) => {
                        workers[worker] = None;
                        naive.alive[worker] = false;
                    }
                }
                prop_assert_eq!(store.read(Read::job_counts).unwrap(), naive.counts());
            }
            store.read(|r| r.verify_audit(&[])).unwrap();
        }
    }
}
