//! Whom a face resembles most, among the few who may be compared at all.
//!
//! Two pictures of one adult were 0.39 apart on average, two strangers 0.88, and the threshold comes from there. The rendered
//! pupils of `fixtures/school` lie closer together (0.29 and 0.59): that they are told apart is **no evidence** of accuracy
//! on real children, who are harder than adults. That is why a person confirms every suggestion.

use super::embed::Descriptor;

/// The nearest three of the gallery, the nearest first; none farther away than `limit`. Everybody
/// counts with their nearest descriptor, and of two at the same distance the smaller key comes first.
///
/// Whoever calls decides who is in the gallery: the roster of the event, and nobody whose gate is shut.
pub fn closest<'a, K: Ord>(
    probe: &Descriptor,
    gallery: impl IntoIterator<Item = (K, &'a [Descriptor])>,
    limit: f32,
) -> Vec<(K, f32)> {
    let nearest = |of: &[Descriptor]| of.iter().map(|known| probe.distance(known)).min_by(f32::total_cmp);
    let mut near: Vec<(K, f32)> = gallery
        .into_iter()
        .filter_map(|(key, of)| Some((key, nearest(of)?)))
        .filter(|(_, distance)| *distance <= limit)
        .collect();
    near.sort_by(|(a, near), (b, far)| near.total_cmp(far).then_with(|| a.cmp(b)));
    near.truncate(3);
    near
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Differs from others in its first two numbers only, by eighths: those are squared and added without rounding, so that
    /// two at the same distance tie here as they do in whole numbers.
    fn descriptor((x, y): (i8, i8)) -> Descriptor {
        let mut numbers = [0.25; Descriptor::LENGTH];
        (numbers[0], numbers[1]) = (f32::from(x) / 8.0, f32::from(y) / 8.0);
        Descriptor::new(numbers).unwrap()
    }

    proptest! {
        #[test]
        fn the_nearest_three_within_the_limit(
            probe in (-9_i8..9, -9_i8..9),
            gallery in prop::collection::btree_map(0_u8..9, prop::collection::vec((-9_i8..9, -9_i8..9), 0..4), 0..9),
            limit in 0.0_f32..2.0,
        ) {
            let held: Vec<(u8, Vec<Descriptor>)> =
                gallery.iter().map(|(key, of)| (*key, of.iter().copied().map(descriptor).collect())).collect();
            let found = closest(&descriptor(probe), held.iter().map(|(key, of)| (*key, of.as_slice())), limit);
            // whole numbers: the squared distance 64-fold, everybody ranked, then cut
            let squared = |&(x, y): &(i8, i8)| {
                let (dx, dy) = (i32::from(x) - i32::from(probe.0), i32::from(y) - i32::from(probe.1));
                dx * dx + dy * dy
            };
            let mut naive: Vec<(i32, u8)> = Vec::new();
            for (key, of) in &gallery {
                if let Some(nearest) = of.iter().map(squared).min() {
                    naive.push((nearest, *key));
                }
            }
            naive.sort_unstable();
            for (place, (distance, key)) in naive.iter().enumerate() {
                let exact = f64::from(*distance).sqrt() / 8.0;
                // numbers that differ by rounding only may fall on either side
                prop_assume!((exact - f64::from(limit)).abs() > 1e-4);
                let wanted = place < 3 && exact <= f64::from(limit);
                prop_assert_eq!(wanted, found.iter().any(|(found, _)| found == key));
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].1 <= pair[1].1 + 1e-6));
            prop_assert!(found.len() <= 3);
        }
    }

    #[test]
    fn a_number_that_is_none_makes_no_descriptor() {
        assert!(Descriptor::new([f32::NAN; Descriptor::LENGTH]).is_none());
        assert!(Descriptor::new([f32::INFINITY; Descriptor::LENGTH]).is_none());
        assert_eq!(format!("{:?}", descriptor((1, 2))), "Descriptor(..)");
    }
}
