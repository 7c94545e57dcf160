//! A table of every photo and channel with the verdict and its first reason.

use std::fmt::Write;

use super::decide::word;
use super::place::House;
use super::{clock, output};
use crate::consent::{Decision, FaceAct, Reader, Verdict, Weight};
use crate::pipeline::decide::Identified;
