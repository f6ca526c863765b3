//! From ONIX 2.1 List 7, which Consonance speaks, to List 150, which the catalogue speaks.
//!
//! The two lists share most of their codes. Where they do not, the mapping is a judgement, and the
//! caller is told so that it can leave a finding. `DO` is the trap: a licence key in List 7, a
//! BR-ROM in List 150.

use super::ProductForm;

/// List 7 codes that mean the same in List 150.
const SAME: &str = "00 AA AB AC AD AE AF AG AH AI AJ AK AL AZ BA BB BC BD BE BF BG BH BI BJ BK BL \
    BM BN BO BZ CA CB CC CD CE CZ DA DB DC DE DF DI DJ DK DL DM DN DZ FA FC FD FE FF FZ MA MB MC \
    MZ PA PB PC PD PE PF PG PH PI PJ PK PL PM PN PO PP PQ PR PS PT PU PZ VA VF VI VJ VK VL VM VN \
    VO VP VZ XA XB XC XD XE XF XG XH XI XJ XK XL XM XZ ZA ZB ZC ZD ZE ZF ZZ";

/// List 7 codes that need a judgement: `(List 7, List 150)`.
const JUDGED: &[(&str, &str)] = &[
    // A DVD; data DVDs are DI.
    ("DD", "VI"),
    // Electronic book text; ED where a download is known.
    ("DG", "EA"),
    // An online resource.
    ("DH", "EC"),
    // A licence key.
    ("DO", "LB"),
    // A mixed-media product.
    ("WW", "SA"),
    // A quantity pack, for the trade only.
    ("WX", "XM"),
];

/// The List 150 form of an ONIX 2.1 List 7 code, and whether the mapping is certain.
///
/// A code that only List 150 has is taken as it stands, uncertain: the source was expected to speak
/// List 7. Nothing is returned for a code that neither list has.
#[must_use]
pub fn product_form_from_list7(code: &str) -> Option<(ProductForm, bool)> {
    let code = code.trim();
    if let Some((_, form)) = JUDGED.iter().find(|(from, _)| *from == code) {
        return Some((ProductForm::new(form), false));
    }
    let form = ProductForm::new(code);
    form.is_known()
        .then(|| (form, SAME.split_ascii_whitespace().any(|same| same == code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_codes_are_certain_and_judged_ones_are_not() {
        assert_eq!(
            product_form_from_list7("BC"),
            Some((ProductForm::PAPERBACK, true))
        );
        assert_eq!(
            product_form_from_list7("DG"),
            Some((ProductForm::DIGITAL, false))
        );
        assert_eq!(
            product_form_from_list7("DO"),
            Some((ProductForm::new("LB"), false))
        );
    }

    #[test]
    fn a_code_of_list_150_alone_is_taken_with_doubt_and_nonsense_is_not() {
        assert_eq!(
            product_form_from_list7("ED"),
            Some((ProductForm::DIGITAL_DOWNLOAD, false))
        );
        assert_eq!(product_form_from_list7("QQ"), None);
        assert_eq!(product_form_from_list7(""), None);
    }
}
