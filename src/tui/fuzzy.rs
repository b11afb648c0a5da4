//! Whether and how well a few typed letters mean a name.

/// How well `typed` means `name`; higher is better, `None` is not at all.
///
/// Letters must come in order, whatever the case. Whole words, beginnings and neighbours count more; spaces separate words that may come in any order.
pub fn score(typed: &str, name: &str) -> Option<i64> {
    typed.split_whitespace().map(|word| one(word, name)).sum()
}

fn one(word: &str, name: &str) -> Option<i64> {
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    let length = i64::try_from(name.chars().count()).unwrap_or(i64::MAX / 4);
    if let Some(at) = name.find(&word) {
        let begins = at == 0 || !name[..at].ends_with(char::is_alphanumeric);
        return Some(1000 + if begins { 500 } else { 0 } + if at == 0 { 200 } else { 0 } - length);
    }
    let mut rest = name.chars();
    let mut score = 0;
    for wanted in word.chars() {
        let skipped = rest.position(|c| c == wanted)?;
        score += if skipped == 0 { 20 } else { 5 };
    }
    Some(score - length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        let mut names = ["go-users", "users", "full-screen", "use"];
        names.sort_by_key(|name| std::cmp::Reverse(score("use", name)));
        assert_eq!(names, ["use", "users", "go-users", "full-screen"]);
        assert!(score("usr", "users").is_some());
        assert_eq!(score("xyz", "users"), None);
        assert!(score("screen full", "full-screen").is_some());
    }

    proptest! {
        #[test]
        fn every_name_is_meant_by_itself_and_by_its_beginnings(name in "[a-zé ]{1,12}", cut in 1usize..12) {
            let begin: String = name.chars().take(cut).collect();
            prop_assert!(score(&name, &name).is_some());
            prop_assert!(score(&begin, &name).is_some());
        }

        #[test]
        fn letters_out_of_order_mean_nothing(typed in "[a-c]{1,4}", name in "[a-c]{0,6}") {
            let mut rest = name.chars();
            let subsequence = typed.chars().all(|wanted| rest.any(|c| c == wanted));
            prop_assert_eq!(score(&typed, &name).is_some(), subsequence);
        }
    }
}
