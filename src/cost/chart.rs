//! Bars out of amounts: ticks of an axis, cells of a stack, and lines of small bars.
//!
//! Whatever is drawn is reckoned from exact amounts, and a stack is as high as its total is, however many parts it has.

use bigdecimal::{BigDecimal, RoundingMode, Signed as _, ToPrimitive as _, Zero as _};

/// What a line of small bars is drawn with, from little to all.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// How full a gauge is, cell by cell.
const FULL: char = '█';
const EMPTY: char = '░';

/// Round numbers from nothing up to `most` or right above it, evenly apart; about `count` of them.
pub fn ticks(most: &BigDecimal, count: usize) -> Vec<BigDecimal> {
    if !most.is_positive() {
        return vec![BigDecimal::zero()];
    }
    let wanted = most / BigDecimal::from(count.max(1) as u64);
    // The power of ten that is not larger.
    let digits = wanted.digits().cast_signed();
    let (_, scale) = wanted.as_bigint_and_exponent();
    let power = BigDecimal::new(1.into(), scale - digits + 1);
    let steps = [1, 2, 5, 10].map(|times| &power * BigDecimal::from(times));
    let [.., last] = &steps;
    let step = steps.iter().find(|step| **step >= wanted).unwrap_or(last).normalized();
    let mut ticks = vec![BigDecimal::zero()];
    while ticks.last().is_some_and(|last| last < most) {
        let next = (ticks.last().cloned().unwrap_or_default() + &step).normalized();
        ticks.push(next);
    }
    ticks
}

/// How many cells of `height` each of `parts` takes, from the bottom, where `top` fills all of them. Less than nothing is nothing.
pub fn stack(parts: &[BigDecimal], top: &BigDecimal, height: usize) -> Vec<usize> {
    let mut sum = BigDecimal::zero();
    let mut below = 0;
    let mut cells = Vec::with_capacity(parts.len());
    for part in parts {
        if part.is_positive() {
            sum += part;
        }
        let reached = level(&sum, top, height);
        cells.push(reached - below);
        below = reached;
    }
    cells
}

/// How many of `height` cells `amount` fills where `top` fills all of them, to the nearest.
pub fn level(amount: &BigDecimal, top: &BigDecimal, height: usize) -> usize {
    if !amount.is_positive() || !top.is_positive() {
        return 0;
    }
    let cells = amount * BigDecimal::from(height as u64) / top;
    cells.with_scale_round(0, RoundingMode::HalfUp).to_usize().unwrap_or(height).min(height)
}

/// A line of at most `most` small bars; where there are more amounts, neighbours share one. Nothing is a blank, and anything more is seen.
pub fn sparkline(amounts: &[BigDecimal], most: usize) -> String {
    let together = amounts.len().div_ceil(most.max(1)).max(1);
    let sums: Vec<BigDecimal> = amounts.chunks(together).map(|some| some.iter().sum()).collect();
    let top = sums.iter().max().cloned().unwrap_or_default();
    let bar = |sum: &BigDecimal| {
        if !sum.is_positive() {
            return ' ';
        }
        LEVELS[level(sum, &top, LEVELS.len()).max(1) - 1]
    };
    sums.iter().map(bar).collect()
}

/// A gauge of `width` cells; what is more than all of it shows by a sign behind it.
pub fn gauge(share: &BigDecimal, width: usize) -> String {
    let whole = BigDecimal::from(1);
    let full = level(share, &whole, width);
    let mut gauge: String = std::iter::repeat_n(FULL, full).collect();
    gauge.extend(std::iter::repeat_n(EMPTY, width - full));
    gauge.push(if *share > whole { '!' } else { ' ' });
    gauge
}

/// A round number as it stands at an axis: `0.5`, `250`, `15k`, `2M`.
pub fn short(amount: &BigDecimal) -> String {
    let units = [("G", 9), ("M", 6), ("k", 3)];
    for (unit, zeros) in units {
        // A shorter unit is only used where the number is shorter by it.
        if amount.abs() >= BigDecimal::new(1.into(), -zeros) {
            let of_unit = (amount * BigDecimal::new(1.into(), zeros))
                .with_scale_round(2, RoundingMode::HalfUp);
            return format!("{}{unit}", of_unit.normalized().to_plain_string());
        }
    }
    amount.normalized().to_plain_string()
}

