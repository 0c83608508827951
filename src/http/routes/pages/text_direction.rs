//! The direction of a language's script.

/// Languages whose script is written from right to left.
const RIGHT_TO_LEFT: [&str; 13] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi"];

/// Returns the value of the attribute `dir` for a language, such as `ar` or `fa-IR`.
pub(super) fn text_direction(lang: &str) -> &'static str {
    let primary = lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&primary.as_str()) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_language_decides() {
        for lang in ["ar", "fa-IR", "HE", "ur_PK"] {
            assert_eq!(text_direction(lang), "rtl", "{lang}");
        }
        for lang in ["", "en", "az", "arn", "zh-Hant"] {
            assert_eq!(text_direction(lang), "ltr", "{lang}");
        }
    }
}
