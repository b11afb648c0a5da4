//! How literals are written, so that the server reads them alike whatever its settings are.

/// `text` as a literal that reads the same whatever `standard_conforming_strings` is.
pub(super) fn literal(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("a literal cannot hold a NUL".to_owned());
    }
    let quoted = text.replace('\'', "''");
    Ok(if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    })
}

/// Digits with at most one point, and perhaps an exponent.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let number = match number.split_once('.') {
        Some((whole, "")) => digits(whole),
        Some(("", part)) => digits(part),
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(number),
    };
    number && exponent.is_none_or(|exponent| digits(exponent.trim_start_matches(['+', '-'])))
}