/// By how many per cent `now` is more than `before`, signed; nothing where there was nothing.
pub fn change(now: &BigDecimal, before: &BigDecimal) -> Option<String> {
    if before.is_zero() {
        return None;
    }
    let part = (now - before) * BigDecimal::from(100) / before.abs();
    let part = part.with_scale_round(1, RoundingMode::HalfUp);
    let sign = if part.is_negative() { "" } else { "+" };
    Some(format!("{sign}{} %", part.to_plain_string()))
}

/// An amount with a thin mark between thousands; all its digits.
pub fn grouped(amount: &BigDecimal) -> String {
    let plain = amount.to_plain_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_amount() -> impl Strategy<Value = BigDecimal> {
        (0i64..1_000_000_000_000_000, -3i64..9)
            .prop_map(|(digits, scale)| BigDecimal::new(digits.into(), scale))
    }

    proptest! {
        #[test]
        fn ticks_are_round_evenly_apart_and_reach_the_largest(most in any_amount(), count in 1usize..12) {
            let ticks = ticks(&most, count);
            prop_assert!(ticks[0].is_zero());
            prop_assert!(ticks.last().unwrap() >= &most);
            prop_assert!(ticks.len() <= count + 2, "{ticks:?}");
            if ticks.len() > 2 {
                let step = &ticks[1];
                for pair in ticks.windows(2) {
                    prop_assert_eq!(&(&pair[1] - &pair[0]), step);
                }
                let (digits, _) = step.normalized().as_bigint_and_exponent();
                prop_assert!(["1", "2", "5"].contains(&digits.to_string().as_str()), "{step}");
                prop_assert!(ticks[ticks.len() - 2] < most);
            }
        }

        #[test]
        fn a_stack_is_as_high_as_its_total(parts in prop::collection::vec(any_amount(), 0..8), height in 1usize..40) {
            let total: BigDecimal = parts.iter().sum();
            let top = ticks(&total, 4).pop().unwrap();
            let cells = stack(&parts, &top, height);
            prop_assert_eq!(cells.len(), parts.len());
            prop_assert_eq!(cells.iter().sum::<usize>(), level(&total, &top, height));
            prop_assert!(cells.iter().sum::<usize>() <= height);
        }

        #[test]
        fn a_sparkline_fits_and_shows_whatever_there_is(amounts in prop::collection::vec(any_amount(), 0..100), most in 1usize..40) {
            let line = sparkline(&amounts, most);
            prop_assert!(line.chars().count() <= most);
            let any = amounts.iter().any(BigDecimal::is_positive);
            prop_assert_eq!(line.contains('█'), any);
            if amounts.len() <= most {
                for (bar, amount) in line.chars().zip(&amounts) {
                    prop_assert_eq!(bar == ' ', !amount.is_positive());
                }
            }
        }

        #[test]
        fn a_gauge_has_its_width_and_tells_too_much(share in any_amount(), width in 1usize..30) {
            let whole = BigDecimal::from(1);
            let gauge = gauge(&share, width);
            prop_assert_eq!(gauge.chars().count(), width + 1);
            prop_assert_eq!(gauge.ends_with('!'), share > whole);
        }

        #[test]
        fn marks_between_thousands_change_no_digit(amount in any_amount()) {
            prop_assert_eq!(grouped(&amount).replace(' ', ""), amount.to_plain_string());
        }
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let number = |text: &str| text.parse::<BigDecimal>().unwrap();
        let shown: Vec<_> = ticks(&number("38.2"), 4).iter().map(short).collect();
        assert_eq!(shown, ["0", "10", "20", "30", "40"]);
        let shown: Vec<_> = ticks(&number("0.0031"), 3).iter().map(short).collect();
        assert_eq!(shown, ["0", "0.002", "0.004"]);
        assert_eq!(short(&number("1500")), "1.5k");
        assert_eq!(short(&number("2000000")), "2M");
        assert_eq!(grouped(&number("-1234567.080")), "-1 234 567.080");
        assert_eq!(change(&number("110"), &number("100")).unwrap(), "+10.0 %");
        assert_eq!(change(&number("95"), &number("100")).unwrap(), "-5.0 %");
        assert_eq!(change(&number("1"), &number("0")), None);
    }
}
