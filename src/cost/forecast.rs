//! What something comes to at the end of a span that is not over, at the rate of what is over of it.

use bigdecimal::{BigDecimal, RoundingMode};
use chrono::TimeDelta;

/// How it is reckoned, for people.
pub const METHOD: &str = "at the rate so far";
/// Before so much of a span is over, a rate says nothing: one part in twenty.
const EARLY: i32 = 20;

/// What `so_far`, after `elapsed` of `whole`, comes to; nothing when it is too early to tell. As many digits as `so_far` has.
pub(super) fn forecast(
    so_far: &BigDecimal,
    elapsed: TimeDelta,
    whole: TimeDelta,
) -> Option<BigDecimal> {
    if whole <= TimeDelta::zero() || elapsed > whole || elapsed * EARLY < whole {
        return None;
    }
    let [elapsed, whole] =
        [elapsed, whole].map(|length| BigDecimal::from(length.num_milliseconds()));
    let (_, scale) = so_far.as_bigint_and_exponent();
    Some((so_far * whole / elapsed).with_scale_round(scale.max(0), RoundingMode::HalfUp))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_amount() -> impl Strategy<Value = BigDecimal> {
        (0i64..1_000_000_000_000, 0i64..9)
            .prop_map(|(digits, scale)| BigDecimal::new(digits.into(), scale))
    }

    proptest! {
        #[test]
        fn nothing_is_forecast_to_be_less_than_it_is(so_far in any_amount(), elapsed in 1i64..2_678_400, whole in 1i64..2_678_400) {
            match forecast(&so_far, TimeDelta::seconds(elapsed), TimeDelta::seconds(whole)) {
                Some(then) => {
                    prop_assert!(then >= so_far);
                    prop_assert_eq!(then.as_bigint_and_exponent().1, so_far.as_bigint_and_exponent().1);
                }
                None => prop_assert!(elapsed > whole || elapsed * 20 < whole),
            }
        }

        #[test]
        fn at_the_end_it_is_what_it_is(so_far in any_amount(), whole in 1i64..2_678_400) {
            let whole = TimeDelta::seconds(whole);
            prop_assert_eq!(forecast(&so_far, whole, whole), Some(so_far));
        }

        #[test]
        fn a_steady_rate_goes_on(rate in 0i64..1_000_000, elapsed in 2i64..30) {
            let days = |count| BigDecimal::from(rate * count);
            let then = forecast(&days(elapsed), TimeDelta::days(elapsed), TimeDelta::days(30));
            prop_assert_eq!(then, Some(days(30)));
        }
    }

    #[test]
    fn a_forecast_is_rounded_as_money_is() {
        let so_far: BigDecimal = "10.00".parse().unwrap();
        let then = forecast(&so_far, TimeDelta::days(7), TimeDelta::days(30)).unwrap();
        assert_eq!(then.to_string(), "42.86");
    }
}
