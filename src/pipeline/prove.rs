//! A rendition is judged by its finished bytes before anything of it may leave: what was encoded is decoded again and looked at.

use crate::consent::Clearance;
use crate::domain::geometry::Size;
use crate::domain::id::Digest;
use crate::vision::{Claim, Credit, ProofError, prove};

use super::error::PipelineError;
use super::render::Rendered;

/// A picture whose bytes were found to be what the verdict asks for. There is no other way to the release stage.
#[derive(Debug, Clone)]
pub struct Proven<C> {
    pub(super) clearance: C,
    pub(super) bytes: Vec<u8>,
    pub(super) size: Size,
    pub(super) proof: Digest,
}

impl<C: Clearance> Rendered<C> {
    /// Decodes the bytes again and checks them against the verdict's plan for a photo of this size.
    ///
    /// # Errors
    /// When anything is not as it has to be: then the picture must not leave.
    pub fn prove(self, photo: Size) -> Result<Proven<C>, PipelineError> {
        let Self { clearance, bytes, size } = self;
        let plan = clearance.plan();
        let credit = Credit { credit: plan.credit(), rights: plan.credit() };
        let claim = Claim { size, photo, hidden: plan.hidden(), style: plan.style(), credit };
        match prove(&bytes, &claim) {
            Ok(()) => {}
            Err(ProofError::Flaw(flaw)) => return Err(PipelineError::Flawed(plan.photo().clone(), flaw)),
            Err(ProofError::Model(error)) => return Err(error.into()),
        }
        let proof = digest(&bytes, &claim, plan.fingerprint());
        Ok(Proven { clearance, bytes, size, proof })
    }
}

/// What was proven of which bytes.
fn digest(bytes: &[u8], claim: &Claim<'_>, fingerprint: &Digest) -> Digest {
    let Size { width, height } = claim.size;
    let said = format!("eyelid proof 1\n{}\n{fingerprint}\n{width} x {height}\n{:?}", Digest::of(bytes), claim.hidden);
    Digest::of(said.as_bytes())
}
