//! A face turned upright and brought to the size that the descriptor's network wants.

use super::pixels::{Pixels, index};
use crate::domain::geometry::Point;

/// The sides of a chip in pixels.
pub(super) const CHIP: u32 = 150;

/// Where the eyes, the nose and the corners of the mouth come to lie in a chip, whose pixels have their centres at whole
/// numbers: the places at which the network was trained to see them, for landmarks as `CenterFace` sets them.
const TEMPLATE: [Point; 5] = [
    Point { x: 46.91, y: 46.75 },
    Point { x: 103.09, y: 46.75 },
    Point { x: 75.0, y: 78.46 },
    Point { x: 51.04, y: 102.56 },
    Point { x: 98.96, y: 102.56 },
];

/// A turn, a scale and a shift: `x' = a x - b y + c` and `y' = b x + a y + d`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Similarity {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

impl Similarity {
    /// The similarity that brings the points `from` closest to the points `to`, by the sum of squared distances (Umeyama,
    /// 1991; in two dimensions and without mirroring it is the regression of complex numbers). Nothing when the points
    /// lie on one spot or are not finite.
    pub(super) fn fit(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let mean = |points: &[Point; 5]| {
            let sum = points.iter().fold((0.0, 0.0), |sum, at| (sum.0 + f64::from(at.x), sum.1 + f64::from(at.y)));
            (sum.0 / 5.0, sum.1 / 5.0)
        };
        let (from_mean, to_mean) = (mean(from), mean(to));
        let (mut dot, mut cross, mut spread) = (0.0, 0.0, 0.0);
        for (from, to) in from.iter().zip(to) {
            let (x, y) = (f64::from(from.x) - from_mean.0, f64::from(from.y) - from_mean.1);
            let (u, v) = (f64::from(to.x) - to_mean.0, f64::from(to.y) - to_mean.1);
            dot += x * u + y * v;
            cross += x * v - y * u;
            spread += x * x + y * y;
        }
        let (a, b) = (dot / spread, cross / spread);
        let fit = Self {
            a,
            b,
            c: to_mean.0 - a * from_mean.0 + b * from_mean.1,
            d: to_mean.1 - b * from_mean.0 - a * from_mean.1,
        };
        let sound = [fit.a, fit.b, fit.c, fit.d].iter().all(|part| part.is_finite()) && fit.scale() > 1e-6;
        sound.then_some(fit)
    }

    fn scale(self) -> f64 {
        self.a.hypot(self.b)
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        (self.a * x - self.b * y + self.c, self.b * x + self.a * y + self.d)
    }
}

/// The face's chip as planes of red, green and blue, 0.0..=255.0; what lies outside the picture is black. Nothing when the
/// landmarks are not those of a face.
///
/// Each pixel of the chip is the mean over its own square in the full-size picture, however large that is: nothing
/// flickers in when a large face is made small.
pub(super) fn chip(pixels: &Pixels, landmarks: &[Point; 5]) -> Option<Vec<f32>> {
    let to_picture = Similarity::fit(&TEMPLATE, landmarks)?;
    let steps = whole(to_picture.scale().ceil()).clamp(1, MOST_STEPS);
    let offsets: Vec<f64> = (0..steps).map(|step| (f64::from(step) + 0.5) / f64::from(steps) - 0.5).collect();
    let share = 1.0 / f64::from(steps * steps);
    let side = index(CHIP);
    let mut planes = vec![0.0_f32; 3 * side * side];
    let (red, rest) = planes.split_at_mut(side * side);
    let (green, blue) = rest.split_at_mut(side * side);
    let places = (0..CHIP).flat_map(|y| (0..CHIP).map(move |x| (f64::from(x), f64::from(y))));
    for ((((x, y), red), green), blue) in places.zip(red).zip(green).zip(blue) {
        let mut sum = [0.0; 3];
        for down in &offsets {
            for across in &offsets {
                let (u, v) = to_picture.apply(x + across, y + down);
                let seen = between(pixels, u, v);
                sum = [sum[0] + seen[0], sum[1] + seen[1], sum[2] + seen[2]];
            }
        }
        [*red, *green, *blue] = sum.map(|sum| narrow(sum * share));
    }
    Some(planes)
}

/// A face whose chip needs more looks than this across a pixel has a head of 3600 pixels.
const MOST_STEPS: u32 = 24;

/// The colour at a place of the picture, whose pixels have their centres at halves, mixed from the four around it.
fn between(pixels: &Pixels, x: f64, y: f64) -> [f64; 3] {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right_share, bottom_share) = (x - left, y - top);
    let mut mixed = [0.0; 3];
    for (dx, dy, share) in [
        (0.0, 0.0, (1.0 - right_share) * (1.0 - bottom_share)),
        (1.0, 0.0, right_share * (1.0 - bottom_share)),
        (0.0, 1.0, (1.0 - right_share) * bottom_share),
        (1.0, 1.0, right_share * bottom_share),
    ] {
        let at = pixels.at(left + dx, top + dy).unwrap_or_default().map(f64::from);
        mixed = [mixed[0] + share * at[0], mixed[1] + share * at[1], mixed[2] + share * at[2]];
    }
    mixed
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn whole(value: f64) -> u32 {
    value as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a colour has a few digits")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::geometry::Size;

    /// The least squares as school teaches them: four normal equations, solved by elimination.
    fn naive(from: &[Point; 5], to: &[Point; 5]) -> [f64; 4] {
        let mut m = [[0.0_f64; 5]; 4];
        for (p, q) in from.iter().zip(to) {
            let (x, y) = (f64::from(p.x), f64::from(p.y));
            for (row, target) in [([x, -y, 1.0, 0.0], f64::from(q.x)), ([y, x, 0.0, 1.0], f64::from(q.y))] {
                for i in 0..4 {
                    for j in 0..4 {
                        m[i][j] += row[i] * row[j];
                    }
                    m[i][4] += row[i] * target;
                }
            }
        }
        for i in 0..4 {
            let best = (i..4).max_by(|&a, &b| m[a][i].abs().total_cmp(&m[b][i].abs())).unwrap();
            m.swap(i, best);
            for j in 0..4 {
                if j != i {
                    let (factor, row) = (m[j][i] / m[i][i], m[i]);
                    m[j].iter_mut().zip(row).for_each(|(cell, other)| *cell -= factor * other);
                }
            }
        }
        [m[0][4] / m[0][0], m[1][4] / m[1][1], m[2][4] / m[2][2], m[3][4] / m[3][3]]
    }

    fn point() -> impl Strategy<Value = Point> {
        (0.0_f32..4000.0, 0.0_f32..3000.0).prop_map(|(x, y)| Point { x, y })
    }

    fn points() -> impl Strategy<Value = [Point; 5]> {
        [point(), point(), point(), point(), point()]
    }

    fn moved(by: Similarity) -> [Point; 5] {
        TEMPLATE.map(|at| {
            let (x, y) = by.apply(f64::from(at.x), f64::from(at.y));
            Point { x: narrow(x), y: narrow(y) }
        })
    }

    proptest! {
        #[test]
        fn the_fit_is_the_least_squares_solution(from in points(), to in points()) {
            let fit = Similarity::fit(&from, &to).unwrap();
            let [a, b, c, d] = naive(&from, &to);
            prop_assert!((fit.a - a).abs() < 1e-4 && (fit.b - b).abs() < 1e-4, "{fit:?} {a} {b}");
            prop_assert!((fit.c - c).abs() < 0.1 && (fit.d - d).abs() < 0.1, "{fit:?} {c} {d}");
        }

        #[test]
        fn a_moved_face_is_brought_back(a in -20.0_f64..20.0, b in -20.0_f64..20.0, c in 0.0_f64..4000.0, d in 0.0_f64..3000.0) {
            prop_assume!(a.hypot(b) > 0.2);
            let by = Similarity { a, b, c, d };
            let fit = Similarity::fit(&TEMPLATE, &moved(by)).unwrap();
            for (got, wanted) in [(fit.a, a), (fit.b, b)] {
                prop_assert!((got - wanted).abs() < 1e-3, "{fit:?}");
            }
            prop_assert!((fit.c - c).abs() < 0.1 && (fit.d - d).abs() < 0.1, "{fit:?}");
        }
    }

    fn picture(size: Size, colour: impl Fn(u32, u32) -> [u8; 3]) -> Pixels {
        let rgb = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
        Pixels::new(size, rgb.flat_map(|(x, y)| colour(x, y)).collect()).unwrap()
    }

    #[test]
    fn landmarks_that_are_no_face_give_no_chip() {
        let grey = picture(Size { width: 9, height: 9 }, |_, _| [9; 3]);
        assert_eq!(chip(&grey, &[Point { x: 3.0, y: 3.0 }; 5]), None);
        let mut broken = TEMPLATE;
        broken[2].y = f32::NAN;
        assert_eq!(chip(&grey, &broken), None);
        let far = TEMPLATE.map(|at| Point { x: at.x + 1e9, y: at.y });
        assert!(chip(&grey, &far).is_none_or(|chip| chip.iter().all(|&value| value == 0.0)));
    }

    #[test]
    fn a_chip_is_the_mean_of_the_picture_under_each_of_its_pixels() {
        // a tenth of the size, a quarter turn: fine stripes become even grey, and a slope stays a slope
        let size = Size { width: 1600, height: 1600 };
        let striped = picture(size, |x, y| {
            let slope = u8::try_from(y / 8).unwrap();
            [if x % 2 == 0 { 0 } else { 200 }, slope, 77]
        });
        let turn = Similarity { a: 0.0, b: 10.0, c: 1550.0, d: 50.0 };
        let chip = chip(&striped, &moved(turn)).unwrap();
        let (side, mut worst) = (index(CHIP), 0.0_f64);
        for y in 0..CHIP {
            for x in 0..CHIP {
                let at = index(y) * side + index(x);
                assert!((chip[at] - 100.0).abs() < 12.0, "the stripes are seen at {x} {y}: {}", chip[at]);
                let (_, v) = turn.apply(f64::from(x), f64::from(y));
                worst = worst.max((f64::from(chip[side * side + at]) - (v / 8.0 - 0.5)).abs());
                assert!((chip[2 * side * side + at] - 77.0).abs() < 1e-3);
            }
        }
        assert!(worst < 0.1, "{worst}");
    }

    #[test]
    fn a_chip_of_its_own_size_is_the_picture_itself_and_black_outside() {
        let small =
            picture(Size { width: 100, height: 150 }, |x, y| [u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), 200]);
        // pixel centres lie at halves in a picture and at whole numbers in a chip
        let chip = chip(&small, &TEMPLATE.map(|at| Point { x: at.x + 0.5, y: at.y + 0.5 })).unwrap();
        let side = index(CHIP);
        for (x, y) in [(0, 0), (99, 149), (37, 81)] {
            let at = y * side + x;
            let wanted = [x, y, 200].map(|value| f32::from(u8::try_from(value).unwrap()));
            for plane in 0..3 {
                assert!((chip[plane * side * side + at] - wanted[plane]).abs() < 0.01, "{x} {y}");
            }
        }
        assert_eq!(chip[2 * side * side + 120], 0.0);
    }
}
